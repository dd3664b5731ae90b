package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

const (
	ftUID      = int(imapcompat.FT_UID)
	ftPeek     = int(imapcompat.FT_PEEK)
	ftInternal = 8 // FT_INTERNAL
	ftPrefetch = int(imapcompat.FT_PREFETCHTEXT)
)

// uidOf returns the UID of a message of the corpus. It never equals its message number, and
// leaves gaps. On servers other than Dovecot gaps take time.
func uidOf(num int) int {
	if other != nil {
		return 400 + num + num/10
	}
	return 1000 + 2*num
}

// corpusMailbox returns an INBOX with all messages, and flags of every kind.
func corpusMailbox(messages []message) mailbox {
	states := []string{"", "S", "FRS", "T", "DF", "Sa", "ab"}
	m := mailbox{name: "INBOX", keywords: []string{"$Label1", "work"}}
	for i, msg := range messages {
		m.messages = append(m.messages, dovecot.Message{
			Raw: msg.raw, UID: uidOf(i + 1), Flags: states[i%len(states)],
			Date: dovecot.Epoch.AddDate(0, 0, i),
		})
	}
	return m
}

// reading is a call to make for every message.
type reading struct {
	name string // of the case
	fn   string
	args func(num, uid int) []any
}

func readings() []reading {
	list := []reading{
		{"", "imap_headerinfo", func(num, uid int) []any { return []any{num} }},
		{" lengths 20 30", "imap_headerinfo", func(num, uid int) []any { return []any{num, 20, 30} }},
		{" lengths 1024 1024", "imap_headerinfo", func(num, uid int) []any { return []any{num, 1024, 1024} }},
		{" lengths 0 1", "imap_headerinfo", func(num, uid int) []any { return []any{num, 0, 1} }},
		{"", "imap_uid", func(num, uid int) []any { return []any{num} }},
		{"", "imap_msgno", func(num, uid int) []any { return []any{uid} }},
		{" of no message", "imap_msgno", func(num, uid int) []any { return []any{uid + 1000} }},
		{"", "imap_fetch_overview", func(num, uid int) []any { return []any{fmt.Sprint(num)} }},
		{" FT_UID", "imap_fetch_overview", func(num, uid int) []any { return []any{fmt.Sprint(uid), ftUID} }},
	}
	withFlags := func(fn string, all ...int) {
		for _, f := range all {
			list = append(list, reading{fmt.Sprintf(" flags %d", f), fn, func(num, uid int) []any {
				if f&ftUID != 0 {
					return []any{uid, f}
				}
				return []any{num, f}
			}})
		}
	}
	withFlags("imap_fetchheader", 0, ftUID, ftPrefetch, ftInternal, ftUID|ftInternal|ftPrefetch)
	withFlags("imap_body", ftPeek, ftPeek|ftUID, ftPeek|ftInternal, ftPeek|ftUID|ftInternal)
	return list
}

// TestCorpus makes each call for each message over a connection of its own: in c-client earlier
// reading changes the result of other functions.
func TestCorpus(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newSides(t, box)
			for _, r := range readings() {
				both(t, php, ours, open(service.inbox), service.name+"/imap_open/for"+" "+r.fn+r.name)
				for i, m := range messages {
					num, uid := i+1, uidOf(i+1)
					if service.name == "pop3" {
						uid = num
					}
					c := do(r.fn, r.args(num, uid)...)
					both(t, php, ours, c, service.name+"/"+r.fn+"/"+m.name+r.name)
				}
				both(t, php, ours, do("imap_close"), service.name+"/imap_close/after "+r.fn+r.name)
			}
		})
	}
}

// both makes a call on both sides and compares.
func both(t *testing.T, a, b side, c call, name string) {
	t.Helper()
	compare(t, name, a.do(c), b.do(c))
}

// TestReadMarks reads every message, which marks it as read.
func TestReadMarks(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newSides(t, box)
			name := func(fn, what string) string { return service.name + "/" + fn + "/" + what }
			both(t, php, ours, open(service.inbox), name("imap_open", "to read"))
			for i, m := range messages {
				c := do("imap_body", i+1)
				if i%2 == 1 {
					c = do("imap_fetchbody", i+1, "1")
				}
				both(t, php, ours, c, name(c.fn, m.name+" to read"))
			}
			for i, m := range messages {
				both(t, php, ours, do("imap_headerinfo", i+1), name("imap_headerinfo", m.name+" read"))
			}
			both(t, php, ours, do("imap_mailboxmsginfo"), name("imap_mailboxmsginfo", "read"))
			both(t, php, ours, do("imap_close"), name("imap_close", "read"))
		})
	}
}

// TestWholeMailbox makes the calls about all messages at once, and compares what they return
// for each.
func TestWholeMailbox(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			for _, c := range []call{do("imap_headers"), do("imap_fetch_overview", "1:*"), do("imap_fetch_overview", "1:*", ftUID)} {
				// On POP3 sizes are those last heard of, so neither side may see what the other
				// has done.
				php, ours := newSides(t, box)
				both(t, php, ours, open(service.inbox), fmt.Sprintf("%s/imap_open/for %v", service.name, c))
				want, got := elements(t, php.do(c)), elements(t, ours.do(c))
				for i := range max(len(want), len(got)) {
					name := fmt.Sprintf("%s/%s/%v element %d", service.name, c.fn, c, i)
					if i < len(messages) {
						name = fmt.Sprintf("%s/%s/%s %v", service.name, c.fn, messages[i].name, c)
					}
					compare(t, name, element(want, i), element(got, i))
				}
				for _, c := range []call{do("imap_mailboxmsginfo"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent")} {
					both(t, php, ours, c, fmt.Sprintf("%s/%s/whole", service.name, c.fn))
				}
			}
		})
	}
}

// elements splits the description of a call that returned an array. The last element is the
// stack of errors.
func elements(t *testing.T, description string) []string {
	t.Helper()
	var raw []json.RawMessage
	array, errors, _ := strings.Cut(description, " errors ")
	if err := json.Unmarshal([]byte(array), &raw); err != nil {
		t.Fatalf("%v in %.200q", err, description)
	}
	var list []string
	for _, element := range raw {
		list = append(list, string(element))
	}
	return append(list, errors)
}

func element(list []string, i int) string {
	if i >= len(list) {
		return "nothing"
	}
	return list[i]
}
