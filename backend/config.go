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

// Config has what a bridge needs to open a session.
type Config struct {
	Host string
	Port int // 0 selects the default: 143, 993, 110 or 995

	TLS       TLSMode
	TLSConfig *tls.Config // cloned; nil means Go's default
	// SkipVerify accepts every certificate and host name (/novalidate-cert).
	SkipVerify bool

	User string
	// AuthUser is the user to whom Password belongs, if that is not User (/authuser).
	AuthUser string
	Password string
	// TokenSource, if set, is asked for an OAuth2 token at each login. XOAUTH2 and OAUTHBEARER
	// are then tried before any other mechanism. It may be a Refuser.
	TokenSource oauth2.TokenSource
	Anonymous   bool
	// Mechanisms are tried, in this order, before those that need a password or a token.
	Mechanisms []Mechanism
	// Loser is set for servers whose ENVELOPE has an address in place of a display name
	// (/loser).
	Loser bool
	// Secure refuses mechanisms that show the password to the server
	// (/secure).
	Secure bool
	// Disabled names SASL mechanisms not to use, in upper case.
	Disabled []string
	// Compress asks for compression if the service offers it.
	Compress bool
	// ID has the fields that are sent to an IMAP server with the extension ID (RFC 2971). Names
	// and values are printable ASCII. If it is empty, no ID is sent.
	ID map[string]string
	// Tries is the number of login attempts, at least 1.
	Tries int

	Timeouts Timeouts
	// WatchInterval is the time after which Watch asks a silent service for news. Zero selects
	// the service's default.
	WatchInterval time.Duration
	// MaxLiteral limits a message or section held in memory, in octets.
	MaxLiteral int

	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Notify func(Notice)
	// Trace, if set, receives each line of the conversation, as "C: …" or "S: …". Literals and
	// everything of a login are left out.
	Trace func(line string)
}

// TLSMode is the use of TLS by a connection.
type TLSMode int

const (
	TLSWhenOffered TLSMode = iota // STARTTLS or STLS if the server has it
	TLSRequired                   // STARTTLS or STLS, or no session (/tls)
	TLSImplicit                   // from the first octet (/ssl)
	TLSNever                      // unencrypted (/notls)
)

// Timeouts limit waiting for a server. Open limits connecting. Read limits the wait for a line,
// and each octet of the line adds a millisecond. Write limits the wait for the next octet to be
// sent. Close limits the logout. Zero means no limit.
type Timeouts struct {
	Open, Read, Write, Close time.Duration
}

// String returns a description of the configuration without its password.
func (c Config) String() string {
	user := c.User
	if c.AuthUser != "" {
		user = c.AuthUser + " as " + user
	}
	return fmt.Sprintf("%s on %s:%d", user, c.Host, c.Port)
}

// Format writes String for every verb: by default %d and %x would show the password.
func (c Config) Format(f fmt.State, verb rune) {
	text := c.String()
	if verb == 'v' && f.Flag('#') {
		text = "backend.Config(" + text + ")"
	}
	io.WriteString(f, text)
}

// Refuser is an optional ability of a token source, which may keep a token that has ended before its
// time: the user has withdrawn the consent, or an administrator has ended all sessions. A login whose
// token the server has refused calls Refused. If Token then returns another token, the login tries it
// once. Token sources of package oauth are Refusers.
type Refuser interface {
	// Refused says that a server does not take an access token. It returns at once.
	Refused(accessToken string)
}
