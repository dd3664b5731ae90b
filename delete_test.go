package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A message that is marked stays until Expunge or a Close with CL_EXPUNGE.
func TestDelete(t *testing.T) {
	both(t, texts(5), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.Delete("2,4:5"))
		must(t, mbox.Undelete("4"))
		if got, want := subjects(t, mbox), "1 D2 3 4 D5"; got != want {
			t.Errorf("marked: %s, want %s", got, want)
		}
		info, err := mbox.MailboxMsgInfo()
		must(t, err)
		if info.Nmsgs != 5 || info.Deleted != 2 {
			t.Errorf("%d messages, %d deleted, want 5 and 2", info.Nmsgs, info.Deleted)
		}
		must(t, mbox.Expunge())
		if got, want := subjects(t, mbox), "1 3 4"; got != want {
			t.Errorf("expunged: %s, want %s", got, want)
		}
		must(t, mbox.Close())
		if got, want := stored(srv), "1 3 4"; got != want {
			t.Errorf("the server has %s, want %s", got, want)
		}
	})
}

func TestDeleteErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { return mbox.Delete("1", imapcompat.FT_PEEK) }, "imap_delete(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
		})
	})
}

func TestUndelete(t *testing.T) {
	both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.Delete("1:3"))
		must(t, mbox.Undelete("2"))
		must(t, mbox.Undelete("3", imapcompat.FT_UID))
		if got, want := subjects(t, mbox), "D1 2 3"; got != want {
			t.Errorf("marked: %s, want %s", got, want)
		}
		must(t, mbox.Expunge())
		if got, want := subjects(t, mbox), "2 3"; got != want {
			t.Errorf("left: %s, want %s", got, want)
		}
		checkErrors(t, mbox, []failing{
			{func() error { return mbox.Undelete("1", imapcompat.FT_PEEK) }, "imap_undelete(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
		})
	})
}
