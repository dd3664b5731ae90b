package sendmail

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/smtp"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// Security tells how a connection is encrypted.
type Security int

const (
	StartTLS  Security = iota // STARTTLS (RFC 3207), or fail; port 587
	TLS                       // from the first octet on (RFC 8314); port 465
	Cleartext                 // no encryption; for a server on the same machine
)

// SMTP sends messages to a submission server, with a connection for each message. Several
// goroutines may use it. Its fields must not change while it is in use.
type SMTP struct {
	Addr     string // "smtp.example.org:587"
	Security Security
	// TLSConfig may be nil. The default ServerName is the host of Addr. TLS is 1.2 or later in
	// any case.
	TLSConfig *tls.Config
	// Auth may be nil. [smtp.PlainAuth] refuses to send a password unencrypted. At most one of
	// Auth, Password and TokenSource may be set.
	Auth smtp.Auth
	// Password, if set, is the password of User. The login is by the strongest mechanism that the
	// server offers, as for IMAP and POP3: SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, SCRAM-SHA-256,
	// SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN. The server of a SCRAM mechanism must prove that it
	// knows the password, and -PLUS binds the login to the TLS connection. With Cleartext, PLAIN
	// and LOGIN are not used.
	Password string `json:"-"`
	// TokenSource, if set, is asked for an OAuth2 token at each login, which is then by OAUTHBEARER
	// (RFC 7628) or XOAUTH2. Send sends a token over TLS, or with Cleartext. Package oauth has
	// sources.
	TokenSource oauth2.TokenSource `json:"-"`
	// Mechanism, if set, is a SASL mechanism such as GSSAPI of package gssapi. If the server does
	// not offer it, or it cannot be used, Send logs in by Auth or TokenSource, if one is set.
	Mechanism backend.Mechanism `json:"-"`
	// User is who logs in with Password or a token: for most providers the mail address. At Microsoft 365 it is
	// the address of the user whose token it is, also if From is a shared mailbox. It is also as
	// whom Mechanism acts, and may then be empty.
	User string
	// From is the envelope's sender, who receives bounces. The default is the first address in
	// the fields Sender and From, one of which must then exist.
	From string
	// LocalName is the name for EHLO, "localhost" if empty.
	LocalName string
	// Timeout limits the whole of Send, 1 minute if 0.
	Timeout time.Duration
}

// Format writes only the server's address, for every verb, because Auth, Password, TokenSource
// and Mechanism are secret.
func (s SMTP) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "SMTP to %s", s.Addr) }

// Send sends a message to each address in its fields To, Cc and Bcc. If an address does not
// parse, or the server refuses it, Send returns an error and nobody gets the message. Send
// removes the field Bcc and changes line breaks to CRLF. The server must add missing fields,
// such as Date (RFC 6409 section 8).
//
// An error of the server is a [net/textproto.Error], without what the server quotes of the
// login. Other errors are those of opening a mailbox: the error of a token source as in
// imapcompat.WithTokenSource, and backend.ErrNotSupported if the server has no mechanism for the
// token or the password. backend.ErrProtocol and backend.ErrCertificate are those of a server that
// does not prove that it knows the password, or of somebody in between who ends TLS.
func (s *SMTP) Send(ctx context.Context, message []byte) error {
	e, err := parse(message, s.From)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, defaultTimeout))
	defer cancel()
	cfg, err := s.config(ctx)
	if err != nil {
		return err
	}
	conn, err := dial.Open(ctx, cfg, dial.Ports{})
	if err != nil {
		return err
	}
	defer conn.Close()
	defer conn.Begin(ctx)()
	session := &session{conn: conn}
	if err := s.login(ctx, session, cfg); err != nil {
		return err
	}
	if err := session.submit(e); err != nil {
		return err
	}
	// The server has accepted the message, whatever it answers.
	_, _ = session.command(completed, "QUIT")
	return nil
}

// config returns the settings of the connection. It needs no timeouts, because the context
// limits the whole.
func (s *SMTP) config(ctx context.Context) (*backend.Config, error) {
	host, service, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", service)
	if err != nil {
		return nil, err
	}
	mode := backend.TLSRequired
	switch s.Security {
	case TLS:
		mode = backend.TLSImplicit
	case Cleartext:
		mode = backend.TLSNever
	}
	cfg := &backend.Config{
		Host: host, Port: port, TLS: mode, TLSConfig: s.TLSConfig, Dial: new(net.Dialer).DialContext,
		User: s.User, Password: s.Password, TokenSource: s.TokenSource,
		Secure: s.Security == Cleartext, Tries: 1,
	}
	if s.Mechanism != nil {
		cfg.Mechanisms = []backend.Mechanism{s.Mechanism}
	}
	return cfg, nil
}

// login greets the server, encrypts the connection and authenticates.
func (s *SMTP) login(ctx context.Context, session *session, cfg *backend.Config) error {
	if _, err := session.expect(completed); err != nil {
		return err
	}
	name := cmp.Or(s.LocalName, "localhost")
	if err := session.hello(name); err != nil {
		return err
	}
	if s.Security == StartTLS {
		if err := session.startTLS(ctx); err != nil {
			return err
		}
		// What the server said before is forgotten (RFC 3207 section 4.2).
		if err := session.hello(name); err != nil {
			return err
		}
	}
	return s.authenticate(ctx, session, cfg)
}

// authenticate logs in, if the fields say how.
func (s *SMTP) authenticate(ctx context.Context, session *session, cfg *backend.Config) error {
	if s.Password != "" && (s.Auth != nil || s.TokenSource != nil) || s.Auth != nil && s.TokenSource != nil {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "SMTP has more than one of Auth, Password and TokenSource"}
	}
	var auth smtp.Auth
	var err error
	if s.Mechanism != nil {
		auth, err = s.mechanism(ctx, session, cfg)
	}
	switch {
	case auth != nil || err != nil:
	case s.Password != "":
		return session.password(ctx, cfg)
	case s.TokenSource != nil:
		auth, err = session.bearer(ctx, cfg)
	default:
		auth = s.Auth
	}
	if auth == nil || err != nil {
		return err
	}
	refused := explain(auth, session.authenticate(auth, cfg.Host))
	other, err := session.renewed(ctx, cfg, auth, refused)
	switch {
	case err != nil:
		return err
	case other == nil:
		return refused
	}
	return explain(other, session.authenticate(other, cfg.Host))
}
