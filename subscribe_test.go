package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestSubscriptionNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.Subscribe("x"), "Can't subscribe to mailbox x: no such mailbox"},
		{mbox.Unsubscribe("x"), "No subscriptions"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	unsent(t, srv, sent)
}

func TestSubscribeOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.Subscribe(srv.POP3Ref()+"INBOX"), imapcompat.ErrNotSupported, "Can't subscribe to mailbox over POP3")
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}
