package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSubscribeOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.Subscribe(srv.POP3Ref()+"INBOX"), imapcompat.ErrNotSupported, "Can't subscribe to mailbox over POP3")
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}

// The text is PHP 8.2's on Dovecot.
func TestSubscribeNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	refused(t, mbox.Subscribe("x"), imapcompat.ErrInvalidArgument, "Can't subscribe to mailbox x: no such mailbox")
	unsent(t, srv, sent)
}

// The text is PHP 8.2's on Dovecot.
func TestUnsubscribeNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	refused(t, mbox.Unsubscribe("x"), imapcompat.ErrInvalidArgument, "No subscriptions")
	unsent(t, srv, sent)
}
