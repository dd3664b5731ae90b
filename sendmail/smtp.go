package sendmail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"time"
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
	// TLSConfig may be nil; a missing ServerName is the host of Addr.
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

// Send sends a message to each address in its fields To, Cc and Bcc. An
// address that does not parse, or that the server refuses, is an error, and no
// one gets the message then. The field Bcc is removed and line breaks become
// CRLF; fields that are missing, such as Date, are the server's to add (RFC
// 6409 section 8).
//
// An error of the server's is a [net/textproto.Error].
func (s *SMTP) Send(ctx context.Context, message []byte) error {
	e, err := parse(message, s.From)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, defaultTimeout))
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := s.submit(conn, e); err != nil {
		return cmp.Or(ctx.Err(), err)
	}
	return nil
}

func (s *SMTP) submit(conn net.Conn, e *envelope) error {
	client, err := s.greet(conn)
	if err != nil {
		return err
	}
	if s.Auth != nil {
		if err := client.Auth(s.Auth); err != nil {
			return err
		}
	}
	if err := client.Mail(e.from); err != nil {
		return fmt.Errorf("sender %s: %w", e.from, err)
	}
	for _, to := range e.to {
		if err := client.Rcpt(to); err != nil {
			return fmt.Errorf("recipient %s: %w", to, err)
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(e.text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	client.Quit() // the message is the server's now, whatever it answers
	return nil
}

// greet encrypts the connection and says hello.
func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{}
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	config.ServerName = cmp.Or(config.ServerName, host)
	if s.Security == TLS {
		conn = tls.Client(conn, config)
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, err
	}
	if err := client.Hello(cmp.Or(s.LocalName, "localhost")); err != nil {
		return nil, err
	}
	if s.Security == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return nil, errors.New("the server has no STARTTLS")
		}
		if err := client.StartTLS(config); err != nil {
			return nil, err
		}
	}
	return client, nil
}
