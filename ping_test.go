package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// On IMAP the removal shows at the next Ping.
func TestPing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(4)...)
	mbox := open(t, srv, srv.IMAP())
	must(t, srv.Remove("INBOX", 1))
	srv.Append("INBOX", imaptest.Message{Text: "Subject: 5\n\n"})
	if got := subjects(t, mbox); !strings.HasPrefix(got, "1 2 3 4") && !strings.HasPrefix(got, "- 2 3 4") {
		t.Errorf("before: %s", got)
	}
	must(t, mbox.Ping())
	if got, want := subjects(t, mbox), "2 3 4 5"; got != want {
		t.Errorf("after: %s, want %s", got, want)
	}
}
