package imapcompat_test

import (
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// Where PHP returns what it has of a mailbox that the server refuses to tell of, we
// return an error.
func TestRefusedMailboxMsgInfo(t *testing.T) {
	recording := goldenRecording(t, "imap")
	server := golden.Server{Recording: &recording, Reply: "NO denied"}
	port, err := server.Start()
	must(t, err)
	defer server.Close()
	mbox, err := imapcompat.Open(fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port), "user", "password")
	must(t, err)
	defer mbox.Close()
	if info, err := mbox.MailboxMsgInfo(); err == nil || err.Error() != "imap_mailboxmsginfo(): denied" {
		t.Errorf("got %+v, %v", info, err)
	}
}
