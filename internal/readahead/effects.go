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

	// acceptedBefore is how many changes of a kind the service must accept before the caller no
	// longer waits for them. maxKinds bounds the kinds that are counted.
	acceptedBefore = 2
	maxKinds       = 64
)

// Effect is a command that the worker sends for some messages, such as STORE or COPY.
type Effect struct {
	Kind  string // effects of one kind differ only in their sets
	Set   backend.Set
	Apply func(ctx context.Context, service backend.Session, set backend.Set) error

	// AnyOrder says that the effect may change places with others that have AnyOrder.
	// Ascending says that effects join only if their numbers ascend. The service works in
	// ascending order, so joined effects keep the order of the calls.
	AnyOrder, Ascending bool

	// Copies says that the messages must not be deleted before the effect is done, because
	// the caller may believe that they are copied. Deletes says that the effect marks
	// messages for deletion. A move does not have it: it marks or removes only what the
	// service has copied.
	Copies, Deletes bool

	// Awaited says that the caller always waits for the effect.
	Awaited bool

	// along sends the effect together with the next command, or returns false. An effect that
	// has it is patient: it may wait for the next window.
	along func(set backend.Set) bool
}

// Do applies an effect. Once the service has accepted two effects of the kind in the
// mailbox, the caller no longer waits for others. Effects that collect while another
// command is under way become one command.
//
// When the service later refuses such an effect, the next Do, Expunge, ExpungeUIDs or Logout
// returns the error, and still does its own work. If the refused effect is a copy, Do returns
// an error if an effect would delete its messages, until a mailbox is selected or unselected.
// Expunge and ExpungeUIDs remove nothing if they are the first to return the refusal of a copy
// and one of its messages is marked for deletion.
func (s *Session) Do(ctx context.Context, e Effect) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.Deletes && s.copying {
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	if err := s.notCopied(ctx, e); err != nil {
		return err
	}
	if s.mayDefer(e) {
		s.markStale(e.Set)
		s.copying = s.copying || e.Copies
		s.later(e)
		return cmp.Or(s.takeRefused(), s.doubt())
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	s.markStale(e.Set)
	if err := e.Apply(ctx, s.Session, e.Set); err != nil {
		return err
	}
	s.noteAccepted(e.Kind)
	return cmp.Or(s.takeRefused(), s.doubt())
}

// Change is Store for which the caller may not have to wait: see [Session.Do].
func (s *Session) Change(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	return s.Do(ctx, Effect{
		Kind: fmt.Sprint(op, flags), Set: set, AnyOrder: op == backend.StoreAdd,
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
// after its call had returned. It compares UIDs, because message numbers may have changed
// since that call.
func (s *Session) notCopied(ctx context.Context, e Effect) error {
	if !e.Deletes || len(s.uncopied) == 0 {
		return nil
	}
	if err := s.identifyUncopied(ctx); err != nil {
		return err
	}
	set, err := s.byUIDs(ctx, e.Set)
	if err != nil {
		return err
	}
	for _, r := range s.uncopied {
		if r.effect.Set.Overlaps(set) {
			return fmt.Errorf("%w: messages that were not copied are not deleted", r.err)
		}
	}
	return nil
}

// markedUncopied returns the refusal of a copy if no call has returned it and one of the
// messages is marked for deletion. An Expunge would remove the message from the only mailbox
// that has it.
func (s *Session) markedUncopied(ctx context.Context) error {
	if s.refused == nil {
		return nil
	}
	for _, r := range s.uncopied {
		for msg, err := range s.each(ctx, r.effect.Set, backend.Items{UID: true, Flags: true}) {
			switch {
			case err != nil:
				return err
			case msg.Flags.Deleted:
				return fmt.Errorf("%w: messages that were not copied are not expunged", s.takeRefused())
			}
		}
	}
	return nil
}

// identifyUncopied replaces message numbers in uncopied by UIDs.
func (s *Session) identifyUncopied(ctx context.Context) error {
	for i := 0; i < len(s.uncopied); i++ {
		set, err := s.byUIDs(ctx, s.uncopied[i].effect.Set)
		if err != nil {
			return err
		}
		s.uncopied[i].effect.Set = set
	}
	return nil
}

// byUIDs returns a set by UID. If the service does not tell a UID, the set has all messages.
func (s *Session) byUIDs(ctx context.Context, set backend.Set) (backend.Set, error) {
	if set.UID {
		return set, nil
	}
	var uids []int
	for msg, err := range s.each(ctx, set, backend.Items{UID: true}) {
		if err != nil {
			return backend.Set{}, err
		}
		if msg.UID == 0 {
			return backend.Set{UID: true, Ranges: []backend.Range{{First: 1, Last: backend.Max}}}, nil
		}
		uids = append(uids, msg.UID)
	}
	return backend.SetOf(true, uids), nil
}

// Store implements [backend.Session].
func (s *Session) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	if err := s.flush(ctx); err != nil {
		return err
	}
	s.markStale(set)
	return s.Session.Store(ctx, set, op, flags)
}

// mayDefer reports whether Do may return before the effect is applied. A set with "*" is
// never deferred, because "*" may be another message later.
func (s *Session) mayDefer(e Effect) bool {
	s.handleArrived()
	return !e.Awaited && s.accepted[e.Kind] >= acceptedBefore && !s.traits.MarkedHere && s.lost == nil && s.pending.len() < maxPending &&
		!slices.ContainsFunc(e.Set.Ranges, func(r backend.Range) bool { return r.Last >= backend.Max })
}

// noteAccepted counts a change that the service has made. With the extent Nothing none is
// counted, so the caller waits for each change.
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

// markStale marks the prefetched flags of a set as stale, because they are about to change.
func (s *Session) markStale(set backend.Set) {
	for _, st := range s.streams {
		if st.items.Flags {
			st.markStale(set)
		}
	}
	if s.job != nil {
		s.job.noteChanged(set)
	}
}

// noteRead queues the effects of reading a prefetched message.
func (s *Session) noteRead(m prefetched, items backend.Items) {
	if m.unrecorded {
		s.later(Effect{Kind: "retrieve", Set: backend.One(false, m.Num), AnyOrder: true, Apply: retrieve})
	}
	if m.Reading && !allPeek(items.Sections) && !s.State().ReadOnly {
		s.showSeen(m.Message)
		seen := Effect{Kind: "seen", Set: backend.One(false, m.Num), AnyOrder: true, Apply: markSeen}
		if s.marker != nil {
			seen.along = s.marker.MarkSeen
		}
		s.later(seen)
	}
}

func retrieve(_ context.Context, service backend.Session, set backend.Set) error {
	service.(backend.Retriever).Retrieve(set)
	return nil
}

// doubt returns an error if a message that the caller has read untraced had another text when
// it was retrieved. The service sends no more messages untraced then.
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
	if lossOf(err) == nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// showSeen sets \Seen in the prefetched flags of a message, also in those that have arrived
// meanwhile or are still to come.
func (s *Session) showSeen(msg *backend.Message) {
	if s.isBusy() {
		s.job.becameSeen[msg.Num] = true
	}
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
}

// later queues an effect that the caller does not wait for.
func (s *Session) later(e Effect) {
	if !s.pending.add(e) {
		s.wait(context.Background()) // the last job is about to end
		s.start(&job{})
	} else if e.along == nil {
		s.job.pause.skip()
	}
}

// queue holds the pending effects in the order of application.
type queue struct {
	mu         sync.Mutex
	list       []Effect
	workerRuns bool // and will apply them
}

// workerStarts records that a running worker will apply what is pending.
func (q *queue) workerStarts() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.workerRuns = true
}

// add joins an effect to a pending one of its kind, or appends it. An AnyOrder effect may
// join any AnyOrder effect since the last other one. Any other effect may join only the last
// one. add reports whether a running worker will apply the effect.
func (q *queue) add(e Effect) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.list) - 1; i >= 0 && q.list[i].AnyOrder == e.AnyOrder; i-- {
		if q.list[i].mayJoin(e) {
			q.list[i].Set.Ranges = unite(q.list[i].Set.Ranges, e.Set.Ranges)
			return q.workerRuns
		}
		if !e.AnyOrder {
			break
		}
	}
	e.Set.Ranges = slices.Clone(e.Set.Ranges)
	q.list = append(q.list, e)
	return q.workerRuns
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

// isPatient reports whether all effects may wait for the next window.
func (q *queue) isPatient() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !slices.ContainsFunc(q.list, Effect.isImpatient)
}

// isImpatient reports whether the effect must not wait for the next window.
func (e Effect) isImpatient() bool { return e.along == nil }

// takePatient is take if all effects may wait for the next window, and else takes none.
func (q *queue) takePatient() []Effect {
	q.mu.Lock()
	defer q.mu.Unlock()
	if slices.ContainsFunc(q.list, Effect.isImpatient) {
		return nil
	}
	list := q.list
	q.list = nil
	return list
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

// stopIfEmpty is workerStops if nothing is pending, and reports whether that is so.
func (q *queue) stopIfEmpty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.workerRuns = len(q.list) > 0
	return !q.workerRuns
}

// workerStops records that effects stay pending until another worker runs.
func (q *queue) workerStops() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.workerRuns = false
}
