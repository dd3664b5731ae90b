package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestRenameMailboxNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	ref := srv.IMAPRef()
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.RenameMailbox("x", ref+"y"), "Can't rename mailbox x: no such mailbox"},
		{mbox.RenameMailbox(ref+"x", "{x}a&b"), "Can't rename to unterminated modified UTF-7 name: {x}a&b"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	// PHP returns false and says nothing.
	for _, err := range []error{mbox.RenameMailbox(srv.IMAPRef()+"x", "y")} {
		if !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	}
	unsent(t, srv, sent)
}

func TestRenameMailboxOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.RenameMailbox(srv.POP3Ref()+"INBOX", srv.POP3Ref()+"x"), imapcompat.ErrNotSupported, "Can't rename mailbox over POP3")
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}
