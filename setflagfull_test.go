package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSetFlagFullErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { return mbox.SetFlagFull("1", `\Seen`, imapcompat.ST_SILENT) }, "imap_setflag_full(): Argument #4 ($options) must be ST_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.SetFlagFull("1", `(\Seen`) }, "imap_setflag_full(): Bad flag list", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.SetFlagFull("1", `\Seen)`) }, "imap_setflag_full(): Bad flag list", imapcompat.ErrInvalidArgument},
		}, "Bad flag list", "Bad flag list")
	})
}
