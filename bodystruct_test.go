package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestBodyStructErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.BodyStruct(0, "1"); return err }, "imap_bodystruct(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.BodyStruct(9, "1"); return err }, "imap_bodystruct(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.BodyStruct(1, "1.1"); return err }, `imap_bodystruct(): The message has no part "1.1"`, imapcompat.ErrNoSuchPart},
			{func() error { _, err := mbox.BodyStruct(1, ""); return err }, `imap_bodystruct(): The message has no part ""`, imapcompat.ErrNoSuchPart},
		})
	})
}

func TestBodyStructMarks(t *testing.T) {
	checkMarks(t, []marking{
		{"BodyStruct", func(mbox *imapcompat.Connection) error { _, err := mbox.BodyStruct(1, "1"); return err }, false},
	})
}
