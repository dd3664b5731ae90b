package imapbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

const threading = "S: * PREAUTH [CAPABILITY IMAP4rev1 THREAD=REFERENCES] hello\n"

// openThreading opens a session on a server with THREAD and nine messages.
func openThreading(t *testing.T, script string, loser bool) *imapbridge.Session {
	t.Helper()
	cfg := serve(t, threading+selected+script).config(&notices{})
	cfg.Loser = loser
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	return s
}

// outline returns a thread as "1 .2 ..3 4": the number of each message, after a dot for
// each of its ancestors.
func outline(nodes []backend.ThreadNode, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	var list []string
	for _, n := range nodes {
		list = append(list, strings.Repeat(".", n.Depth)+fmt.Sprint(n.Num))
	}
	return strings.Join(list, " ")
}

func TestThread(t *testing.T) {
	for _, test := range []struct {
		name   string
		uid    bool
		script string
		want   string
	}{
		{"numbers", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (1)(2 3 (4)(5 6)(7))((8)(9))
			S: T OK done`, "1 2 .3 ..4 ..5 ...6 ..7 0 .8 .9"},
		{"UIDs", true, `
			C: T UID THREAD REFERENCES US-ASCII ALL
			S: * THREAD (17 (200)) (2147483645)
			S: T OK done`, "17 .200 2147483645"},
		{"nothing", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD
			S: T OK done`, ""},
		{"the last response counts", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (1)
			S: * 9 FETCH (FLAGS (\Seen))
			S: * THREAD (2)
			S: T OK done`, "2"},
		{"no such message", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (10 9)(11)
			S: T OK done`, "0 .9 0"},
		{"an EXPUNGE before", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * 2 EXPUNGE
			S: * THREAD (1 2)(8)
			S: T OK done`, "1 .3 9"},
		{"refused", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: T NO no`, "error: no"},
		{"not understood", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: T BAD what`, "error: Server does not understand the search"},
		{"refused after all", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (1)
			S: T NO no`, "error: no"},
		{"not a list", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD 1
			S: * THREAD (1)
			S: T OK done`, "1"},
		{"not closed", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (1 (2)
			S: T OK done`, "1 .2"},
		{"empty list", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD ()
			S: T OK done`, ""},
		{"message 0", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (0)
			S: T OK done`, ""},
		{"a message after lists", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: * THREAD (1 (2) 3)
			S: T OK done`, "1 .2"},
		{"lost", false, `
			C: T THREAD REFERENCES US-ASCII ALL
			S: !`, "error: [CLOSED] IMAP connection broken (server response)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openThreading(t, test.script, false)
			if got := outline(s.Thread(ctx, test.uid)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestThreadNotSupported(t *testing.T) {
	without, _ := open(t, "")
	for name, s := range map[string]*imapbridge.Session{"without THREAD": without, "loser": openThreading(t, "", true)} {
		if nodes, err := s.Thread(ctx, false); !errors.Is(err, backend.ErrNotSupported) || nodes != nil {
			t.Errorf("%s: got %v, %v", name, nodes, err)
		}
	}
}

// Deeply nested lists need no stack.
func TestThreadDeep(t *testing.T) {
	const depth = 100_000
	s := openThreading(t, `
		C: T THREAD REFERENCES US-ASCII ALL
		S: * THREAD `+strings.Repeat("(1 ", depth)+strings.Repeat(")", depth)+`
		S: T OK done
		C: T THREAD REFERENCES US-ASCII ALL
		S: * THREAD `+strings.Repeat("(", depth)+`
		S: T OK done`, false)
	nodes, err := s.Thread(ctx, false)
	if err != nil || len(nodes) != depth || nodes[depth-1].Depth != depth-1 {
		t.Errorf("got %d nodes, %v", len(nodes), err)
	}
	if nodes, err := s.Thread(ctx, false); err != nil || len(nodes) != depth-1 {
		t.Errorf("got %d nodes, %v", len(nodes), err)
	}
}

// The messages and open lists of a thread are bounded by four times the messages of the
// mailbox, plus 262,144.
func TestThreadBound(t *testing.T) {
	const bound = 4*9 + 1<<18
	for list, want := range map[string]int{
		strings.Repeat("(1)", bound) + "(2":  bound, // and one open list
		strings.Repeat("(1)", bound) + "(2)": bound,
		strings.Repeat("((1)", bound/2):      (2*bound + 1) / 3, // two messages for each list that stays open
	} {
		s := openThreading(t, "C: T THREAD REFERENCES US-ASCII ALL\nS: * THREAD "+list+"\nS: T OK done", false)
		if nodes, err := s.Thread(ctx, false); err != nil || len(nodes) != want {
			t.Errorf("%.9s: got %d nodes, want %d: %v", list, len(nodes), want, err)
		}
	}
}
