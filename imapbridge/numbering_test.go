package imapbridge_test

import (
	"context"
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
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
