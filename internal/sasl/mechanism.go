package sasl

import (
	"context"
	"slices"
	"strings"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
)

// Mechanism is a SASL mechanism that may be used.
type Mechanism struct {
	Name string
	// Warning is what c-client reports when it uses the mechanism here.
	Warning string

	cfg       *backend.Config
	newClient func(context.Context, *backend.Config) (gosasl.Client, error)
}

// Client begins an exchange. If the mechanism needs an OAuth2 token, Client requests one
// from the token source, and waits until ctx ends.
//
// An error, of Client and of the client that it returns, is a [*backend.Error]. It matches
// [backend.ErrInvalidArgument] if the mechanism cannot carry the user name or the password,
// and [backend.ErrProtocol] if the server violates the mechanism. It never contains a
// password or token.
func (m Mechanism) Client(ctx context.Context) (gosasl.Client, error) {
	return m.newClient(ctx, m.cfg)
}

// known describes a mechanism.
type known struct {
	name      string
	kind      credential
	plaintext bool // shows the password to the server
	authUser  bool // may name another user to act as
	newClient func(context.Context, *backend.Config) (gosasl.Client, error)
}

type credential int

const (
	nobody credential = iota
	password
	token
)

// strongestFirst lists the supported mechanisms.
var strongestFirst = []known{
	{name: "OAUTHBEARER", kind: token, authUser: true, newClient: newOAuthBearer},
	{name: "XOAUTH2", kind: token, authUser: true, newClient: newXOAuth2},
	{name: "SCRAM-SHA-256", kind: password, newClient: newSCRAM},
	{name: "CRAM-MD5", kind: password, newClient: newCRAMMD5},
	{name: "PLAIN", kind: password, plaintext: true, authUser: true, newClient: newPlain},
	{name: "LOGIN", kind: password, plaintext: true, newClient: newLogin},
	{name: "ANONYMOUS", kind: nobody, authUser: true, newClient: newAnonymous},
}

// Mechanisms returns the mechanisms to try, the strongest first, out of those that a server
// offers (see the package comment). encrypted says whether TLS is in effect.
func Mechanisms(cfg *backend.Config, offered []string, encrypted bool) []Mechanism {
	want := credentialOf(cfg)
	if want == token && !encrypted && cfg.TLS != backend.TLSNever {
		return nil
	}
	var list []Mechanism
	for _, k := range strongestFirst {
		if k.kind != want || !contains(offered, k.name) || contains(cfg.Disabled, k.name) ||
			cfg.Secure && k.plaintext || cfg.AuthUser != "" && !k.authUser ||
			k.name == "LOGIN" && has(list, "PLAIN") {
			continue
		}
		m := Mechanism{Name: k.name, cfg: cfg, newClient: k.newClient}
		if k.name == "PLAIN" && !encrypted {
			m.Warning = "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
		}
		list = append(list, m)
	}
	return list
}

func credentialOf(cfg *backend.Config) credential {
	switch {
	case cfg.Anonymous:
		return nobody
	case cfg.TokenSource != nil:
		return token
	}
	return password
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, name) })
}

func has(list []Mechanism, name string) bool {
	return slices.ContainsFunc(list, func(m Mechanism) bool { return m.Name == name })
}

// These octets cannot be sent: NotInLine in a command of one line, and NotInLiteral in a
// command whose arguments may be literals (RFC 3501 section 9, CHAR8).
const (
	NotInLine    = "\r\n\x00"
	NotInLiteral = "\x00"
)

// maxSecret bounds a user name or password, and maxToken a token, in octets. Their base64
// makes a line of less than 64 KiB. Servers read no longer lines.
const (
	maxSecret = 8 << 10
	maxToken  = 32 << 10
)

// Check returns an error if a user name or the password of cfg contains one of the octets,
// or is too long. The error matches [backend.ErrInvalidArgument].
func Check(cfg *backend.Config, octets string) error {
	for _, c := range []struct{ what, value string }{
		{"user name", cfg.User},
		{"name of the authenticating user", cfg.AuthUser},
		{"password", cfg.Password},
	} {
		if strings.ContainsAny(c.value, octets) {
			return invalid("The " + c.what + " holds an octet that cannot be sent")
		}
		if len(c.value) > maxSecret {
			return invalid("The " + c.what + " is too long")
		}
	}
	return nil
}

func invalid(text string) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: text}
}

func protocolError(text string) error {
	return &backend.Error{Kind: backend.ErrProtocol, Text: text}
}
