package pop3bridge_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// configFor returns the configuration for a server in memory.
func configFor(t testing.TB, srv *imaptest.Server, mode backend.TLSMode) *backend.Config {
	t.Helper()
	host, port, err := net.SplitHostPort(srv.POP3Addr())
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return &backend.Config{
		Host: host, Port: n, User: srv.User, Password: srv.Password, Tries: 1,
		TLS: mode, TLSConfig: srv.ClientTLS(),
	}
}

// commands returns the commands in the transcript that begin with one of the names.
func commands(srv *imaptest.Server, names ...string) []string {
	var list []string
	for _, line := range srv.Transcript() {
		if name, _, _ := strings.Cut(line, " "); slices.Contains(names, name) {
			list = append(list, line)
		}
	}
	return list
}

// loginCommands are the commands of a login.
var loginCommands = []string{"CAPA", "STLS", "AUTH", "APOP", "USER"}

func TestServerLogins(t *testing.T) {
	scram := []string{imaptest.Plain, imaptest.ScramSHA256}
	tests := []struct {
		name   string
		server imaptest.Config
		mode   backend.TLSMode
		change func(*backend.Config)
		sent   []string
	}{
		{"implicit TLS", imaptest.Config{TLS: imaptest.ImplicitTLS}, backend.TLSImplicit, nil,
			[]string{"CAPA", "AUTH PLAIN", "CAPA"}},
		{"STLS", imaptest.Config{TLS: imaptest.OfferTLS}, backend.TLSWhenOffered, nil,
			[]string{"CAPA", "STLS", "CAPA", "AUTH PLAIN", "CAPA"}},
		{"STLS required", imaptest.Config{TLS: imaptest.RequireTLS}, backend.TLSRequired, nil,
			[]string{"CAPA", "STLS", "CAPA", "AUTH PLAIN", "CAPA"}},
		{"SCRAM", imaptest.Config{Mechanisms: scram}, backend.TLSNever, nil,
			[]string{"CAPA", "AUTH SCRAM-SHA-256", "CAPA"}},
		{"SCRAM disabled", imaptest.Config{Mechanisms: scram}, backend.TLSNever,
			func(c *backend.Config) { c.Disabled = []string{"SCRAM-SHA-256"} },
			[]string{"CAPA", "AUTH PLAIN", "CAPA"}},
		{"APOP", imaptest.Config{Mechanisms: []string{}}, backend.TLSNever, nil,
			[]string{"CAPA", "APOP user ", "CAPA"}},
		{"no APOP behind STLS", imaptest.Config{Mechanisms: []string{}, TLS: imaptest.OfferTLS}, backend.TLSRequired, nil,
			[]string{"CAPA", "STLS", "CAPA", "USER user", "CAPA"}},
		{"OAUTHBEARER", imaptest.Config{TLS: imaptest.ImplicitTLS, Token: "t0ken"}, backend.TLSImplicit,
			func(c *backend.Config) {
				c.TokenSource = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t0ken"})
			},
			[]string{"CAPA", "AUTH OAUTHBEARER", "CAPA"}},
		{"XOAUTH2", imaptest.Config{TLS: imaptest.ImplicitTLS, Token: "t0ken", Mechanisms: []string{imaptest.XOAuth2}}, backend.TLSImplicit,
			func(c *backend.Config) {
				c.TokenSource = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t0ken"})
			},
			[]string{"CAPA", "AUTH XOAUTH2", "CAPA"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv := test.server.NewServer(t, "Subject: hello\n\nworld\n")
			cfg := configFor(t, srv, test.mode)
			if test.change != nil {
				test.change(cfg)
			}
			s, err := pop3bridge.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "text", texts(t, s, 1, "TEXT"), []string{"world\r\n"})
			check(t, "TLS", s.Link().TLS, test.server.TLS != imaptest.NoTLS)
			check(t, "logout", s.Logout(ctx), nil)
			sent := commands(srv, loginCommands...)
			if !slices.EqualFunc(sent, test.sent, strings.HasPrefix) {
				t.Errorf("sent %q, want %q", sent, test.sent)
			}
		})
	}
}

