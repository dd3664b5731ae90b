package readahead

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// maxPending bounds the ranges of messages of pending effects.
	maxPending = 1024

	// enough is how many changes of a kind the service has to accept before the caller
	// does not wait for them any more, and maxKinds bounds the kinds that are counted.
	enough   = 2
	maxKinds = 64
)

// effect is something to be done to messages for calls that have returned.
type effect struct {
	kind  string
	set   backend.Set
	adds  bool // it does not matter which of two that add is done first
	apply func(ctx context.Context, set backend.Set) error
}

// Change is Store for which the caller does not wait once the service has made the same
// change to two messages or sets of the mailbox. What is to be changed while another
// command is under way becomes one command.
//
// If the service refuses one after all, that is the error of the next Change, of Expunge
// or of Logout, which do what they were called for nonetheless.
func (s *Session) Change(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	change := effect{
		kind: fmt.Sprint(op, flags), set: set, adds: op == backend.StoreAdd,
		apply: func(ctx context.Context, set backend.Set) error { return s.Session.Store(ctx, set, op, flags) },
	}
	if s.mayDefer(change) {
		s.outdate(set)
		s.later(change)
		return cmp.Or(s.takeRefused(), s.doubt())
	}
	if err := s.Store(ctx, set, op, flags); err != nil {
		return err
	}
	s.noteAccepted(change.kind)
	return cmp.Or(s.takeRefused(), s.doubt())
}

// Store implements [backend.Session].
func (s *Session) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	if err := s.flush(ctx); err != nil {
		return err
	}
	s.outdate(set)
	return s.Session.Store(ctx, set, op, flags)
}

// mayDefer reports whether the caller need not wait for a change. What "*" stands for
// may be another message later.
func (s *Session) mayDefer(change effect) bool {
	s.isBusy() // which takes in how the last one went
	return s.accepted[change.kind] >= enough && !s.traits.MarkedHere && s.failed == nil && s.pending.len() < maxPending &&
		!slices.ContainsFunc(change.set.Ranges, func(r backend.Range) bool { return r.Last >= backend.Max })
}

// noteAccepted notes that the service has made a change.
func (s *Session) noteAccepted(kind string) {
	if s.extent == Nothing {
		return
	}
	if s.accepted == nil || len(s.accepted) == maxKinds {
		s.accepted = make(map[string]int)
	}
	s.accepted[kind]++
}

func (s *Session) takeRefused() error {
	err := s.refused
	s.refused = nil
	return err
}

// outdate notes that flags of the messages of a set are about to change.
func (s *Session) outdate(set backend.Set) {
	for _, st := range s.streams {
		if st.items.Flags {
			st.outdate(set)
		}
	}
	if s.job != nil {
		s.job.outdate(set)
	}
}

// noteRead notes that items of a message were read that had been prefetched.
func (s *Session) noteRead(m prefetched, items backend.Items) {
	if m.untraced {
		s.later(effect{kind: "retrieve", set: backend.One(false, m.Num), adds: true, apply: s.retrieve})
	}
	if m.Reading && !allPeek(items.Sections) && !s.State().ReadOnly {
		s.showSeen(m.Message)
		s.later(effect{kind: "seen", set: backend.One(false, m.Num), adds: true, apply: s.markSeen})
	}
}

func (s *Session) retrieve(_ context.Context, set backend.Set) error {
	s.retriever.Retrieve(set)
	return nil
}

// doubt is the error of a message that was read untraced and is not what it was taken
// for. The service brings no more of them.
func (s *Session) doubt() error {
	if s.retriever == nil {
		return nil
	}
	return s.retriever.Doubt()
}

// markSeen does what the service would have done to a message that is read. One that
// refuses \Seen would not have set it in BODY[] either, and that is not an error there.
func (s *Session) markSeen(ctx context.Context, set backend.Set) error {
	err := s.Session.Store(ctx, set, backend.StoreAdd, []string{`\Seen`})
	if errors.Is(err, backend.ErrRefused) {
		return nil
	}
	return err
}

// showSeen shows a message as seen that is about to be.
func (s *Session) showSeen(msg *backend.Message) {
	for _, st := range s.streams {
		if !st.items.Flags {
			continue
		}
		for _, m := range st.messages {
			if m.Num == msg.Num {
				m.Flags.Seen = true // of the message it points to
			}
		}
	}
	if s.isBusy() {
		s.job.seen[msg.Num] = true
	}
}

// later has an effect applied soon.
func (s *Session) later(e effect) {
	if !s.pending.add(e) {
		s.wait(context.Background()) // the worker is at its end
		s.start(&job{})
	}
}

// queue holds the pending effects, in the order in which they are to be applied.
type queue struct {
	mu     sync.Mutex
	list   []effect
	worked bool // a worker runs that will come to them
}

func (q *queue) open() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = true
}

// add adds an effect, to a pending one of its kind if there is one, and reports whether a
// worker will come to it.
func (q *queue) add(e effect) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.list) - 1; i >= 0 && q.list[i].adds == e.adds; i-- {
		if q.list[i].kind == e.kind && q.list[i].set.UID == e.set.UID {
			q.list[i].set.Ranges = unite(q.list[i].set.Ranges, e.set.Ranges)
			return q.worked
		}
		if !e.adds {
			break
		}
	}
	e.set.Ranges = slices.Clone(e.set.Ranges)
	q.list = append(q.list, e)
	return q.worked
}

// unite adds ranges to a list. Those that follow on its last one make it longer.
func unite(list, more []backend.Range) []backend.Range {
	for _, r := range more {
		last := len(list) - 1
		switch {
		case last >= 0 && r.First == list[last].Last+1:
			list[last].Last = r.Last
		case last >= 0 && r.Last == list[last].First-1:
			list[last].First = r.First
		default:
			list = append(list, r)
		}
	}
	return list
}

// len is how many ranges there are.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, e := range q.list {
		n += len(e.set.Ranges)
	}
	return n
}

func (q *queue) take() []effect {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}

// putBack is the undoing of take.
func (q *queue) putBack(list []effect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(list, q.list...)
}

// closeIfEmpty ends the worker's attention, and reports whether it did: not when there is
// something pending.
func (q *queue) closeIfEmpty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = len(q.list) > 0
	return !q.worked
}

// close ends the worker's attention whatever is pending.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = false
}
