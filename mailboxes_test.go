package imapcompat_test

import (
	"strings"
	"testing"

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
	must(t, mbox.RenameMailbox(ref+"Archive", ref+"Old/2025"))
	must(t, mbox.DeleteMailbox(ref+"Other"))
	if got, want := strings.Join(srv.Mailboxes(), " "), "INBOX Old/2025 ä"; got != want {
		t.Errorf("the server has %q, want %q", got, want)
	}
}
