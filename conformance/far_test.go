package conformance

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// far is a dialler to servers that answer a few milliseconds late. Only there messages
// are read ahead over POP3.
type far struct{ net.Dialer }

func (f *far) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := f.Dialer.DialContext(ctx, network, address)
	return late{conn}, err
}

type late struct{ net.Conn }

func (l late) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	time.Sleep(3 * time.Millisecond)
	return n, err
}

// TestFar reads most messages of a mailbox in a loop on a server that is far away, and
// then looks at what that has marked as read: what PHP's loop marks, and nothing that
// was only read ahead.
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
				ours.options = append(ours.options, imapcompat.WithDialer(new(far)))
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