func TestServerRefusals(t *testing.T) {
	t.Run("wrong token", func(t *testing.T) {
		srv := imaptest.Config{TLS: imaptest.ImplicitTLS, Token: "t0ken", Mechanisms: []string{imaptest.XOAuth2}}.NewServer(t)
		cfg := configFor(t, srv, backend.TLSImplicit)
		cfg.TokenSource = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "stolen"})
		_, err := pop3bridge.Open(ctx, cfg)
		if !errors.Is(err, backend.ErrAuthentication) || strings.Contains(err.Error(), "stolen") {
			t.Error(err)
		}
	})
	t.Run("certificate", func(t *testing.T) {
		srv := imaptest.Config{TLS: imaptest.OfferTLS}.NewServer(t)
		cfg := configFor(t, srv, backend.TLSWhenOffered)
		cfg.TLSConfig = nil
		_, err := pop3bridge.Open(ctx, cfg)
		if !errors.Is(err, backend.ErrCertificate) || errors.Is(err, backend.ErrConnectionLost) {
			t.Error(err)
		}
		check(t, "logins", commands(srv, "AUTH", "USER", "APOP"), nil)
	})
	t.Run("no server", func(t *testing.T) {
		srv := imaptest.NewServer(t)
		cfg := configFor(t, srv, backend.TLSNever)
		srv.Close()
		if _, err := pop3bridge.Open(ctx, cfg); !errors.Is(err, backend.ErrConnect) {
			t.Error(err)
		}
	})
}

// A mailbox of many messages, with PIPELINING and without.
func TestServerBulk(t *testing.T) {
	const count = 200
	var messages []string
	for i := range count {
		messages = append(messages, fmt.Sprintf("Subject: number %d\n\n.body %d\n%s", i+1, i+1, strings.Repeat("x\n", i*10)))
	}
	for _, without := range [][]string{nil, {"PIPELINING"}, {"TOP"}, {"CAPA"}} {
		t.Run(fmt.Sprint("without ", without), func(t *testing.T) {
			srv := imaptest.Config{Without: without}.NewServer(t, messages...)
			s, err := pop3bridge.Open(ctx, configFor(t, srv, backend.TLSNever))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Abort()
			n := 0
			items := sections(true, "TEXT", "HEADER")
			items.Envelope, items.UniqueID, items.Size = true, true, true
			for m, err := range s.Fetch(ctx, all, items) {
				if err != nil {
					t.Fatal(err)
				}
				n++
				header := fmt.Sprintf("Subject: number %d\r\n\r\n", n)
				text := fmt.Sprintf(".body %d\r\n%s", n, strings.Repeat("x\r\n", (n-1)*10))
				if m.Num != n || m.Envelope.Subject.Value != fmt.Sprintf("number %d", n) || m.UniqueID == "" ||
					m.Size != len(header)+len(text) || string(m.Sections[0]) != text || string(m.Sections[1]) != header {
					t.Fatalf("message %d is %+v", n, m)
				}
			}
			check(t, "messages", n, count)
			for n = range 30 { // left early several times
				for m, err := range s.Fetch(ctx, backend.Set{Ranges: []backend.Range{{First: n + 1, Last: backend.Max}}}, sections(true, "HEADER")) {
					if err != nil || string(m.Sections[0]) != fmt.Sprintf("Subject: number %d\r\n\r\n", n+1) {
						t.Fatalf("message %d: %+v, %v", n+1, m, err)
					}
					break
				}
			}
			check(t, "logout", s.Logout(ctx), nil)
		})
	}
}

// Exactly the marked messages are gone afterwards.
func TestServerDeletes(t *testing.T) {
	subjects := func(srv *imaptest.Server) (list []string) {
		for _, m := range srv.Messages("INBOX") {
			subject, _, _ := strings.Cut(strings.TrimPrefix(m.Text, "Subject: "), "\r\n")
			list = append(list, subject)
		}
		return list
	}
	tests := []struct {
		name string
		end  func(*imaptest.Server, *pop3bridge.Session)
		left []string
	}{
		{"logout", func(_ *imaptest.Server, s *pop3bridge.Session) { s.Logout(ctx) }, []string{"one", "three"}},
		{"abort", func(_ *imaptest.Server, s *pop3bridge.Session) { s.Abort() }, []string{"one", "two", "three", "four"}},
		{"broken connection", func(srv *imaptest.Server, s *pop3bridge.Session) {
			srv.DropConnections()
			err := s.Logout(ctx)
			if !errors.Is(err, backend.ErrConnectionLost) || !strings.HasSuffix(err.Error(), "whether the 2 messages expunged are deleted") {
				t.Error(err)
			}
		}, []string{"one", "two", "three", "four"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, "Subject: one\n\n", "Subject: two\n\n", "Subject: three\n\n", "Subject: four\n\n")
			s, err := pop3bridge.Open(ctx, configFor(t, srv, backend.TLSNever))
			if err != nil {
				t.Fatal(err)
			}
			s.Store(ctx, msgs(2, 3, 4), backend.StoreAdd, []string{`\Deleted`})
			s.Store(ctx, msgs(3), backend.StoreRemove, []string{`\Deleted`})
			check(t, "expunge", s.Expunge(ctx), nil)
			check(t, "marked again", s.Store(ctx, msgs(1), backend.StoreAdd, []string{`\Deleted`}), nil)
			test.end(srv, s)
			srv.Close()
			check(t, "left", subjects(srv), test.left)
		})
	}
}
