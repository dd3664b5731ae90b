package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

// checkClone checks that a clone of mbox has a mailbox open, and returns it.
func checkClone(t *testing.T, mbox *imapcompat.Connection, mailbox string, opts ...imapcompat.Option) *imapcompat.Connection {
	t.Helper()
	clone, err := mbox.Clone(soon(t), opts...)
	must(t, err)
	t.Cleanup(func() { clone.Close() })
	check, err := clone.Check()
	must(t, err)
	if _, got, _ := strings.Cut(check.Mailbox, "}"); got != mailbox {
		t.Errorf("open: %s, want %s", check.Mailbox, mailbox)
	}
	return clone
}

// A clone is a connection of its own, whatever has become of the first.
func TestClone(t *testing.T) {
	both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		first := checkClone(t, mbox, "INBOX")
		srv.DropConnections()
		if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("got %v", err)
		}
		first.Close() // is lost as well
		second := checkClone(t, mbox, "INBOX")
		must(t, second.Close())
		mbox.Close()
		third := checkClone(t, checkClone(t, second, "INBOX"), "INBOX")
		if n, err := third.NumMsg(); n != 3 || err != nil {
			t.Errorf("%d messages, %v", n, err)
		}
		if third.IsOpen() != true || mbox.IsOpen() {
			t.Error("a clone has closed or opened another")
		}
	})
}

// A clone has the mailbox that is open now, not that of Open, and is read-only if that is.
func TestCloneOfReopened(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Reopen("{127.0.0.1}Archive", imapcompat.OP_READONLY)) // on the same connection
	clone := checkClone(t, mbox, "Archive")
	if flags, err := clone.PermanentFlags(); err != nil || len(flags.Flags) > 0 {
		t.Errorf("not read-only: %v, %v", flags, err)
	}
	must(t, mbox.Reopen(srv.IMAP(), imapcompat.OP_HALFOPEN))
	checkClone(t, mbox, "<no_mailbox>")
	if err := mbox.Reopen("{127.0.0.1:1/notls}INBOX"); !errors.Is(err, imapcompat.ErrConnect) {
		t.Errorf("got %v", err)
	}
	checkClone(t, mbox, "<no_mailbox>")
	must(t, open(t, srv, srv.IMAP()).DeleteMailbox(srv.IMAPRef()+"Archive"))
	checkClone(t, clone, "<no_mailbox>") // as Open
}

// The options are those of Open and Reopen, and those of Clone come last.
func TestCloneOptions(t *testing.T) {
	srv := imaptest.Config{Token: "ya29", Mechanisms: []string{"XOAUTH2"}, TLS: imaptest.RequireTLS}.NewServer(t, texts(1)...)
	var notices, others int
	mbox := open(t, srv, strings.Replace(srv.IMAPRef(), "/notls", "", 1)+"INBOX",
		imapcompat.WithTLSConfig(srv.ClientTLS()), imapcompat.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "ya29"})), imapcompat.CL_EXPUNGE,
		imapcompat.WithDisabledAuthenticators("PLAIN"), imapcompat.WithNotify(func(backend.Notice) { notices++ }))
	clone := checkClone(t, mbox, "INBOX")
	other := checkClone(t, clone, "INBOX", imapcompat.OP_READONLY, imapcompat.WithDisabledAuthenticators("LOGIN"),
		imapcompat.WithNotify(func(backend.Notice) { others++ }))
	for _, c := range []*imapcompat.Connection{clone, other} {
		if c.MailMove("1", "Nope") == nil {
			t.Error("moved to a mailbox that is not there")
		}
	}
	if notices == 0 || others == 0 {
		t.Errorf("%d and %d notices", notices, others)
	}
	must(t, clone.Delete("1"))
	must(t, other.Close())
	if got := stored(srv); got != "1" {
		t.Errorf("a read-only clone has expunged: %q", got)
	}
	must(t, clone.Close())
	if got := stored(srv); got != "" {
		t.Errorf("CL_EXPUNGE is not an option of the clone: %q", got)
	}
}

// The clone of an encrypted connection demands encryption, although the name did not.
func TestCloneStaysEncrypted(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.RequireTLS}.NewServer(t, texts(1)...)
	name := strings.Replace(srv.IMAPRef(), "/notls", "", 1) + "INBOX"
	mbox := open(t, srv, name, imapcompat.WithTLSConfig(srv.ClientTLS()))
	plain := imaptest.NewServer(t)
	before := len(plain.Transcript())
	_, err := mbox.Clone(soon(t), imapcompat.WithDialer(redirect(plain.IMAPAddr())))
	if !errors.Is(err, imapcompat.ErrNotSupported) && !errors.Is(err, imapcompat.ErrConnect) {
		t.Errorf("got %v", err)
	}
	for _, line := range plain.Transcript()[before:] {
		if strings.Contains(line, "LOGIN") || strings.Contains(line, "AUTHENTICATE") {
			t.Errorf("sent %q", line)
		}
	}
}

// The errors are those of OpenContext.
func TestCloneErrors(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	check := func(want error, ctx context.Context, opts ...imapcompat.Option) {
		t.Helper()
		clone, err := mbox.Clone(ctx, opts...)
		var e *imapcompat.Error
		if clone != nil || !errors.As(err, &e) || e.Func != "imap_open" || !errors.Is(err, want) || strings.Contains(fmt.Sprintf("%+v", e), srv.Password) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	check(context.Canceled, ended)
	check(imapcompat.ErrInvalidArgument, soon(t), imapcompat.WithRetries(-1))
	check(imapcompat.ErrInvalidArgument, soon(t), imapcompat.OpenFlag(1<<20))
	must(t, srv.Fail(imaptest.Fault{Command: "LOGIN", Times: 3, Refuse: "[UNAVAILABLE] Later"}))
	check(imapcompat.ErrTemporary, soon(t))
	srv.Close()
	check(imapcompat.ErrConnect, soon(t))
}

// The context of a connection bounds no call of its clone.
func TestCloneContext(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	ctx, cancel := context.WithCancel(context.Background())
	clone, err := mbox.WithContext(ctx).Clone(ctx)
	must(t, err)
	cancel()
	must(t, clone.Ping())
	must(t, clone.Close())
}

// redirect connects to one address, whatever is asked for.
type redirect string

func (r redirect) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, string(r))
}
