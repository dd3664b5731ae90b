package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestUIDValidity(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		sent := len(srv.Transcript())
		got, err := mbox.UIDValidity()
		must(t, err)
		if n := len(srv.Transcript()); n != sent {
			t.Errorf("sent %q", srv.Transcript()[sent:])
		}
		status, err := mbox.Status(name, imapcompat.SA_UIDVALIDITY)
		must(t, err)
		if got != status.UIDValidity || got == 0 {
			t.Errorf("got %d, want %d", got, status.UIDValidity)
		}
		must(t, mbox.Close())
		if _, err := mbox.UIDValidity(); !errors.Is(err, imapcompat.ErrClosed) {
			t.Error(err)
		}
	})
}

func TestUIDErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.UID(3); return err }, "imap_uid(): Bad message number", imapcompat.ErrBadMessageNumber},
		})
	})
}
