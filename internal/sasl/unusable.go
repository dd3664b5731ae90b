package sasl

import (
	"slices"
	"strings"
)

// Unusable is the cause of a login that sent no credentials, because none of the mechanisms that
// the server offers can be used with them.
type Unusable struct {
	Offered []string // the names in upper case, sorted; at least one
}

// Error says which mechanisms the server offers, and what would make them usable.
func (u *Unusable) Error() string {
	text := "the server offers only " + strings.Join(u.Offered, ", ")
	for _, name := range u.Offered {
		if advice := advices[name]; advice != "" {
			text += "; " + advice
		}
	}
	return text
}

// unusable returns an [*Unusable], or nil if the server offers no mechanism.
func unusable(offered []string) error {
	var names []string
	for _, name := range offered {
		name = strings.ToUpper(name)
		if isMechanismName(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return &Unusable{names[:min(len(names), maxNames)]}
}

// maxNames bounds the names in an error.
const maxNames = 20

// isMechanismName reports whether a name is one of RFC 4422 section 3.1.
func isMechanismName(name string) bool {
	const maxLength = 20
	return name != "" && len(name) <= maxLength && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// advices say what the mechanisms need that are not used without more ado.
var advices = map[string]string{
	"NTLM": "NTLM is not supported, because Microsoft has deprecated it and its security rests on DES and MD4: " +
		"have GSSAPI, SCRAM or PLAIN enabled",
	"GSSAPI":      "GSSAPI (Kerberos) needs WithMechanism and package gssapi",
	"DIGEST-MD5":  "DIGEST-MD5 is not supported, because RFC 6331 made it historic: have SCRAM enabled",
	"XOAUTH2":     "XOAUTH2 needs TLS and an OAuth2 token (WithTokenSource)",
	"OAUTHBEARER": "OAUTHBEARER needs TLS and an OAuth2 token (WithTokenSource)",
	"EXTERNAL":    "EXTERNAL needs TLS, a client certificate (WithTLSConfig) and no password",
	"ANONYMOUS":   "ANONYMOUS needs /anonymous",
	"PLAIN":       "PLAIN needs a password, no token, and a name without /secure",
	"LOGIN":       "LOGIN needs a password, no token, and a name without /secure and /authuser",
	"CRAM-MD5":    "CRAM-MD5 needs a password, no token, and a name without /authuser",
}
