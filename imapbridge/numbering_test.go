package imapbridge_test

import (
	"context"
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// Message numbers stay when a server reports expunged messages during other commands.
func TestNumbersStay(t *testing.T) {
	s, _ := open(t, `
		C: T UID FETCH 50 (UID)
		S: * 2 EXPUNGE
		S: * 3 EXPUNGE
		S: * 3 FETCH (UID 50)
		S: * 8 EXISTS
		S: T OK done
		C: T FETCH 1:2,6 (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 30)
		S: * 6 FETCH (UID 80)
		S: T OK done
		C: T STORE 7 +FLAGS.SILENT (\Deleted)
		S: T OK done
		C: T NOOP
		S: * 1 EXPUNGE
		S: T OK done
		C: T FETCH 1:2 (UID)
		S: * 1 FETCH (UID 30)
		S: * 2 FETCH (UID 50)
		S: T OK done`)
	if got := fetch(s, uids(backend.Range{First: 50, Last: 50}), backend.Items{UID: true}); got != "5 uid 50" {
		t.Errorf("by UID: %s", got)
	}
	// They also stay after a call that was cancelled before it began.
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, call := range []func(context.Context) error{s.Poll, s.Expunge} {
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	if n := s.State().Messages; n != 10 {
		t.Errorf("%d messages, want the 9 of the beginning and a new one", n)
	}
	set := numbers(backend.Range{First: 1, Last: 3}, backend.Range{First: 4, Last: 4}, backend.Range{First: 8, Last: 8})
	if got := fetch(s, set, backend.Items{UID: true}); got != "1 uid 1; 3 uid 30; 8 uid 80" {
		t.Errorf("by number: %s", got)
	}
	if err := s.Store(ctx, numbers(backend.Range{First: 9, Last: 9}), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error(err)
	}
	if err := s.Store(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error("a message that is gone:", err)
	}
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Messages; n != 7 {
		t.Errorf("%d messages after Poll, want 7", n)
	}
	if got := fetch(s, numbers(backend.Range{First: 1, Last: 2}), backend.Items{UID: true}); got != "1 uid 30; 2 uid 50" {
		t.Errorf("after Poll: %s", got)
	}
}

// An EXPUNGE response may come with the answer to any command, also where RFC 9051 section 7.5.1
// forbids it. Message 5 stays the one with UID 50, and its neighbours do too.
func TestNumbersStayInAnyAnswer(t *testing.T) {
	mark := func(s *imapbridge.Session) { s.MarkSeen(numbers(backend.Range{First: 2, Last: 2})) }
	get := func(set backend.Set, want string) func(*testing.T, *imapbridge.Session) {
		return func(t *testing.T, s *imapbridge.Session) {
			t.Helper()
			if got := fetch(s, set, backend.Items{UID: true, Size: true}); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
	five := numbers(backend.Range{First: 5, Last: 5})
	tests := []struct {
		name, script string
		calls        func(*testing.T, *imapbridge.Session)
	}{
		{"a change sent together, before the answer", `
			C: T STORE 2 +FLAGS.SILENT (\Seen)
			C: T FETCH 5:6 (UID RFC822.SIZE)
			S: * 1 EXPUNGE
			S: I2 OK done
			S: * 5 FETCH (UID 60 RFC822.SIZE 6)
			S: * 6 FETCH (UID 70 RFC822.SIZE 7)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 4 (UID RFC822.SIZE)
			S: * 4 FETCH (UID 50 RFC822.SIZE 5)
			S: T OK done
			`, func(t *testing.T, s *imapbridge.Session) {
			mark(s)
			get(numbers(backend.Range{First: 5, Last: 6}), "6 uid 60 size 6; 5 uid 50 size 5")(t, s)
		}},
		{"a change sent together, answered late", `
			C: T STORE 2 +FLAGS.SILENT (\Seen)
			C: T FETCH 5 (UID RFC822.SIZE)
			S: * 5 FETCH (UID 50 RFC822.SIZE 5)
			S: T OK done
			C: T FETCH 5 (UID RFC822.SIZE)
			S: * 5 EXPUNGE
			S: * 1 EXPUNGE
			S: I2 OK done
			S: * 4 FETCH (UID 60 RFC822.SIZE 6)
			S: T NO [EXPUNGEISSUED] gone
			C: T NOOP
			S: T OK done
			`, func(t *testing.T, s *imapbridge.Session) {
			mark(s)
			get(five, "5 uid 50 size 5")(t, s)
			get(five, "")(t, s)
		}},
		{"between the pieces of a message", `
			C: T FETCH 4:6 (UID RFC822.SIZE)
			S: * 4 FETCH (UID 40)
			S: * 5 FETCH (UID 50)
			S: * 4 EXPUNGE
			S: * 4 FETCH (RFC822.SIZE 5)
			S: * 5 FETCH (UID 60 RFC822.SIZE 6)
			S: T OK done
			`, get(numbers(backend.Range{First: 4, Last: 6}), "5 uid 50 size 5; 6 uid 60 size 6; error: Message 4 is gone")},
		{"SEARCH", `
			C: T SEARCH SEEN
			S: * 2 EXPUNGE
			S: * SEARCH 4
			S: * 1 EXPUNGE
			S: T OK done
			`, func(t *testing.T, s *imapbridge.Session) {
			found, err := s.Search(ctx, &backend.Search{Keys: []backend.SearchKey{{Name: "SEEN"}}}, false)
			if err != nil || len(found) != 1 || found[0] != 5 {
				t.Errorf("found %v, %v", found, err)
			}
		}},
		{"a message that was never announced", `
			C: T FETCH 5 (UID RFC822.SIZE)
			S: * 10 EXPUNGE
			S: * 4 EXPUNGE
			S: * 9 EXISTS
			S: * 4 FETCH (UID 50 RFC822.SIZE 5)
			S: T OK done
			`, get(five, "5 uid 50 size 5")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script)
			test.calls(t, s)
		})
	}
}
