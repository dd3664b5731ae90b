package conformance

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/internal/cuts"
)

// cutAccount returns a new user's account on Dovecot, with the messages of package cuts. It
// checks the files on the disk.
func cutAccount(t *testing.T, protocol string) (account cuts.Account, remove func()) {
	t.Helper()
	inbox := mailbox{name: "INBOX"}
	for n := 1; n <= cuts.Messages; n++ {
		inbox.messages = append(inbox.messages, dovecot.Message{Raw: []byte(cuts.Text(n))})
	}
	p := newPlace(t, inbox, mailbox{name: "Archive"}, mailbox{name: "Sent"})
	maildirs := server.(*dovecot.Server)
	account = cuts.Account{Addr: harness.Address(p.imap), User: p.user, Password: dovecot.Password}
	if protocol == "pop3" {
		account.Addr = harness.Address(p.pop3)
	}
	account.Look = func(mailbox string) (texts []string, err error) {
		files, err := maildirs.Files(p.user, mailbox)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			// Dovecot writes appended messages with lone line feeds.
			text = []byte(strings.ReplaceAll(string(text), "\r\n", "\n"))
			texts = append(texts, strings.ReplaceAll(string(text), "\n", "\r\n"))
		}
		return texts, nil
	}
	return account, func() {
		if err := maildirs.Remove(p.user); err != nil {
			t.Error(err)
		}
	}
}

// TestCut cuts sessions on Dovecot after any octet, in either direction, and looks for
// the mail on the disk. All octets are some minutes:
// IMAPCOMPAT_CUT_EVERY=1 conformance/run -test.run TestCut -test.v
func TestCut(t *testing.T) {
	needOracle(t)
	if other != nil {
		t.Skip("looks at the files of Dovecot")
	}
	every, err := cuts.Every(29)
	if err != nil {
		t.Fatal(err)
	}
	var n, lost atomic.Int64
	t.Cleanup(func() { t.Logf("%d cuts, %d messages lost", n.Load(), lost.Load()) })
	for _, session := range cuts.Sessions() {
		run := func(t *testing.T, dir cuts.Direction, after int) *cuts.Outcome {
			account, remove := cutAccount(t, session.Protocol)
			defer remove()
			o, err := session.Run(account, dir, after)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		whole := run(t, cuts.ToServer, -1)
		if len(whole.Faults) > 0 {
			t.Fatalf("%s, without a cut: %v", session.Name, whole.Faults)
		}
		for _, dir := range []cuts.Direction{cuts.ToServer, cuts.ToClient} {
			t.Run(fmt.Sprintf("%s, %s", session.Name, dir), func(t *testing.T) {
				t.Parallel()
				checks(t)
				for after := 0; after < whole.Passed[dir]; after += every {
					o := run(t, dir, after)
					n.Add(1)
					lost.Add(int64(o.Lost))
					for _, fault := range o.Faults {
						t.Errorf("cut after %d of %d octets: %s", after, whole.Passed[dir], fault)
					}
				}
			})
		}
	}
}
