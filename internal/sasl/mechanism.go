package sasl

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/backend"
)

// Mechanism is a SASL mechanism that may be used.
type Mechanism struct {
	Name string
	// Warning is what c-client reports when it uses the mechanism here.
	Warning string

	own       bool // of the program
	once      bool // is never tried again
	cfg       *backend.Config
	newClient newClient
	bindings  []scram.ChannelBinding // of a -PLUS mechanism, the one first that is tried
	couldBind bool                   // the server offers no -PLUS mechanism, but could use one
}

type newClient func(context.Context, Mechanism) (gosasl.Client, error)

// Client begins an exchange. If the mechanism needs an OAuth2 token, Client requests one
// from the token source, and waits until ctx ends.
//
// An error, of Client and of the client that it returns, is a [*backend.Error]. It matches
// [backend.ErrInvalidArgument] if the mechanism cannot carry the user name or the password,
// and [backend.ErrProtocol] if the server violates the mechanism. It never contains a
// password or token.
func (m Mechanism) Client(ctx context.Context) (gosasl.Client, error) {
	return m.newClient(ctx, m)
}

// known describes a mechanism.
type known struct {
	name      string
	kind      credential
	plaintext bool // shows the password to the server
	authUser  bool // may name another user to act as
	newClient newClient
}

// binds reports whether the mechanism binds the exchange to the TLS connection.
func (k known) binds() bool { return strings.HasSuffix(k.name, plus) }

type credential int

const (
	nobody credential = iota
	password
	token
	certificate
)

// strongestFirst lists the supported mechanisms.
var strongestFirst = []known{
	{name: "OAUTHBEARER", kind: token, authUser: true, newClient: newOAuthBearer},
	{name: "XOAUTH2", kind: token, authUser: true, newClient: newXOAuth2},
	{name: "EXTERNAL", kind: certificate, authUser: true, newClient: newExternal},
	{name: "SCRAM-SHA-256" + plus, kind: password, authUser: true, newClient: newSCRAM},
	{name: "SCRAM-SHA-1" + plus, kind: password, authUser: true, newClient: newSCRAM},
	{name: "SCRAM-SHA-256", kind: password, authUser: true, newClient: newSCRAM},
	{name: "SCRAM-SHA-1", kind: password, authUser: true, newClient: newSCRAM},
	{name: "CRAM-MD5", kind: password, newClient: newCRAMMD5},
	{name: "PLAIN", kind: password, plaintext: true, authUser: true, newClient: newPlain},
	{name: "LOGIN", kind: password, plaintext: true, newClient: newLogin},
	{name: "ANONYMOUS", kind: nobody, authUser: true, newClient: newAnonymous},
}

// Mechanisms returns the mechanisms to try, the strongest first, out of those that a server
// offers (see the package comment). state is that of TLS, or nil if it is not in effect.
func Mechanisms(cfg *backend.Config, offered []string, state *tls.ConnectionState) []Mechanism {
	want := credentialOf(cfg)
	if state == nil && (want == certificate || want == token && cfg.TLS != backend.TLSNever) {
		return nil
	}
	possible := bindings(state)
	offersBinding := slices.ContainsFunc(strongestFirst, func(k known) bool {
		return k.binds() && contains(offered, k.name)
	})
	var list []Mechanism
	bound := false // the list has a mechanism that binds
	for _, k := range strongestFirst {
		if k.kind != want || !contains(offered, k.name) || contains(cfg.Disabled, k.name) ||
			cfg.Secure && (k.plaintext || bound && !k.binds()) ||
			cfg.AuthUser != "" && !k.authUser ||
			k.binds() && len(possible) == 0 ||
			k.name == "LOGIN" && has(list, "PLAIN") {
			continue
		}
		m := Mechanism{Name: k.name, cfg: cfg, newClient: k.newClient}
		m.once = k.kind == nobody || k.kind == certificate
		if k.binds() {
			m.bindings, bound = possible, true
		}
		m.couldBind = len(possible) > 0 && !offersBinding && !contains(cfg.Disabled, k.name+plus)
		if k.name == "PLAIN" && state == nil {
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
	case cfg.Password == "" && hasCertificate(cfg.TLSConfig):
		return certificate
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
