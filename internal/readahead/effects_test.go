package readahead_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

var deleted = []string{`\Deleted`}

// change changes \Deleted of a message.
func (r *reader) change(n int, op backend.StoreOp) error {
	return r.Session.Change(ctx, backend.Set{Ranges: []backend.Range{{First: n, Last: n}}}, op, deleted)
}

func (r *reader) add(nums ...int) {
	r.t.Helper()
	for _, n := range nums {
		if err := r.change(n, backend.StoreAdd); err != nil {
			r.t.Fatal(err)
		}
	}
}

func upTo(n int) (list []int) {
	for i := 1; i <= n; i++ {
		list = append(list, i)
	}
	return list
}

// Changes that the caller makes while another one is under way become one command.
func TestChangesTogether(t *testing.T) {
	s := newService(100)
	r := newReader(t, s)
	r.add(1, 2)
	check(t, "the first ones", r.calls(), []string{`store 1 \Deleted`, `store 2 \Deleted`})

	s.hold = make(chan struct{})
	r.add(3) // under way
	waitFor(t, func() bool { return slices.Equal(r.calls(), []string{`store 3 \Deleted`}) })
	r.add(upTo(50)[3:]...)
	r.add(90, 89, 88, 70)
	close(s.hold)
	r.settle()
	check(t, "what collected meanwhile", r.calls(), []string{`store 4:50,88:90,70 \Deleted`})
}

// Adding and removing a flag happen in the order of the calls, by number and by UID.
func TestChangesInOrder(t *testing.T) {
	s := newService(10)
	r := newReader(t, s)
	for n := 1; n <= 2; n++ {
		r.add(n)
		must(t, r.change(n, backend.StoreRemove))
	}
	r.calls()
	s.hold = make(chan struct{})
	r.add(3) // under way
	waitFor(t, func() bool { return slices.Equal(r.calls(), []string{`store 3 \Deleted`}) })
	for _, n := range []int{4, 5} {
		r.add(n)
		must(t, r.change(n, backend.StoreRemove))
		must(t, r.change(n+1, backend.StoreRemove))
	}
	must(t, r.Session.Change(ctx, backend.Set{UID: true, Ranges: []backend.Range{{First: 104, Last: 104}}}, backend.StoreAdd, deleted))
	r.add(5)
	close(s.hold)
	must(t, r.Session.Expunge(ctx))
	check(t, "commands", r.calls(), []string{
		`store 4 \Deleted`, `store 4:5 -\Deleted`, `store 5 \Deleted`, `store 5:6 -\Deleted`,
		`store 104 \Deleted`, `store 5 \Deleted`, "expunge",
	})
}

