package gssapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Mechanism is the SASL mechanism GSSAPI, for the option WithMechanism and for sendmail.SMTP.
// The zero value uses the user's ticket. Several goroutines may use a Mechanism at the same time.
type Mechanism struct {
	// Principal is who logs in: "ada", in the default realm, or "ada@EXAMPLE.ORG". With a
	// credential cache it may be empty, and otherwise must be the principal of the cache.
	Principal string
	// Keytab is the path of a keytab with the key of Principal.
	Keytab string
	// Password is the password of Principal. At most one of Keytab, Password and Cache may
	// be set.
	Password string `json:"-"`
	// Cache is the credential cache: a path, with or without "FILE:". If it is empty, it is
	// KRB5CCNAME of the environment, and without that /tmp/krb5cc_UID.
	Cache string
	// Config is the path of krb5.conf. If it is empty, it is the first file in KRB5_CONFIG
	// of the environment, and without that /etc/krb5.conf.
	Config string
	// ServiceHost is the host in the name of the service. If it is empty, DNS is asked. It
	// must be set if a dialer connects through a proxy and DNS has another name for the
	// server.
	ServiceHost string
}

// Name returns "GSSAPI".
func (m *Mechanism) Name() string { return "GSSAPI" }

// Begin gets a ticket for the service, from the cache or from the KDC. It waits for each
// KDC up to five seconds for UDP and for TCP.
//
// An error that matches [backend.ErrAuthentication] says that there is no ticket, with the
// text of PHP and MIT Kerberos where they have one. It also matches
// [backend.ErrTemporary] if no KDC can be reached. ErrNotSupported is a cache or a key of
// a type that cannot be used. ErrInvalidArgument is a Mechanism that contradicts itself, or
// a user name that cannot be sent. No error contains a ticket, key or password.
func (m *Mechanism) Begin(ctx context.Context, target backend.MechanismTarget) (backend.MechanismExchange, error) {
	if err := m.check(target); err != nil {
		return nil, err
	}
	type result struct {
		x   *exchange
		err error
	}
	done := make(chan result, 1)
	go func() { // gokrb5 knows no context
		var r result
		defer func() { done <- r }()
		// gokrb5 8.4.4 slices what a KDC has encrypted without checking its length.
		defer func() {
			if recover() != nil {
				r = result{err: denied("GSSAPI failure: an answer of the KDC is malformed")}
			}
		}()
		r.x, r.err = m.prepare(ctx, target)
	}()
	select {
	case <-ctx.Done():
		return nil, interrupted(context.Cause(ctx))
	case r := <-done:
		if r.err != nil {
			return nil, r.err
		}
		return r.x, nil
	}
}

// maxName bounds the name of a user, in octets. c-client has 1024 for all of the response.
const maxName = 1 << 10

func (m *Mechanism) check(target backend.MechanismTarget) error {
	sources := 0
	for _, s := range []string{m.Keytab, m.Password, m.Cache} {
		if s != "" {
			sources++
		}
	}
	switch {
	case sources > 1:
		return invalid("gssapi.Mechanism: more than one of Keytab, Password and Cache is set")
	case m.Principal == "" && (m.Keytab != "" || m.Password != ""):
		return invalid("gssapi.Mechanism: Keytab and Password need a Principal")
	case strings.Contains(target.User, "\x00") || len(target.User) > maxName:
		return invalid("The user name is too long or holds an octet that cannot be sent")
	}
	return nil
}

// prepare gets the ticket and the first token.
func (m *Mechanism) prepare(ctx context.Context, target backend.MechanismTarget) (*exchange, error) {
	conf, err := loadConfig(m.Config)
	if err != nil {
		return nil, err
	}
	host := m.ServiceHost
	if host == "" {
		host = serviceHost(ctx, conf, resolver, target)
	}
	w := &wallet{conf: conf, host: host, notify: target.Notify}
	defer w.close()
	if err := m.open(w); err != nil {
		return nil, err
	}
	if user := target.AuthUser; user != "" && user != w.principal() && user+"@"+w.creds.Realm() != w.principal() {
		return nil, denied("Can't use Kerberos: invalid /authuser")
	}
	ticket, key, err := w.ticket(target.Service)
	if err != nil {
		return nil, err
	}
	return newExchange(w.creds, ticket, key, target.User)
}

// String returns a description without the password.
func (m *Mechanism) String() string {
	switch {
	case m.Keytab != "":
		return "GSSAPI as " + m.Principal + " with keytab " + m.Keytab
	case m.Password != "":
		return "GSSAPI as " + m.Principal + " with a password"
	}
	return "GSSAPI with a credential cache"
}

// Format writes String for every verb: by default %v of a Mechanism would show the
// password.
func (m Mechanism) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

func invalid(text string) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: text}
}

func unsupported(text string) error {
	return &backend.Error{Kind: backend.ErrNotSupported, Text: text}
}

func denied(text string) error {
	return &backend.Error{Kind: backend.ErrAuthentication, Text: text}
}

func violation(text string) error {
	return &backend.Error{Kind: backend.ErrProtocol, Text: "GSSAPI: " + text}
}

// interrupted is the error when the context of the login ends.
func interrupted(cause error) error {
	e := &backend.Error{Kind: backend.ErrConnect, Text: "Can't get a Kerberos ticket in time", Err: cause}
	if errors.Is(cause, context.DeadlineExceeded) {
		e.Kind = backend.ErrTimeout
	}
	return e
}
