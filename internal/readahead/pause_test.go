package readahead_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// marker is a service that sends \Seen together with the next command.
type marker struct {
	*service
	full bool // it cannot
}

func (m *marker) MarkSeen(set backend.Set) bool {
	if m.full {
		return false
	}
	m.note("along %s", describe(set))
	m.mu.Lock()
	defer m.mu.Unlock()
	for num := 1; num <= m.messages; num++ {
		if isIn(set, &backend.Message{Num: num}) {
			m.seen[num] = true
		}
	}
	return true
}

// checkSeen checks that messages are marked.
func (m *marker) checkSeen(t *testing.T, first, last int) {
	t.Helper()
	for n := first; n <= last; n++ {
		if !m.seen[n] {
			t.Errorf("message %d is not marked", n)
		}
	}
}

func newMarkingReader(t *testing.T, m *marker) *reader {
	r := &reader{service: m.service, t: t}
	r.Session = readahead.New(m, readahead.Untraced, func(backend.Notice) {})
	return r
}

func (r *reader) readUp(first, last int) {
	r.t.Helper()
	for n := first; n <= last; n++ {
		r.read(false, n, texts)
	}
}

// A loop that sets \Seen takes no more round trips than one that does not.
func TestMarkedAlong(t *testing.T) {
	m := &marker{service: newService(60)}
	m.roundTrip = time.Hour
	r := newMarkingReader(t, m)
	r.readUp(1, 60)
	calls := r.calls()
	if text := strings.Join(calls, ", "); strings.Contains(text, "store") || !strings.Contains(text, "along") {
		t.Errorf("calls %s", text)
	}
	// The rest is marked before anything else is asked, without a pause.
	if err := r.Session.Logout(ctx); err != nil {
		t.Fatal(err)
	}
	if calls = r.calls(); calls[len(calls)-1] != "logout" {
		t.Errorf("calls %q", calls)
	}
	m.checkSeen(t, 2, 60)
}

// What a slow caller has read is marked although it asks for nothing more.
func TestMarkedAfterPause(t *testing.T) {
	m := &marker{service: newService(60)}
	r := newMarkingReader(t, m)
	r.readUp(1, 3)
	waitFor(t, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.seen[2] && m.seen[3]
	})
}

// An effect that is not patient ends the pause, and comes after the marks.
func TestPauseEnds(t *testing.T) {
	m := &marker{service: newService(60)}
	m.roundTrip = time.Hour
	r := newMarkingReader(t, m)
	r.add(30, 31) // from now on the caller does not wait
	r.readUp(1, 5)
	r.add(32)
	waitFor(t, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return slices.Contains(m.log, `store 32 \Deleted`)
	})
	if calls := r.calls(); len(calls) < 2 || !slices.Contains(calls, `store 2:5 \Seen`) || calls[len(calls)-1] != `store 32 \Deleted` {
		t.Errorf("calls %q", calls)
	}
}

// Marks that cannot be sent along have a command of their own.
func TestNotMarkedAlong(t *testing.T) {
	m := &marker{service: newService(60), full: true}
	m.roundTrip = time.Hour
	r := newMarkingReader(t, m)
	r.readUp(1, 60)
	r.settle()
	m.checkSeen(t, 2, 60)
	// They come before a window, so that its flags have them.
	r = newMarkingReader(t, m)
	clear(m.seen)
	r.readUp(1, 3)
	r.read(false, 2, headers)
	check(t, "seen", r.read(false, 3, headers).Flags.Seen, true)
}

// A read after which no window is due leaves the pause alone.
func TestPauseWithoutWindow(t *testing.T) {
	m := &marker{service: newService(60)}
	m.roundTrip = 300 * time.Millisecond
	r := newMarkingReader(t, m)
	r.Follow([]int{5, 9, 2, 30, 17, 11, 8, 20}, false)
	for _, n := range []int{5, 9, 2, 30, 17, 11, 8} {
		r.read(false, n, fields)
	}
	r.readUp(41, 43)
	time.Sleep(m.roundTrip / 10) // until the pause
	r.Follow([]int{1, 2}, false)
	r.read(false, 20, fields) // is there, and the run along the first result has no end
	waitFor(t, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.seen[42] && m.seen[43]
	})
}

// The end of a context during a pause loses no marks.
func TestPauseCancelled(t *testing.T) {
	m := &marker{service: newService(60)}
	m.roundTrip = time.Hour
	r := newMarkingReader(t, m)
	r.readUp(1, 3)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := r.Session.Poll(cancelled); err == nil {
		t.Error("no error")
	}
	r.settle()
	m.checkSeen(t, 2, 3)
}
