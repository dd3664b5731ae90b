package imapcompat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// The date is the time of the call, as c-client writes it.
func TestCheck(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		check, err := mbox.Check()
		must(t, err)
		driver := "imap"
		if strings.Contains(name, "/pop3") {
			driver = "pop3"
		}
		if check.Driver != driver || check.Nmsgs != 2 || check.Recent != 2 || !strings.HasPrefix(check.Mailbox, "{127.0.0.1:") || !strings.HasSuffix(check.Mailbox, "INBOX") {
			t.Errorf("got %+v", check)
		}
		date, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700 (MST)", check.Date)
		if err != nil || time.Since(date).Abs() > time.Hour {
			t.Errorf("the date is %q: %v", check.Date, err)
		}
	})
}
