package conformance

import (
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/bench/proxy"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// fromAfar returns a port that leads to another one over a slow link. From there POP3 reads
// most messages ahead.
func fromAfar(t *testing.T, port int) int {
	p, err := proxy.New(harness.Address(port), proxy.Link{RTT: 3 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p.Port()
}

// TestFar reads most messages of a mailbox in a loop over a slow link, and then checks which
// are marked as read: the same as after PHP's loop, and none that was only read ahead.
func TestFar(t *testing.T) {
	messages := slices.DeleteFunc(allMessages(t), func(m message) bool { return dies(m.raw) })
	box := mailbox{name: "INBOX"}
	for _, m := range messages {
		box.messages = append(box.messages, dovecot.Message{Raw: m.raw, Date: dovecot.Epoch})
	}
	for loop, calls := range map[string]func(num int) []call{
		"bodies":     func(num int) []call { return []call{do("imap_body", num)} },
		"structures": func(num int) []call { return []call{do("imap_fetchstructure", num)} },
		"parts": func(num int) []call {
			return []call{do("imap_headerinfo", num), do("imap_fetchstructure", num), do("imap_fetchbody", num, "1", ftPeek), do("imap_fetchbody", num, "2")}
		},
		"every other body": func(num int) []call {
			if num%2 == 0 {
				return []call{do("imap_headerinfo", num)}
			}
			return []call{do("imap_headerinfo", num), do("imap_body", num)}
		},
	} {
		for _, service := range services {
			t.Run(service.name+" "+loop, func(t *testing.T) {
				t.Parallel()
				php, ours := newSides(t, box)
				ours.pop3, ours.imap = fromAfar(t, ours.pop3), fromAfar(t, ours.imap)
				name := func(fn, what string) string { return service.name + "/" + fn + "/" + what + " far " + loop }
				both(t, php, ours, open(service.inbox), name("imap_open", "to read"))
				for i, m := range messages[:len(messages)*2/3] {
					for _, c := range calls(i + 1) {
						both(t, php, ours, c, name(c.fn, m.name))
					}
				}
				both(t, php, ours, do("imap_close"), name("imap_close", "read"))
				both(t, php, ours, open(imapBox), name("imap_open", "to look"))
				both(t, php, ours, do("imap_search", "SEEN"), name("imap_search", "seen"))
				both(t, php, ours, do("imap_close"), name("imap_close", "looked"))
			})
		}
	}
}
