package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// In an empty mailbox there is no UID, and nothing is sent to find that out.
func TestMsgNoOfEmptyMailbox(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		sent := len(srv.Transcript())
		if num, err := mbox.MsgNo(5); num != 0 || err != nil || len(srv.Transcript()) != sent {
			t.Errorf("got %d, %v, sent %q", num, err, srv.Transcript()[sent:])
		}
	})
}

func TestMsgNoErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.MsgNo(0); return err }, "imap_msgno(): Argument #2 ($message_uid) must be greater than 0", imapcompat.ErrInvalidArgument},
		})
		if n, err := mbox.MsgNo(9); n != 0 || err != nil {
			t.Errorf("MsgNo of an unknown UID: %d, %v", n, err)
		}
	})
}
