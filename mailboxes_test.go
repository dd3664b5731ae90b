package imapcompat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestManageMailboxes(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.IMAPRef()
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.CreateMailbox(ref+"Archive"))
	must(t, mbox.CreateMailbox(ref+"&AOQ-"))
	// As in PHP the host in the name does not matter.
	must(t, mbox.CreateMailbox("{elsewhere.example/imap}Other"))
	must(t, mbox.RenameMailbox(ref+"Archive", ref+"Archive/2025"))
	must(t, mbox.DeleteMailbox(ref+"Other"))
	if got, want := strings.Join(srv.Mailboxes(), " "), "Archive/2025 INBOX ä"; got != want {
		t.Errorf("the server has %q, want %q", got, want)
	}
}

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestMailboxNames(t *testing.T) {
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
		{mbox.RenameMailbox("x", ref+"y"), "Can't rename mailbox x: no such mailbox"},
		{mbox.RenameMailbox(ref+"x", "{x}a&b"), "Can't rename to unterminated modified UTF-7 name: {x}a&b"},
		{mbox.DeleteMailbox("{bad"), "Can't delete mailbox {bad: invalid remote specification"},
		{mbox.DeleteMailbox("{x/pop3}INBOX"), "Can't delete mailbox {x/pop3}INBOX: invalid remote specification"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	// PHP returns false and says nothing.
	for _, err := range []error{mbox.CreateMailbox("{bad"), mbox.CreateMailbox("x"), mbox.CreateMailbox(srv.POP3Ref() + "INBOX"), mbox.RenameMailbox(ref+"x", "y")} {
		if !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	}
	unsent(t, srv, sent)
}

func TestMailboxesOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	ref := srv.POP3Ref()
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.CreateMailbox(ref + "x"), "Can't create mailboxes over POP3"},
		{mbox.RenameMailbox(ref+"INBOX", ref+"x"), "Can't rename mailbox over POP3"},
		{mbox.DeleteMailbox(ref + "INBOX"), "Can't delete mailbox over POP3"},
	} {
		refused(t, test.err, imapcompat.ErrNotSupported, test.want)
	}
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
}
