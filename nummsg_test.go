package imapcompat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The numbers are those of the mailbox as last heard of: on IMAP what is delivered counts
// from the next Ping on, and on POP3 a session has the messages that it began with.
func TestNumMsg(t *testing.T) {
	both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		check := func(when string, want, wantRecent int) {
			t.Helper()
			n, err := mbox.NumMsg()
			must(t, err)
			recent, err := mbox.NumRecent()
			must(t, err)
			if n != want || recent != wantRecent {
				t.Errorf("%s: %d messages, %d recent, want %d, %d", when, n, recent, want, wantRecent)
			}
		}
		check("opened", 3, 3)
		_, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: 4\n\n"})
		must(t, err)
		check("delivered", 3, 3)
		must(t, mbox.Ping())
		if strings.Contains(name, "/pop3") {
			check("after Ping", 3, 3)
		} else {
			check("after Ping", 4, 4)
		}
		must(t, mbox.Close())
		if _, err := mbox.NumMsg(); !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	})
}
