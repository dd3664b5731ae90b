package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

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
