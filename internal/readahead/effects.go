package readahead

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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

// Effect is something to be done to messages.
type Effect struct {
	Kind  string // those of a kind differ by their sets only
	Set   backend.Set
	Apply func(ctx context.Context, service backend.Session, set backend.Set) error

	// Adds says that it does not matter which of two that add is done first, and Ascending
	// that the messages of a set are not to be in another order than that of the calls.
	Adds, Ascending bool

	// Copies says that messages are not to be deleted before it is done: the caller may
	// take them for copied. Deletes is an effect that deletes or marks for deletion.
	Copies, Deletes bool

	// Awaited says that the caller waits for it in any case.
	Awaited bool
}

// Do applies an effect. The caller does not wait for it once the service has accepted two
// of the kind in the mailbox. What collects while another command is under way becomes one
// command.
//
// If the service refuses one after all, that is the error of the next Do, of Expunge or of
// Logout, which do what they were called for nonetheless. No message of which a copy was
// refused is deleted then before another mailbox is selected: to delete one is an error.
func (s *Session) Do(ctx context.Context, e Effect) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.Deletes && s.copying {
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	if err := s.notCopied(e); err != nil {
		return err
	}
	if s.mayDefer(e) {
		s.outdate(e.Set)
		s.copying = s.copying || e.Copies
		s.later(e)
		return cmp.Or(s.takeRefused(), s.doubt())
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	s.outdate(e.Set)
	if err := e.Apply(ctx, s.Session, e.Set); err != nil {
		return err
	}
	s.noteAccepted(e.Kind)
	return cmp.Or(s.takeRefused(), s.doubt())
}

// Change is Store for which the caller may not wait: see [Session.Do].
func (s *Session) Change(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	return s.Do(ctx, Effect{
		Kind: fmt.Sprint(op, flags), Set: set, Adds: op == backend.StoreAdd,
		Deletes: op != backend.StoreRemove && slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, `\Deleted`) }),
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			return service.Store(ctx, set, op, flags)
		},
	})
}

// refusal is an effect that was refused.
type refusal struct {
	effect Effect
	err    error
}

// notCopied is the error of deleting messages whose copy was refused after the caller had
// gone on. Which message a number and a UID are is not known here.
func (s *Session) notCopied(e Effect) error {
	if !e.Deletes {
		return nil
	}
	for _, r := range s.uncopied {
		if r.effect.Set.UID != e.Set.UID || r.effect.Set.Overlaps(e.Set) {
			return fmt.Errorf("%w: messages that were not copied are not deleted", r.err)
		}
	}
	return nil
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
func (s *Session) mayDefer(e Effect) bool {
	s.isBusy() // which takes in how the last one went
	return !e.Awaited && s.accepted[e.Kind] >= enough && !s.traits.MarkedHere && s.lost == nil && s.pending.len() < maxPending &&
		!slices.ContainsFunc(e.Set.Ranges, func(r backend.Range) bool { return r.Last >= backend.Max })
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
		s.later(Effect{Kind: "retrieve", Set: backend.One(false, m.Num), Adds: true, Apply: retrieve})
	}
	if m.Reading && !allPeek(items.Sections) && !s.State().ReadOnly {
		s.showSeen(m.Message)
		s.later(Effect{Kind: "seen", Set: backend.One(false, m.Num), Adds: true, Apply: markSeen})
	}
}

func retrieve(_ context.Context, service backend.Session, set backend.Set) error {
	service.(backend.Retriever).Retrieve(set)
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

// markSeen does what the service would have done to a message that is read. That it refuses
// \Seen, or does not understand STORE, is not an error of the reading: BODY[] would have
// told nothing of it either.
func markSeen(ctx context.Context, service backend.Session, set backend.Set) error {
	err := service.Store(ctx, set, backend.StoreAdd, []string{`\Seen`})
	if lost(err) == nil && ctx.Err() == nil {
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
func (s *Session) later(e Effect) {
	if !s.pending.add(e) {
		s.wait(context.Background()) // the worker is at its end
		s.start(&job{})
	}
}

// queue holds the pending effects, in the order in which they are to be applied.
type queue struct {
	mu     sync.Mutex
	list   []Effect
	worked bool // a worker runs that will come to them
}

func (q *queue) open() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = true
}

// add adds an effect, to a pending one of its kind if there is one, and reports whether a
// worker will come to it.
func (q *queue) add(e Effect) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.list) - 1; i >= 0 && q.list[i].Adds == e.Adds; i-- {
		if q.list[i].mayJoin(e) {
			q.list[i].Set.Ranges = unite(q.list[i].Set.Ranges, e.Set.Ranges)
			return q.worked
		}
		if !e.Adds {
			break
		}
	}
	e.Set.Ranges = slices.Clone(e.Set.Ranges)
	q.list = append(q.list, e)
	return q.worked
}

// mayJoin reports whether another effect may be done by the command of this one.
func (e *Effect) mayJoin(more Effect) bool {
	if e.Kind != more.Kind || e.Set.UID != more.Set.UID {
		return false
	}
	ascends := func() bool { return e.Set.Ranges[len(e.Set.Ranges)-1].Last < more.Set.Ranges[0].First }
	return !e.Ascending || len(e.Set.Ranges) == 0 || len(more.Set.Ranges) == 0 || ascends()
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
		n += len(e.Set.Ranges)
	}
	return n
}

func (q *queue) take() []Effect {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}

// putBack is the undoing of take.
func (q *queue) putBack(list []Effect) {
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
