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
	// maxPending bounds the ranges of messages in pending effects.
	maxPending = 1024

	// enough is how many changes of a kind the service must accept before the caller no
	// longer waits for them. maxKinds bounds the kinds that are counted.
	enough   = 2
	maxKinds = 64
)

// Effect is a change to messages, such as STORE or COPY.
type Effect struct {
	Kind  string // effects of one kind differ only in their sets
	Set   backend.Set
	Apply func(ctx context.Context, service backend.Session, set backend.Set) error

	// Adds says that the order of two effects with Adds does not matter. Ascending says
	// that the messages of a set must keep the order of the calls.
	Adds, Ascending bool

	// Copies says that the messages must not be deleted before the effect is done, because
	// the caller may believe that they are copied. Deletes says that the effect deletes
	// messages or marks them for deletion.
	Copies, Deletes bool

	// Awaited says that the caller always waits for the effect.
	Awaited bool
}

// Do applies an effect. Once the service has accepted two effects of the kind in the
// mailbox, the caller no longer waits for others. Effects that collect while another
// command is under way become one command.
//
// When the service later refuses such an effect, the next Do, Expunge or Logout returns the
// error, and still does its own work. If the refused effect is a copy, its messages cannot
// be deleted until another mailbox is selected: Do returns an error for it.
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

// Change is Store for which the caller may not have to wait: see [Session.Do].
func (s *Session) Change(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	return s.Do(ctx, Effect{
		Kind: fmt.Sprint(op, flags), Set: set, Adds: op == backend.StoreAdd,
		Deletes: op != backend.StoreRemove && slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, `\Deleted`) }),
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			return service.Store(ctx, set, op, flags)
		},
	})
}

// refusal is an effect that the service refused.
type refusal struct {
	effect Effect
	err    error
}

// notCopied returns an error if an effect would delete messages whose copy was refused
// after its call had returned. Message numbers cannot be compared with UIDs here, so a
// number counts as any UID, and a UID as any number.
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

// mayDefer reports whether the caller need not wait for an effect. A set with "*" is never
// deferred, because "*" may be another message later.
func (s *Session) mayDefer(e Effect) bool {
	s.isBusy() // accepts the outcome of earlier effects
	return !e.Awaited && s.accepted[e.Kind] >= enough && !s.traits.MarkedHere && s.lost == nil && s.pending.len() < maxPending &&
		!slices.ContainsFunc(e.Set.Ranges, func(r backend.Range) bool { return r.Last >= backend.Max })
}

// noteAccepted counts a change that the service has made.
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

// outdate marks the prefetched flags of a set as stale, because they are about to change.
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

// noteRead queues the effects of reading a prefetched message.
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

// doubt returns an error when a message that was read untraced has turned out to be another
// one. The service sends no more messages untraced then.
func (s *Session) doubt() error {
	if s.retriever == nil {
		return nil
	}
	return s.retriever.Doubt()
}

// markSeen sets \Seen on messages that were read, as BODY[] does. It ignores a refusal of
// \Seen, or of STORE itself, because BODY[] does not report one either.
func markSeen(ctx context.Context, service backend.Session, set backend.Set) error {
	err := service.Store(ctx, set, backend.StoreAdd, []string{`\Seen`})
	if lost(err) == nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// showSeen sets \Seen in the prefetched flags of a message.
func (s *Session) showSeen(msg *backend.Message) {
	for _, st := range s.streams {
		if !st.items.Flags {
			continue
		}
		for _, m := range st.messages {
			if m.Num == msg.Num {
				m.Flags.Seen = true // in the message that m points to
			}
		}
	}
	if s.isBusy() {
		s.job.seen[msg.Num] = true
	}
}

// later queues an effect that the caller does not wait for.
func (s *Session) later(e Effect) {
	if !s.pending.add(e) {
		s.wait(context.Background()) // the last job is about to end
		s.start(&job{})
	}
}

// queue holds the pending effects in the order of application.
type queue struct {
	mu     sync.Mutex
	list   []Effect
	worked bool // a running worker will apply them
}

func (q *queue) open() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = true
}

// add joins an effect to a pending one of its kind, or appends it. It reports whether a
// running worker will apply it.
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

// mayJoin reports whether one command may apply this effect and another one.
func (e *Effect) mayJoin(more Effect) bool {
	if e.Kind != more.Kind || e.Set.UID != more.Set.UID {
		return false
	}
	ascends := func() bool { return e.Set.Ranges[len(e.Set.Ranges)-1].Last < more.Set.Ranges[0].First }
	return !e.Ascending || len(e.Set.Ranges) == 0 || len(more.Set.Ranges) == 0 || ascends()
}

// unite adds ranges to a list. A range that is adjacent to the last one extends it.
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

// len returns the number of pending ranges.
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

// putBack undoes take for the effects of a list.
func (q *queue) putBack(list []Effect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(list, q.list...)
}

// closeIfEmpty ends the worker's work when nothing is pending, and reports whether it did.
func (q *queue) closeIfEmpty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = len(q.list) > 0
	return !q.worked
}

// close ends the worker's work even when effects are pending.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = false
}
