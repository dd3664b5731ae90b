package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// What was not asked for is not set.
func TestStatusIsset(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.IMAP())
	status, err := mbox.Status(srv.IMAP(), imapcompat.SA_MESSAGES)
	must(t, err)
	if !status.Isset("messages") || status.Isset("uidnext") || status.Isset("none") {
		t.Errorf("set: %v %v %v", status.Isset("messages"), status.Isset("uidnext"), status.Isset("none"))
	}
}

// A connection is asked about mailboxes of its own service only.
func TestStatusOfAnotherService(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	for _, test := range []struct{ open, about string }{{srv.IMAP(), srv.POP3()}, {srv.POP3(), srv.IMAP()}} {
		_, err := open(t, srv, test.open).Status(test.about, imapcompat.SA_ALL)
		want := "imap_status(): Can't get status of mailbox " + test.about + ": invalid remote specification"
		if err == nil || err.Error() != want || !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestStatusErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.Status(name, 32); return err }, "imap_status(): Argument #3 ($flags) must be a bitmask of SA_* constants", imapcompat.ErrInvalidArgument},
		})
	})
}
