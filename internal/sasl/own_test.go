package sasl_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// ticket is a mechanism of a program. Its exchange is complete after the response to one
// challenge.
type ticket struct {
	name     string
	begin    error
	next     error
	complete bool
	target   backend.MechanismTarget
}

func (k *ticket) Name() string { return k.name }

func (k *ticket) Begin(_ context.Context, target backend.MechanismTarget) (backend.MechanismExchange, error) {
	k.target = target
	if k.begin != nil {
		target.Notify(backend.Notice{Kind: backend.NoticeWarn, Text: "looking"})
		return nil, k.begin
	}
	return k, nil
}

func (k *ticket) Next([]byte) ([]byte, error) { return []byte("ticket"), k.next }
func (k *ticket) Complete() bool              { return k.complete }

func TestOwn(t *testing.T) {
	for _, c := range []struct {
		name    string
		cfg     backend.Config
		offered []string
		want    string
	}{
		{"first", backend.Config{}, all, "GSSAPI SCRAM-SHA-256 CRAM-MD5 PLAIN"},
		{"not offered", backend.Config{}, []string{"PLAIN"}, "PLAIN"},
		{"in small letters", backend.Config{}, []string{"gssapi"}, "GSSAPI"},
		{"disabled", backend.Config{Disabled: []string{"GSSAPI"}}, []string{"GSSAPI", "PLAIN"}, "PLAIN"},
		{"/secure/authuser", backend.Config{Secure: true, AuthUser: "adm"}, all, "GSSAPI SCRAM-SHA-256"},
		{"before a token", backend.Config{TokenSource: bearer}, all, "GSSAPI OAUTHBEARER XOAUTH2"},
		{"anonymous", backend.Config{Anonymous: true}, all, "ANONYMOUS"},
	} {
		c.cfg.Mechanisms = []backend.Mechanism{&ticket{name: "GSSAPI"}, &ticket{name: "KERBEROS_V4"}}
		var got []string
		for _, m := range append(sasl.Own(&c.cfg, c.offered, backend.MechanismTarget{}), sasl.Mechanisms(&c.cfg, c.offered, encrypted)...) {
			got = append(got, m.Name)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestOwnLogin has logins whose first mechanism is one of the program.
func TestOwnLogin(t *testing.T) {
	noTicket := &backend.Error{Kind: backend.ErrAuthentication, Text: "no ticket"}
	layer := &backend.Error{Kind: backend.ErrNotSupported, Text: "wants a layer"}
	for _, c := range []struct {
		name     string
		own      ticket
		password string
		offered  []string
		answers  []error // nil accepts
		tried    string
		want     []string // notices and the final error
		kind     error
	}{
		{"accepted, without a password", ticket{complete: true}, "", []string{"GSSAPI", "PLAIN"}, []error{nil},
			"GSSAPI", nil, nil},
		{"no ticket", ticket{begin: noTicket}, "sEcret", []string{"GSSAPI", "CRAM-MD5"}, []error{nil},
			"CRAM-MD5", []string{"looking", "no ticket"}, nil},
		{"no ticket, no password", ticket{begin: noTicket}, "", []string{"GSSAPI", "CRAM-MD5"}, nil,
			"", []string{"looking", "no ticket", "IMAP Authentication cancelled"}, backend.ErrAuthentication},
		{"no ticket, nothing else", ticket{begin: noTicket}, "sEcret", []string{"GSSAPI"}, nil,
			"", []string{"looking", "no ticket", "no ticket"}, backend.ErrAuthentication},
		{"a layer", ticket{next: layer}, "sEcret", []string{"GSSAPI", "CRAM-MD5"}, []error{nil},
			"GSSAPI CRAM-MD5", []string{"wants a layer"}, nil},
		{"a layer, nothing else", ticket{next: layer}, "sEcret", []string{"GSSAPI"}, nil,
			"GSSAPI", []string{"wants a layer", "wants a layer"}, backend.ErrAuthentication},
		{"impostor", ticket{next: &backend.Error{Kind: backend.ErrProtocol, Text: "wrong token"}}, "sEcret",
			[]string{"GSSAPI", "CRAM-MD5"}, nil, "GSSAPI", []string{"wrong token"}, backend.ErrProtocol},
		{"accepted too early", ticket{}, "sEcret", []string{"GSSAPI", "CRAM-MD5"}, []error{nil},
			"GSSAPI", []string{"GSSAPI: the server accepts the login before the exchange is complete"}, backend.ErrProtocol},
		{"refused, once", ticket{complete: true}, "sEcret", []string{"GSSAPI", "CRAM-MD5"},
			[]error{&sasl.Refused{Text: "no"}, nil}, "GSSAPI CRAM-MD5", nil, nil},
		{"no right", ticket{complete: true}, "sEcret", []string{"GSSAPI", "CRAM-MD5"},
			[]error{&sasl.Refused{Text: "[AUTHORIZATIONFAILED] no"}, nil}, "GSSAPI CRAM-MD5", nil, nil},
		{"refused and BYE", ticket{complete: true}, "sEcret", []string{"GSSAPI", "CRAM-MD5"},
			[]error{&sasl.Refused{Text: "[AUTHORIZATIONFAILED] no", Last: true}}, "GSSAPI",
			[]string{"Can not authenticate to IMAP server: [AUTHORIZATIONFAILED] no"}, backend.ErrAuthentication},
		{"not for now", ticket{complete: true}, "sEcret", []string{"GSSAPI", "CRAM-MD5"},
			[]error{&sasl.Refused{Text: "[CONTACTADMIN] no"}}, "GSSAPI",
			[]string{"Can not authenticate to IMAP server: [CONTACTADMIN] no"}, backend.ErrRefused},
	} {
		c.own.name = "GSSAPI"
		s := &session{}
		s.cfg = backend.Config{User: "joe", AuthUser: "adm", Password: c.password, Tries: 3, Notify: s.notify,
			Mechanisms: []backend.Mechanism{&c.own}}
		own := sasl.Own(&s.cfg, c.offered, backend.MechanismTarget{Service: "imap", Host: "h"})
		s.cfg.AuthUser = ""
		err := sasl.Login(context.Background(), &s.cfg, "IMAP", append(own, sasl.Mechanisms(&s.cfg, c.offered, encrypted)...),
			func(_ context.Context, client gosasl.Client) error {
				name, first, err := client.Start()
				s.tried = append(s.tried, name)
				if name == "GSSAPI" {
					if first != nil || err != nil {
						t.Errorf("%s: begins with %q, %v", c.name, first, err)
					}
					if response, err := client.Next(nil); err != nil {
						return err
					} else if string(response) != "ticket" {
						t.Errorf("%s: sends %q", c.name, response)
					}
				}
				answer := c.answers[0]
				c.answers = c.answers[1:]
				return answer
			})
		if err != nil {
			s.texts = append(s.texts, err.Error())
		}
		if !slices.Equal(s.texts, c.want) || !errors.Is(err, c.kind) {
			t.Errorf("%s: %q, %v, want %q, %v", c.name, s.texts, err, c.want, c.kind)
		}
		if tried := strings.Join(s.tried, " "); tried != c.tried {
			t.Errorf("%s: tried %q, want %q", c.name, tried, c.tried)
		}
		if got := c.own.target; got.User != "joe" || got.AuthUser != "adm" || got.Service != "imap" || got.Host != "h" {
			t.Errorf("%s: the target is %+v", c.name, got)
		}
	}
}
