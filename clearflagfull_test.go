package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestClearFlagFullErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { return mbox.ClearFlagFull("1", `\Seen`, imapcompat.ST_SET) }, "imap_clearflag_full(): Argument #4 ($options) must be ST_UID or 0", imapcompat.ErrInvalidArgument},
		})
	})
}

// The flag goes, and the others stay.
func TestClearFlagFull(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.SetFlagFull("1:2", `\Flagged \Answered`))
		must(t, mbox.ClearFlagFull("2", `\Flagged`))
		list, err := mbox.FetchOverview("1:2")
		must(t, err)
		if !list[0].Flagged || !list[0].Answered || list[1].Flagged || !list[1].Answered {
			t.Errorf("got %+v, %+v", list[0], list[1])
		}
	})
}
