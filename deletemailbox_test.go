package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestDeleteMailboxNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.DeleteMailbox("{bad"), "Can't delete mailbox {bad: invalid remote specification"},
		{mbox.DeleteMailbox("{x/pop3}INBOX"), "Can't delete mailbox {x/pop3}INBOX: invalid remote specification"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	unsent(t, srv, sent)
}

func TestDeleteMailboxOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.DeleteMailbox(srv.POP3Ref()+"INBOX"), imapcompat.ErrNotSupported, "Can't delete mailbox over POP3")
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}
