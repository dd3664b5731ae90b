package imapcompat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestCreateMailboxNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	ref := srv.IMAPRef()
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.CreateMailbox("INBOX"), "Can't create INBOX"},
		{mbox.CreateMailbox(ref + "a\r\nb"), "Can't create mailbox with such a name"},
		{mbox.CreateMailbox("{x}ä"), "Can't create mailbox name with 8-bit octet: {x}ä"},
		{mbox.CreateMailbox("{x}a&b"), "Can't create unterminated modified UTF-7 name: {x}a&b"},
		{mbox.CreateMailbox("{x}a&!-"), "Can't create invalid modified UTF-7 name: {x}a&!-"},
		{mbox.CreateMailbox(strings.Repeat("x", 800)), "Can't create " + strings.Repeat("x", 80) + ": no such mailbox"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	// PHP returns false and says nothing.
	for _, err := range []error{mbox.CreateMailbox("{bad"), mbox.CreateMailbox("x"), mbox.CreateMailbox(srv.POP3Ref() + "INBOX")} {
		if !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	}
	unsent(t, srv, sent)
}

func TestCreateMailboxOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.CreateMailbox(srv.POP3Ref()+"x"), imapcompat.ErrNotSupported, "Can't create mailboxes over POP3")
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}
