package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The text is PHP 8.2's on Dovecot.
func TestUnsubscribeNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	refused(t, mbox.Unsubscribe("x"), imapcompat.ErrInvalidArgument, "No subscriptions")
	unsent(t, srv, sent)
}
