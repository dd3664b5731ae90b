package pop3bridge_test

import (
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// INBOX is the only mailbox. It has no other name and no hierarchy, and is listed while the
// session is open.
func TestList(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	for _, test := range []struct{ reference, pattern, want string }{
		{"", "*", `[{INBOX  [\NoInferiors]}] <nil>`}, {"inbox", "INBOX", `[{INBOX  [\NoInferiors]}] <nil>`}, {"x", "*", "[] <nil>"}, {"", "x", "[] <nil>"},
	} {
		list, err := s.List(ctx, test.reference, test.pattern)
		got := fmt.Sprint(list, err)
		check(t, test.reference+", "+test.pattern, got, test.want)
	}
	s.Abort()
	_, err := s.List(ctx, "", "*")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.ListSubscribed(ctx, "", "*")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.Scan(ctx, "", "*", "")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.Status(ctx, "INBOX", backend.StatusItems{})
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
}

// If no mailbox matches, Scan returns neither a mailbox nor an error.
func TestScan(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	list, err := s.Scan(ctx, "", "none", "text")
	check(t, "list", fmt.Sprint(list, err), "[] <nil>")
	_, err = s.Scan(ctx, "", "INBOX", "text")
	checkError(t, err, backend.ErrNotSupported, "Scan not valid for POP3 mailboxes")
}
