package backend

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/oauth2"
)

// Config is what a bridge needs to open a session.
type Config struct {
	Host string
	Port int // 0 is the service's own: 143, 993, 110 or 995

	TLS       TLSMode
	TLSConfig *tls.Config // cloned; nil is Go's default
	// SkipVerify accepts every certificate and host name (/novalidate-cert).
	SkipVerify bool

	User string
	// AuthUser is whose password it is, when that is not User (/authuser).
	AuthUser string
	Password string
	// TokenSource, when set, is asked for an OAuth2 token at each login, and
	// XOAUTH2 and OAUTHBEARER are tried before any other mechanism.
	TokenSource oauth2.TokenSource
	Anonymous   bool
	// Loser is for a server whose ENVELOPE has an address in the place of a
	// display name (/loser).
	Loser bool
	// Secure refuses mechanisms that show the password to the server
	// (/secure).
	Secure bool
	// Disabled names SASL mechanisms not to use, in upper case.
	Disabled []string
	// Compress has the connection compressed where the service can.
	Compress bool
	// ID is what an IMAP server that wants to know is told of the program (RFC 2971):
	// values by field. They are printable ASCII. Empty is nothing.
	ID map[string]string
	// Tries is how many times a login is tried, at least once.
	Tries int

	Timeouts Timeouts
	// WatchInterval is how long a Watch lets the service be silent before it
	// asks. Zero is the service's own.
	WatchInterval time.Duration
	// MaxLiteral bounds one message or section held in memory, in octets.
	MaxLiteral int

	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Notify func(Notice)
	// Trace, when set, is shown the conversation line by line, "C: …" and
	// "S: …", without literals and without anything of a login.
	Trace func(line string)
}

// TLSMode is when a connection becomes encrypted.
type TLSMode int

const (
	TLSWhenOffered TLSMode = iota // STARTTLS or STLS if the server has it
	TLSRequired                   // STARTTLS or STLS, or no session (/tls)
	TLSImplicit                   // from the first byte (/ssl)
	TLSNever                      // in the clear (/notls)
)

// Timeouts bound the waiting for a server: Open for a connection, Read for a
// line and a millisecond more for each byte of it, Write for the next byte, Close
// for a connection's orderly end. Zero is no bound.
type Timeouts struct {
	Open, Read, Write, Close time.Duration
}

// String describes the configuration without its password.
func (c Config) String() string {
	user := c.User
	if c.AuthUser != "" {
		user = c.AuthUser + " as " + user
	}
	return fmt.Sprintf("%s on %s:%d", user, c.Host, c.Port)
}

// Format is String for every verb: by itself %d or %x would show the password.
func (c Config) Format(f fmt.State, verb rune) {
	text := c.String()
	if verb == 'v' && f.Flag('#') {
		text = "backend.Config(" + text + ")"
	}
	io.WriteString(f, text)
}
