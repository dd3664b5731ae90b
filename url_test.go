package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestURL(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, strings.Replace(name, "{127.0.0.1", "{LocalHost", 1))
		sent := len(srv.Transcript())
		got, err := mbox.URL()
		must(t, err)
		if n := len(srv.Transcript()); n != sent {
			t.Errorf("sent %q", srv.Transcript()[sent:])
		}
		validity, err := mbox.UIDValidity()
		must(t, err)
		want := fmt.Sprintf("pop://user@%s", strings.Replace(srv.POP3Addr(), "127.0.0.1", "localhost", 1))
		if strings.Contains(name, "/imap") {
			want = fmt.Sprintf("imap://user@%s/INBOX;UIDVALIDITY=%d", strings.Replace(srv.IMAPAddr(), "127.0.0.1", "localhost", 1), validity)
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		must(t, mbox.Close())
		if _, err := mbox.URL(); !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

// The URL is that of the mailbox that is open now.
func TestURLOfReopened(t *testing.T) {
	srv := imaptest.NewServer(t)
	for _, name := range []string{"Entw&APw-rfe", "a;b/c d@e:f%g?h#i", "&2D3cjA-", "&-"} {
		must(t, open(t, srv, srv.IMAP()).CreateMailbox(srv.IMAPRef()+name))
	}
	mbox := open(t, srv, srv.IMAP())
	for name, want := range map[string]string{
		"inbox":             "/INBOX;UIDVALIDITY=",
		"Entw&APw-rfe":      "/Entw%C3%BCrfe;UIDVALIDITY=",
		"a;b/c d@e:f%g?h#i": "/a%3Bb/c%20d@e:f%25g%3Fh%23i;UIDVALIDITY=",
		"&2D3cjA-":          "/%F0%9F%92%8C;UIDVALIDITY=",
		"&-":                "/&;UIDVALIDITY=",
		"Nope":              "/",
	} {
		must(t, mbox.Reopen(srv.IMAPRef()+name))
		got, err := mbox.URL()
		must(t, err)
		got = strings.TrimRight(got, "0123456789")
		if want := "imap://user@" + srv.IMAPAddr() + want; got != want && name != "Nope" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if _, err := url.Parse(got); err != nil {
			t.Error(err)
		}
	}
}

// stated is a session that has nothing but a state.
type stated struct {
	backend.Session
	state backend.State
}

func (s stated) Select(context.Context, string, bool) error { return nil }
func (s stated) State() backend.State                       { return s.state }
func (s stated) Traits() backend.Traits                     { return backend.Traits{} }
func (s stated) Link() backend.Link                         { return backend.Link{Host: "canonical.example.org", Port: 9} }
func (s stated) Logout(context.Context) error               { return nil }

func TestURLOfNames(t *testing.T) {
	inbox := backend.State{Mailbox: "INBOX", UIDValidity: 7}
	for _, test := range []struct {
		name, user string
		state      backend.State
		want       string
	}{
		{"{Mail.Example.ORG}", "user", inbox, "imap://user@mail.example.org:143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org:1143/ssl}", "user", inbox, "imap://user@mail.example.org:1143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org/ssl}", "user", inbox, "imap://user@mail.example.org:993/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org/tryssl}", "user", inbox, "imap://user@mail.example.org:993/INBOX;UIDVALIDITY=7"},
		{"{[2001:DB8::1]}", "user", inbox, "imap://user@[2001:db8::1]:143/INBOX;UIDVALIDITY=7"},
		{"{[192.0.2.1]}", "user", inbox, "imap://user@192.0.2.1:143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org/user=info/authuser=ada}", "ada", inbox, "imap://info@mail.example.org:143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org/anonymous}", "user", inbox, "imap://mail.example.org:143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org}", "ada@example.org;AUTH=*:x/é", inbox, "imap://ada%40example.org%3BAUTH=*%3Ax%2F%C3%A9@mail.example.org:143/INBOX;UIDVALIDITY=7"},
		{"{mail.example.org}", "user", backend.State{Mailbox: "INBOX"}, "imap://user@mail.example.org:143/INBOX"},
		{"{mail.example.org}", "user", backend.State{Mailbox: "INBOX", UIDValidity: 7, UIDNotSticky: true}, "imap://user@mail.example.org:143/INBOX"},
		{"{mail.example.org}", "user", backend.State{UIDValidity: 7}, "imap://user@mail.example.org:143/"},
		{"{mail.example.org}", "user", backend.State{Mailbox: "\xff\r\n"}, "imap://user@mail.example.org:143/%FF%0D%0A"},
		{"{mail.example.org/pop3}", "user", inbox, "pop://user@mail.example.org:110"},
		{"{mail.example.org/pop3/ssl}", "ada lovelace", inbox, "pop://ada%20lovelace@mail.example.org:995"},
	} {
		service := func(context.Context, *backend.Config) (backend.Session, error) { return stated{state: test.state}, nil }
		mbox, err := imapcompat.Open(test.name, test.user, "secret", imapcompat.WithService("imap", service), imapcompat.WithService("pop3", service))
		must(t, err)
		got, err := mbox.URL()
		if got != test.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", test.name, got, err, test.want)
		}
		must(t, mbox.Close())
	}
}