// All pending effects are applied before the next command of another kind.
func TestChangesBeforeOthers(t *testing.T) {
	for name, call := range map[string]func(r *reader) error{
		"expunge": func(r *reader) error { return r.Session.Expunge(ctx) },
		"poll":    func(r *reader) error { return r.Session.Poll(ctx) },
		"logout":  func(r *reader) error { return r.Session.Logout(ctx) },
		"fetch":   func(r *reader) error { _, err := r.try(ctx, false, 5, headers); return err },
		"store": func(r *reader) error {
			return r.Session.Store(ctx, backend.Set{Ranges: []backend.Range{{First: 9, Last: 9}}}, backend.StoreAdd, deleted)
		},
	} {
		s := newService(10)
		r := newReader(t, s)
		r.add(1, 2, 3, 4, 5)
		must(t, call(r))
		got := r.calls()
		marked := strings.Join(got[:len(got)-1], " ")
		if !strings.Contains(marked, `5 \Deleted`) || !strings.HasPrefix(got[len(got)-1], name) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A change of "*" is not deferred, because "*" may be another message later.
func TestChangesOfTheLast(t *testing.T) {
	s := newService(10)
	r := newReader(t, s)
	r.add(1, 2)
	s.hold = make(chan struct{})
	time.AfterFunc(time.Millisecond, func() { close(s.hold) })
	set := backend.Set{UID: true, Ranges: []backend.Range{{First: 105, Last: backend.Max}}}
	must(t, r.Session.Change(ctx, set, backend.StoreAdd, deleted))
	check(t, "sent when it returns", slices.Contains(r.calls(), fmt.Sprintf(`store 105:%d \Deleted`, backend.Max)), true)
}

// A change that was accepted in one mailbox is waited for again in another, or in none.
func TestChangesElsewhere(t *testing.T) {
	for name, leave := range map[string]func(r *reader) error{
		"select":   func(r *reader) error { return r.Session.Select(ctx, "other", false) },
		"unselect": func(r *reader) error { return r.Session.Unselect(ctx) },
	} {
		s := newService(10)
		r := newReader(t, s)
		r.add(1, 2, 3)
		must(t, leave(r))
		s.err = &backend.Error{Kind: backend.ErrRefused, Text: "no"}
		if err := r.change(4, backend.StoreAdd); !errors.Is(err, backend.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With reading ahead turned off, the caller waits for each change. So it does where the
// session keeps the flags itself.
func TestChangesOneByOne(t *testing.T) {
	for name, extent := range map[string]readahead.Extent{"nothing ahead": readahead.Nothing, "marked here": readahead.Untraced} {
		r := newReader(t, newService(10))
		r.marksHere = name == "marked here"
		r.extend(extent)
		for n := 1; n <= 10; n++ {
			r.add(n)
			check(t, name, r.calls(), []string{fmt.Sprintf(`store %d \Deleted`, n)})
		}
	}
}

// A refusal is returned once, by a call that changes something or ends the session. The
// caller waits for the next change again.
func TestChangeRefused(t *testing.T) {
	refusal := &backend.Error{Kind: backend.ErrRefused, Text: "no"}
	for name, call := range map[string]func(r *reader) error{
		"change":  func(r *reader) error { return r.change(9, backend.StoreAdd) },
		"expunge": func(r *reader) error { return r.Session.Expunge(ctx) },
		"logout":  func(r *reader) error { return r.Session.Logout(ctx) },
	} {
		s := newService(10)
		r := newReader(t, s)
		r.add(1, 2)
		s.err = refusal
		r.add(3)
		r.settle()
		s.err = nil
		r.read(false, 5, headers) // does not return the refusal
		r.calls()
		if err := call(r); !errors.Is(err, backend.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		if got := r.calls(); len(got) != 1 {
			t.Errorf("%s did %q", name, got)
		}
		if err := call(r); err != nil {
			t.Errorf("%s once more: %v", name, err)
		}
	}
}

func TestChangeLost(t *testing.T) {
	s := newService(10)
	r := newReader(t, s)
	r.add(1, 2)
	s.err = &backend.Error{Kind: backend.ErrConnectionLost, Text: "lost"}
	r.add(3)
	r.settle()
	if err := r.change(4, backend.StoreAdd); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	for _, call := range r.calls() {
		if strings.HasPrefix(call, "store 4") {
			t.Error("a change was sent after the connection was lost")
		}
	}
}

// Effects that are pending when a call is cancelled are applied before the next call.
func TestChangeCancelled(t *testing.T) {
	s := newService(10)
	r := newReader(t, s)
	r.add(1, 2)
	s.hold = make(chan struct{})
	r.add(3)
	waitFor(t, func() bool { return slices.Contains(r.calls(), `store 3 \Deleted`) })
	r.add(4) // waits for 3
	cancelled, cancel := context.WithCancel(ctx)
	time.AfterFunc(time.Millisecond, cancel)
	if err := r.Session.Poll(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(s.hold)
	check(t, "done", len(r.calls()), 0)
	must(t, r.Session.Poll(ctx))
	check(t, "done then", r.calls(), []string{`store 4 \Deleted`, "poll"})
}

// Messages are not shown with the flags from before the change.
func TestChangeLostInWindow(t *testing.T) {
	s := newService(40)
	r := newReader(t, s)
	r.add(1, 2)
	for n := 1; n <= 8; n++ {
		r.read(false, n, headers)
		r.settle()
	}
	s.err = &backend.Error{Kind: backend.ErrConnectionLost, Text: "lost"}
	r.add(9)
	r.settle()
	if msg, err := r.try(ctx, false, 9, headers); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v, %v", msg, err)
	}
}

// A message in a window is shown with its flags after a change.
func TestChangeInWindow(t *testing.T) {
	r := newReader(t, newService(40))
	r.add(1, 2)
	for n := 1; n <= 20; n++ {
		r.read(false, n, headers)
		r.add(n + 1) // which the service shows as \Seen
		if n > 1 && n%5 == 0 {
			check(t, "flag", r.read(false, n+1, headers).Flags.Seen, true)
		}
	}
}

// Messages that are being fetched are shown with their flags after a change.
func TestChangeUnderWay(t *testing.T) {
	s := newService(40)
	r := newReader(t, s)
	r.add(30, 31)
	for n := 1; n <= 3; n++ {
		r.read(false, n, headers)
		r.settle()
	}
	s.gate = make(chan struct{})
	r.read(false, 4, headers) // 6 and more are fetched now
	r.add(6, 7, 8)
	close(s.gate)
	for n := 5; n <= 9; n++ {
		check(t, fmt.Sprint("seen ", n), r.read(false, n, headers).Flags.Seen, 6 <= n && n <= 8)
	}
}

// The pending effects are bounded when the service is slow.
func TestChangesAreBounded(t *testing.T) {
	s := newService(10000)
	r := newReader(t, s)
	r.add(1, 2)
	s.hold = make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 3; n < 6000; n += 2 {
			r.add(n)
		}
	}()
	select {
	case <-done:
		t.Error("it did not wait")
	case <-time.After(50 * time.Millisecond):
	}
	close(s.hold)
	<-done
}

// ledger is a service that keeps the flags of ten messages. Message n has the UID n+100.
type ledger struct {
	backend.Session // the rest is not called

	mu    sync.Mutex
	flags map[string]bool // by number and flag
}

func (l *ledger) State() backend.State { return backend.State{Mailbox: "INBOX", Messages: 10} }

func (l *ledger) Traits() backend.Traits { return backend.Traits{} }

func (l *ledger) Poll(ctx context.Context) error { return ctx.Err() }

func (l *ledger) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	for num := 1; num <= 10; num++ {
		if !isIn(set, &backend.Message{Num: num, UID: num + 100}) {
			continue
		}
		for _, flag := range flags {
			l.flags[fmt.Sprint(num, flag)] = op == backend.StoreAdd
		}
	}
	return nil
}

// After any sequence of deferred, joined and cancelled changes, the flags are those that
// the same changes give one by one.
func FuzzChanges(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{0x11, 0x21, 0x11, 0x31, 0x11, 0x21, 0x11, 0xf0, 0x91, 0x11, 0x91})
	f.Add([]byte{0x01, 0x41, 0x01, 0x41, 0x01, 0x41, 0x01, 0x41, 0x02, 0x42, 0xe0, 0x02, 0xf1, 0x42})
	f.Fuzz(func(t *testing.T, steps []byte) {
		want, got := &ledger{flags: map[string]bool{}}, &ledger{flags: map[string]bool{}}
		s := readahead.New(got, readahead.Untraced, func(backend.Notice) {})
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		for _, step := range steps[:min(len(steps), 500)] {
			n := 1 + int(step&0x0f)%10
			switch {
			case step >= 0xf0:
				must(t, s.Poll(ctx))
				continue
			case step >= 0xe0:
				s.Poll(cancelled)
				continue
			}
			set := backend.Set{UID: step&0x20 != 0, Ranges: []backend.Range{{First: n, Last: min(n+int(step>>7), 10)}}}
			if set.UID {
				set.Ranges[0].First += 100
				set.Ranges[0].Last += 100
			}
			op, flags := backend.StoreAdd, deleted
			if step&0x40 != 0 {
				op = backend.StoreRemove
			}
			if step&0x10 != 0 {
				flags = []string{`\Seen`, `\Deleted`}
			}
			must(t, want.Store(ctx, set, op, flags))
			must(t, s.Change(ctx, set, op, flags))
		}
		must(t, s.Poll(ctx))
		check(t, "flags", got.flags, want.flags)
	})
}

// If the UID of a message that was not copied is unknown, no message is deleted.
func TestDeleteWithoutUIDs(t *testing.T) {
	r := uncopied(t)
	r.removed = -103 // message 3 has no UID
	for _, uid := range []int{1, 6} {
		if err := r.Session.Change(ctx, backend.One(true, uid), backend.StoreAdd, deleted); !errors.Is(err, backend.ErrRefused) {
			t.Errorf("UID %d: %v", uid, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come")
		}
	}
}

// copying is an effect like that of a copy.
func (r *reader) copying(n int) error {
	return r.Session.Do(ctx, readahead.Effect{Kind: "copy", Set: backend.One(false, n), Copies: true, Ascending: true,
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			return service.Store(ctx, set, backend.StoreAdd, []string{"copied"})
		}})
}

// Pending copies are one command as long as their messages ascend.
func TestCopiesTogether(t *testing.T) {
	s := newService(100)
	r := newReader(t, s)
	must(t, r.copying(1))
	must(t, r.copying(2))
	r.calls()
	s.hold = make(chan struct{})
	must(t, r.copying(3)) // under way
	waitFor(t, func() bool { return slices.Equal(r.calls(), []string{"store 3 copied"}) })
	for _, n := range []int{4, 5, 6, 9, 9, 8, 20} {
		must(t, r.copying(n))
	}
	close(s.hold)
	r.settle()
	check(t, "what collected meanwhile", r.calls(), []string{"store 4:6,9 copied", "store 9 copied", "store 8,20 copied"})
}

// Messages that were not copied are not deleted. Deleting waits for pending copies.
func TestDeleteAfterCopy(t *testing.T) {
	s := newService(100)
	r := newReader(t, s)
	must(t, r.copying(1))
	must(t, r.copying(2))
	s.err = &backend.Error{Kind: backend.ErrRefused, Text: "no room"}
	must(t, r.copying(3))
	for range 2 {
		if err := r.change(3, backend.StoreAdd); !errors.Is(err, backend.ErrRefused) {
			t.Errorf("got %v", err)
		}
	}
	s.err = nil
	r.calls()
	if err := r.change(4, backend.StoreAdd); err == nil {
		t.Error("nobody was told of the refusal")
	}
	must(t, r.change(5, backend.StoreAdd))
	must(t, r.change(3, backend.StoreRemove))
	must(t, r.Session.Select(ctx, "another", false))
	must(t, r.change(3, backend.StoreAdd))
	check(t, "calls", r.calls(), []string{
		"fetch 3 ", "fetch 4 ", `store 4 \Deleted`, "fetch 5 ", `store 5 \Deleted`, `store 3 -\Deleted`, "select", `store 3 \Deleted`,
	})
}

// uncopied is a reader over a service that has refused the copy of message 3 after the call
// had returned.
func uncopied(t *testing.T) *reader {
	r := newReader(t, newService(100))
	must(t, r.copying(1))
	must(t, r.copying(2))
	r.err = &backend.Error{Kind: backend.ErrRefused, Text: "no room"}
	must(t, r.copying(3))
	r.settle()
	r.err = nil
	return r
}

// Messages that were not copied are not deleted before the mailbox is left. A call that fails
// does not leave it.
func TestDeleteWithoutLeaving(t *testing.T) {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	elsewhere := &backend.Error{Kind: backend.ErrInvalidArgument, Text: "no such name"}
	for _, test := range []struct {
		name       string
		err        error // of the service
		unselected bool  // the service has left the mailbox
		leave      func(r *reader) error
		deletes    bool
	}{
		{"selected", nil, false, func(r *reader) error { return r.Session.Select(ctx, "other", false) }, true},
		{"unselected", nil, false, func(r *reader) error { return r.Session.Unselect(ctx) }, true},
		{"selected in vain", elsewhere, false, func(r *reader) error { return r.Session.Select(ctx, "&", false) }, false},
		{"unselected by a failure", elsewhere, true, func(r *reader) error { return r.Session.Select(ctx, "other", false) }, true},
		{"not unselected", elsewhere, false, func(r *reader) error { return r.Session.Unselect(ctx) }, false},
		{"cancelled", context.Canceled, false, func(r *reader) error { return r.Session.Select(cancelled, "other", false) }, false},
		{"cancelled with pending changes", nil, false, func(r *reader) error {
			for n := 10; n <= 13; n++ {
				if n == 12 {
					r.hold = make(chan struct{})
				}
				must(t, r.change(n, backend.StoreRemove))
				waitFor(t, func() bool { return n == 13 || slices.Contains(r.calls(), fmt.Sprintf(`store %d -\Deleted`, n)) })
			}
			err := r.Session.Select(cancelled, "other", false)
			close(r.hold)
			return err
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := uncopied(t)
			if err := r.change(5, backend.StoreAdd); !errors.Is(err, backend.ErrRefused) {
				t.Errorf("the refusal is %v", err)
			}
			r.leaveErr, r.unselected = test.err, test.unselected
			if err := test.leave(r); (err == nil) != (test.err == nil && test.deletes) {
				t.Errorf("leaving: %v", err)
			}
			if err := r.change(3, backend.StoreAdd); (err == nil) != test.deletes {
				t.Errorf("deleting: %v", err)
			}
		})
	}
}

// Messages that were not copied are not deleted by another number or by UID either.
func TestDeleteRenumbered(t *testing.T) {
	r := uncopied(t)
	if err := r.Session.Expunge(ctx); !errors.Is(err, backend.ErrRefused) {
		t.Errorf("the refusal is %v", err)
	}
	must(t, r.Session.Poll(ctx))
	r.removed = 2 // message 3 is message 1 now
	byUID := func(uid int) error {
		return r.Session.Change(ctx, backend.One(true, uid), backend.StoreAdd, deleted)
	}
	for name, got := range map[string]struct {
		err     error
		refused bool
	}{
		"1": {r.change(1, backend.StoreAdd), true}, "2": {r.change(2, backend.StoreAdd), false},
		"3": {r.change(3, backend.StoreAdd), false}, "UID 103": {byUID(103), true}, "UID 104": {byUID(104), false},
	} {
		if errors.Is(got.err, backend.ErrRefused) != got.refused {
			t.Errorf("message %s: %v", name, got.err)
		}
	}
}
