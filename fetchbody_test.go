package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestFetchBodyErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.FetchBody(9, "1", imapcompat.FT_UID); return err }, "imap_fetchbody(): UID does not exist", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchBody(1, "1", imapcompat.FT_NOT); return err }, "imap_fetchbody(): Argument #4 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
		})
		if text, err := mbox.FetchBody(1, "7"); text != "" || err != nil {
			t.Errorf("an unknown section: %q, %v", text, err)
		}
	})
}
