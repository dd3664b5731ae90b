package sendmail

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/smtp"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// Security says how a connection is encrypted.
type Security int

const (
	StartTLS  Security = iota // STARTTLS (RFC 3207), or fail; port 587
	TLS                       // from the first octet on (RFC 8314); port 465
	Cleartext                 // not at all; for a server on the same machine
)

// SMTP sends a message to a submission server. Its fields must not change
// while it is in use; it may be used from several goroutines, and makes a
// connection for each message.
type SMTP struct {
	Addr     string // "smtp.example.org:587"
	Security Security
	// TLSConfig may be nil; a missing ServerName is the host of Addr. TLS is 1.2 or
	// later, whatever it says.
	TLSConfig *tls.Config
	// Auth may be nil. [smtp.PlainAuth] sends no password in the clear.
	Auth smtp.Auth
	// From is the envelope's sender, where bounces go; by default the first
	// address in the fields Sender and From, one of which there must be then.
	From string
	// LocalName is the name for EHLO, "localhost" if empty.
	LocalName string
	// Timeout bounds the whole of Send, 1 minute if 0.
	Timeout time.Duration
}

// Format writes where messages are sent to, for every verb: what is in Auth is not to
// be shown.
func (s SMTP) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "SMTP to %s", s.Addr) }

// Send sends a message to each address in its fields To, Cc and Bcc. An
// address that does not parse, or that the server refuses, is an error, and no
// one gets the message then. The field Bcc is removed and line breaks become
// CRLF; fields that are missing, such as Date, are the server's to add (RFC
// 6409 section 8).
//
// An error of the server's is a [net/textproto.Error], without what the server
// quotes of the login. The others are those of opening a mailbox.
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
	if err := s.login(ctx, session, cfg.Host); err != nil {
		return err
	}
	if err := session.submit(e); err != nil {
		return err
	}
	// The message is the server's now, whatever it answers.
	_, _ = session.command(completed, "QUIT")
	return nil
}

// config is how to connect. No timeouts are needed where all has to be over in time.
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
	return &backend.Config{
		Host: host, Port: port, TLS: mode, TLSConfig: s.TLSConfig, Dial: new(net.Dialer).DialContext,
	}, nil
}

// login greets the server, encrypts the connection and authenticates.
func (s *SMTP) login(ctx context.Context, session *session, host string) error {
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
		// What was said in the clear is forgotten (RFC 3207 section 4.2).
		if err := session.hello(name); err != nil {
			return err
		}
	}
	if s.Auth == nil {
		return nil
	}
	return session.authenticate(s.Auth, host)
}
