package thread_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
	"github.com/imapcompat/imapcompat/internal/thread"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // as PHP had it
	os.Exit(m.Run())
}

// mailbox is a Session of messages that are nothing but headers.
type mailbox struct {
	backend.Session
	headers []string
}

func (m mailbox) State() backend.State { return backend.State{Messages: len(m.headers)} }

func (m mailbox) Fetch(_ context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		for _, r := range set.Ranges {
			for n := r.First; n <= r.Last; n++ {
				msg := &backend.Message{Num: n}
				if items.UID {
					msg.UID = 100 + n
				}
				if items.Envelope && items.InternalDate {
					msg.Envelope = rfc822.ParseEnvelope([]byte(m.headers[n-1]), rfc822.MissingHost, nil)
					msg.InternalDate = rfc822.MessageDate(msg.Envelope.Date).String()
				}
				if !yield(msg, nil) {
					return
				}
			}
		}
	}
}

// outline writes a thread as "1 .2 ..3 4": the number of each message, after a dot for each of
// its ancestors.
func outline(nodes []backend.ThreadNode) string {
	var b strings.Builder
	for i, n := range nodes {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s%d", strings.Repeat(".", n.Depth), n.Num)
	}
	return b.String()
}

func threads(t *testing.T, ancestors thread.Ancestors, uid bool, headers ...string) string {
	t.Helper()
	nodes, err := thread.Messages(context.Background(), mailbox{headers: headers}, uid, ancestors, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return outline(nodes)
}

// The threads in testdata/php.json are PHP 8.2's by POP3.
func TestMessages(t *testing.T) {
	data, err := os.ReadFile("testdata/php.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name     string
		Messages []string // each character stands for the octet of its number
		Thread   string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, tt := range cases {
		var headers []string
		for _, text := range tt.Messages {
			var octets []byte
			for _, r := range text {
				octets = append(octets, byte(r))
			}
			headers = append(headers, string(octets))
		}
		if got := threads(t, thread.ReferencesOrInReplyTo, false, headers...); got != tt.Thread {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.Name, got, tt.Thread)
		}
	}
	if len(cases) < 50 {
		t.Errorf("%d cases", len(cases))
	}
}

func TestAncestors(t *testing.T) {
	headers := []string{
		"Message-ID: <a@x>\r\n\r\n", "Message-ID: <b@x>\r\nIn-Reply-To: <a@x> <c@x>\r\n\r\n",
		"Message-ID: <c@x>\r\nReferences: <b@x>\r\nIn-Reply-To: <a@x>\r\n\r\n",
	}
	if got, want := threads(t, thread.ReferencesOrInReplyTo, true, headers...), "101 .102 ..103"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := threads(t, thread.References, true, headers...), "101 102 .103"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := threads(t, thread.References, true); got != "" {
		t.Errorf("got %s of nothing", got)
	}
}

func TestNotices(t *testing.T) {
	var notices []string
	m := mailbox{headers: []string{"Message-ID: <a@x\r\nReferences: (c\r\nIn-Reply-To: <b@\r\n\r\n"}}
	if _, err := thread.Messages(context.Background(), m, false, thread.ReferencesOrInReplyTo, func(text string) { notices = append(notices, text) }); err != nil {
		t.Fatal(err)
	}
	want := []string{"Unterminated mailbox: a@x", "Unterminated comment: (c", "Missing or invalid host name after @", "Unterminated mailbox: b@.SYNTAX-ERROR."}
	if !slices.Equal(notices, want) {
		t.Errorf("got %q, want %q", notices, want)
	}
}

// failing is a Session whose connection breaks after a message.
type failing struct{ mailbox }

func (f failing) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		for msg := range f.mailbox.Fetch(ctx, set, items) {
			if !yield(msg, nil) {
				return
			}
			yield(nil, backend.ErrConnectionLost)
			return
		}
	}
}

func TestFetchFails(t *testing.T) {
	f := failing{mailbox{headers: []string{"Message-ID: <a@x>\r\n\r\n", "\r\n"}}}
	nodes, err := thread.Messages(context.Background(), f, false, thread.References, func(string) {})
	if !errors.Is(err, backend.ErrConnectionLost) || nodes != nil {
		t.Errorf("got %v, %v", nodes, err)
	}
}

