package oauth

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Issuer is an authorization server: its endpoints and the scopes of its mail servers.
type Issuer struct {
	ID   string // "google"
	Name string // "Google"

	AuthURL   string // authorization endpoint, "" if there is none
	TokenURL  string // token endpoint
	DeviceURL string // device authorization endpoint (RFC 8628), or ""
	RevokeURL string // revocation endpoint (RFC 7009), or ""

	// Identifier is the issuer identifier (RFC 8414 section 2), such as "https://login.example.org", or
	// "" if it is not known. An answer in the browser that has the parameter iss must have this one
	// (RFC 9207).
	Identifier string
	// NamesItself says that each answer has iss (authorization_response_iss_parameter_supported): one
	// without it is refused.
	NamesItself bool

	// Scopes has the scopes of each protocol: "imap", "pop3" and "smtp". A protocol that is
	// missing takes no token.
	Scopes map[string][]string
	// AppScopes are the scopes of Client.AppOnly. Without them there is no such login.
	AppScopes []string
	// Params are added to the authorization request.
	Params map[string]string
	// AuthStyle says how a client sends its secret. The default is in the parameters: x/oauth2's
	// detection would send a code or a refresh token twice.
	AuthStyle oauth2.AuthStyle
	// RedirectHost is the host of the loopback redirect, "127.0.0.1" by default (RFC 8252
	// section 7.3).
	RedirectHost string
	// HTTPSRedirect says that a client cannot register a loopback redirect: Client.Paste takes the
	// place of Client.Browser.
	HTTPSRedirect bool
	// Consents is the page where users see and withdraw what they have allowed, or "".
	Consents string
	// Console is the page where a client is registered, or "".
	Console string
	// Facts say where the rest is from, and what else a client has to know.
	Facts []Fact
}

// Fact is something that is known of a service, and the document that says so.
type Fact struct {
	Text   string
	Source string // the address of the document
	By     string // whose report the document is, "" if it is the service's own
	Date   string // the day on which the document, or a stored copy of it, was read: "2006-01-02"
}

// Issuers returns the known issuers, sorted by ID.
func Issuers() []Issuer {
	list := slices.SortedFunc(maps.Values(issuers()), func(a, b Issuer) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// IssuerByID returns the issuer with an ID, such as "google" or "microsoft".
func IssuerByID(id string) (Issuer, bool) {
	i, ok := issuers()[id]
	return i, ok
}

// Microsoft returns Microsoft's issuer for a tenant: its ID or one of its domains, "common" for
// work and personal accounts, "organizations" for work accounts, or "consumers" for personal
// ones. The default is "common". [Client.AppOnly] needs a tenant's ID or domain.
func Microsoft(tenant string) Issuer {
	return microsoft(clouds["microsoft"], cmp.Or(tenant, "common"))
}

// ForTenant returns an issuer of Microsoft for a tenant, as [Microsoft] does, in the same cloud:
// "microsoft", "microsoft-us" (GCC High) or "microsoft-cn" (21Vianet). Other issuers have no
// tenants, and are returned as they are.
func (i Issuer) ForTenant(tenant string) Issuer {
	if c, ok := clouds[i.ID]; ok {
		return microsoft(c, cmp.Or(tenant, "common"))
	}
	return i
}

// ScopesFor returns the scopes that a client asks for to use protocols, "imap", "pop3" or
// "smtp", each scope once. A protocol without scopes adds none.
func (i Issuer) ScopesFor(protocols ...string) []string {
	var list []string
	for _, p := range protocols {
		for _, s := range i.Scopes[strings.ToLower(p)] {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}
