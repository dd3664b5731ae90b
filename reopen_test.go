package imapcompat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestReopen(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Delete("1"))
	check := func(want string, n int) {
		t.Helper()
		c, err := mbox.Check()
		must(t, err)
		if !strings.HasSuffix(c.Mailbox, want) || c.Nmsgs != n {
			t.Errorf("got %s with %d messages, want %s with %d", c.Mailbox, c.Nmsgs, want, n)
		}
	}
	must(t, mbox.Reopen(srv.IMAPRef()+"Archive"))
	check(`/imap/notls/user="user"}Archive`, 0)
	must(t, mbox.Reopen(srv.IMAP(), imapcompat.OP_READONLY))
	check(`/imap/notls/readonly/user="user"}INBOX`, 3)
	if got := subjects(t, mbox); got != "D1 2 3" {
		t.Errorf("marks: %s", got)
	}
	must(t, mbox.SetFlagFull("2", `\Flagged`))
	if flags := srv.Messages("INBOX")[1].Flags; len(flags) > 0 {
		t.Errorf("a read-only mailbox was changed: %v", flags)
	}
	must(t, mbox.Reopen(srv.IMAP(), imapcompat.OP_HALFOPEN))
	check(`}<no_mailbox>`, 0)
	if _, err := mbox.HeaderInfo(1); !errors.Is(err, imapcompat.ErrBadMessageNumber) {
		t.Errorf("half-open: %v", err)
	}
	if list, err := mbox.FetchOverview("1:*", imapcompat.FT_UID); len(list) > 0 || err != nil {
		t.Errorf("half-open: overviews %v, error %v", list, err)
	}
	if err := mbox.SetFlagFull("1", "", imapcompat.ST_UID); !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("half-open: no flags were set: %v", err)
	}
	err := mbox.Reopen("Archive")
	if !errors.Is(err, imapcompat.ErrInvalidArgument) || mbox.LastError() != "Can't open mailbox Archive: no such mailbox" {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Reopen(srv.IMAPRef()+"Nowhere"))
	check(`}<no_mailbox>`, 0)
	// To the other service, and back.
	must(t, mbox.Reopen(srv.POP3()))
	check(`/pop3/notls/user="user"}INBOX`, 3)
	must(t, mbox.Delete("2"))
	must(t, mbox.Reopen(srv.POP3()))
	if got := subjects(t, mbox); got != "1 2 3" {
		t.Errorf("marks on POP3 after reopening: %s", got)
	}
	must(t, mbox.Reopen(srv.IMAP()))
	check(`/imap/notls/user="user"}INBOX`, 3)
	// A connection that was lost is opened again.
	srv.DropConnections()
	if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("Ping on a lost connection: %v", err)
	}
	if !mbox.IsOpen() {
		t.Error("a lost connection counts as closed")
	}
	must(t, mbox.Reopen(srv.IMAP()))
	check(`/imap/notls/user="user"}INBOX`, 3)
	// A server that is not there closes the connection.
	err = mbox.Reopen("{127.0.0.1:1/imap/notls}INBOX")
	if !errors.Is(err, imapcompat.ErrConnect) || !strings.HasPrefix(err.Error(), "imap_reopen(): Couldn't re-open stream: ") {
		t.Errorf("got %v", err)
	}
	if mbox.IsOpen() {
		t.Error("still open")
	}
}

// CL_EXPUNGE lasts over a Reopen without flags, and no other.
func TestReopenExpunge(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []imapcompat.Option
		want int // messages that are left
	}{
		{"no flags", nil, 2},
		{"a flag of 0", []imapcompat.Option{imapcompat.OpenFlag(0)}, 2},
		{"CL_EXPUNGE", []imapcompat.Option{imapcompat.CL_EXPUNGE}, 2},
		{"read-only and CL_EXPUNGE", []imapcompat.Option{imapcompat.OP_READONLY, imapcompat.CL_EXPUNGE}, 2},
		{"read-only", []imapcompat.Option{imapcompat.OP_READONLY}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, texts(3)...)
			mbox := open(t, srv, srv.IMAP(), imapcompat.CL_EXPUNGE)
			must(t, mbox.Delete("1"))
			must(t, mbox.Reopen(srv.IMAP(), tt.opts...))
			must(t, mbox.Reopen(srv.IMAP()))
			must(t, mbox.Close())
			if left := len(srv.Messages("INBOX")); left != tt.want {
				t.Errorf("%d messages are left, want %d", left, tt.want)
			}
		})
	}
}

func TestReopenErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { return mbox.Reopen(name, imapcompat.OP_SECURE) }, "imap_reopen(): Argument #3 ($flags) must be a bitmask of OP_READONLY, OP_ANONYMOUS, OP_HALFOPEN, OP_EXPUNGE, and CL_EXPUNGE", imapcompat.ErrInvalidArgument},
		})
	})
}
