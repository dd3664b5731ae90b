package conformance

import (
	"fmt"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// pause waits longer than flags that were read ahead stay valid: docs/differences.md.
type pause struct{}

func (pause) run(*run) string {
	time.Sleep(300 * time.Millisecond)
	return "pause"
}

func (pause) String() string   { return "pause" }
func (pause) function() string { return "state" }

// many returns a mailbox with more messages than c-client reads ahead.
func many() mailbox {
	m := mailbox{name: "INBOX"}
	for i := range 70 {
		m.messages = append(m.messages, dovecot.Message{UID: 3*i + 1, Raw: fmt.Appendf(nil,
			"From: A%d <a%d@example.org>\nTo: b@example.com\nSubject: subject %d\nDate: Mon, 3 Jul 2023 04:44:25 +0200\n\ntext %d\n", i, i, i, i)})
	}
	return m
}

// TestMeanwhile runs loops during which another session changes the mailbox.
func TestMeanwhile(t *testing.T) {
	loops := map[string]func(i int) call{
		"headerinfo":     func(i int) call { return do("imap_headerinfo", i) },
		"overview":       func(i int) call { return do("imap_fetch_overview", fmt.Sprint(i)) },
		"fetchheader":    func(i int) call { return do("imap_fetchheader", i) },
		"fetchstructure": func(i int) call { return do("imap_fetchstructure", i) },
		"body":           func(i int) call { return do("imap_body", i) },
		"fetchbody":      func(i int) call { return do("imap_fetchbody", i, "1", ftPeek) },
		"uid":            func(i int) call { return do("imap_uid", i) },
	}
	// The other session makes its changes once the loop is at message 10, 20, 30 …, to messages
	// that PHP has not read yet.
	changes := []call{
		do("imap_setflag_full", "45", `\Flagged \Seen`),
		do("imap_append", inboxOfOther, newMessage),
		do("imap_delete", "55"),
		do("imap_clearflag_full", "60", `\Seen`),
		do("imap_setflag_full", "64", `\Answered`),
	}
	for _, service := range services {
		for name, loop := range loops {
			list := steps(open(service.inbox))
			for i := 1; i <= 70; i++ {
				if i%10 == 0 && i/10 <= len(changes) {
					list = append(list, elsewhere{changes[i/10-1]}, pause{})
				}
				list = append(list, loop(i))
			}
			list = join(list, steps(do("imap_num_msg"), do("imap_ping"), overview(), do("imap_close"), look("INBOX")))
			t.Run(service.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				play(t, scenario{"meanwhile " + name, service.name, []mailbox{many()}, list})
			})
		}
	}
}
