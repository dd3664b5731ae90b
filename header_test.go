package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// It is HeaderInfo by PHP's other name, the names of errors included.
func TestHeaderErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.Header(-1); return err }, "imap_headerinfo(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
		})
	})
}