// hostile returns mailboxes for which a naive algorithm would take quadratic time, or a stack
// as deep as the mailbox is large.
func hostile(n int) map[string][]string {
	same, chain, backwards, zigzag := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		same[i] = "Subject: Re: the same\r\n\r\n"
		chain[i] = fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <%d@x>\r\n\r\n", i, i-1)
		backwards[n-1-i] = chain[i]
		// From both ends to the middle.
		at := i / 2
		if i%2 == 1 {
			at = n - 1 - i/2
		}
		zigzag[at] = chain[i]
	}
	var long, loops strings.Builder
	for i := range n {
		fmt.Fprintf(&long, " <%d@x>", i)
	}
	loops.WriteString(long.String())
	for range n {
		fmt.Fprintf(&loops, " <0@x> <%d@x>", n-1)
	}
	// Each message leaves the parent that the first one gave it.
	moves := []string{"References:" + long.String() + "\r\n\r\n"}
	siblings := []string{"Message-ID: <root@x>\r\n\r\n"}
	for i := range n {
		moves = append(moves, fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <%d@x> <0@x>\r\n\r\n", i, n-1))
		siblings = append(siblings, fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <root@x>\r\n\r\n", i))
	}
	return map[string][]string{
		"same subject": same, "chain": chain, "chain backwards": backwards, "chain from both ends": zigzag,
		"long References": {"References:" + long.String() + "\r\n\r\n"}, "loops": {"References:" + loops.String() + "\r\n\r\n"},
		"moves": moves, "siblings": siblings, "nested comments": {"References: " + strings.Repeat("(", n) + "\r\n\r\n"},
		"words": {"References: " + strings.Repeat("word ", n) + "\r\n\r\n"}, "subject": {"Subject: " + strings.Repeat("Re: [Fwd: ", n) + "\r\n\r\n"},
	}
}

// Every message is in the result once, whatever the mailbox.
func TestHostile(t *testing.T) {
	for name, headers := range hostile(3_000) {
		nodes, err := thread.Messages(context.Background(), mailbox{headers: headers}, false, thread.ReferencesOrInReplyTo, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		checkThread(t, name, nodes, len(headers))
	}
}

// checkThread reports whether nodes are a thread of n messages.
func checkThread(t *testing.T, name string, nodes []backend.ThreadNode, n int) {
	t.Helper()
	seen := make([]bool, n+1)
	depth := -1
	for i, node := range nodes {
		switch {
		case node.Depth < 0 || node.Depth > depth+1:
			t.Fatalf("%s: node %d has depth %d after %d", name, i, node.Depth, depth)
		case node.Num < 0 || node.Num > n || node.Num > 0 && seen[node.Num]:
			t.Fatalf("%s: node %d is message %d", name, i, node.Num)
		case node.Num == 0 && (node.Depth > 0 || i+2 >= len(nodes)):
			t.Fatalf("%s: node %d is none", name, i)
		}
		seen[node.Num] = true
		depth = node.Depth
	}
	for num, ok := range seen[1:] {
		if !ok {
			t.Fatalf("%s: message %d is missing", name, num+1)
		}
	}
}

func BenchmarkMessages(b *testing.B) {
	for name, headers := range hostile(100_000) {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := thread.Messages(context.Background(), mailbox{headers: headers}, false, thread.References, func(string) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Any headers give a thread that contains each message once.
func FuzzMessages(f *testing.F) {
	f.Add("Message-ID: <a@x>\r\n\x00Message-ID: <b@x>\r\nReferences: <a@x> <c@x>\r\n\x00References: <c@x> <b@x> <a@x>\r\nSubject: Re: a\r\n\x00Subject: a")
	f.Add("References: <a@x> <b@x> <a@x>\x00Message-ID: <b@x>\r\nReferences: <b@x>\x00Message-ID: <b@x>\r\nIn-Reply-To: <a@x>")
	f.Add("Message-ID: a (b <c@\x00References: \"<a@x> <b.@\r\n\x00Subject: (fwd)\x00Subject: [Fwd: (fwd)]\x00Date: 1 Jan 1970 00:00:00 +0000")
	f.Fuzz(func(t *testing.T, text string) {
		headers := strings.Split(text, "\x00")
		for _, ancestors := range []thread.Ancestors{thread.References, thread.ReferencesOrInReplyTo} {
			nodes, err := thread.Messages(context.Background(), mailbox{headers: headers}, false, ancestors, func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			checkThread(t, "fuzz", nodes, len(headers))
		}
	})
}
