package readahead

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// maxDebts bounds the ranges of messages to which something is yet to be done.
	maxDebts = 1024

	// enough is how many changes of a kind have to be accepted before the caller does
	// not wait for them any more, and maxKinds bounds the kinds that are counted.
	enough   = 2
	maxKinds = 64
)

// debt is what is yet to be done to messages for calls that have returned.
type debt struct {
	kind string
	set  backend.Set
	adds bool // it does not matter which of two that add is done first
	pay  func(ctx context.Context, set backend.Set) error
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
	change := debt{
		kind: fmt.Sprint(op, flags), set: set, adds: op == backend.StoreAdd,
		pay: func(ctx context.Context, set backend.Set) error { return s.Session.Store(ctx, set, op, flags) },
	}
	if s.mayOwe(change) {
		s.outdate(set)
		s.owe(change)
		return cmp.Or(s.takeRefused(), s.doubt())
	}
	if err := s.Store(ctx, set, op, flags); err != nil {
		return err
	}
	s.count(change.kind)
	return cmp.Or(s.takeRefused(), s.doubt())
}

// Store implements [backend.Session].
func (s *Session) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	if err := s.idle(ctx); err != nil {
		return err
	}
	s.outdate(set)
	return s.Session.Store(ctx, set, op, flags)
}

// mayOwe reports whether the caller need not wait for a change. What "*" stands for
// may be another message later.
func (s *Session) mayOwe(change debt) bool {
	s.isBusy() // which takes in how the last one went
	return s.accepted[change.kind] >= enough && !s.State().MarkedHere && s.failed == nil && s.debts.len() < maxDebts &&
		!slices.ContainsFunc(change.set.Ranges, func(r backend.Range) bool { return r.Last >= backend.Max })
}

// count notes that the service has made a change.
func (s *Session) count(kind string) {
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
		if !st.items.Flags {
			continue
		}
		for n, r := range st.ready {
			if contains(set, r.Message) {
				r.at = time.Time{}
				st.ready[n] = r
			}
		}
	}
	if s.work != nil {
		s.work.outdate(set)
	}
}

func (w *work) outdate(set backend.Set) {
	i := slices.IndexFunc(w.changed, func(changed backend.Set) bool { return changed.UID == set.UID })
	if i < 0 {
		i = len(w.changed)
		w.changed = append(w.changed, backend.Set{UID: set.UID})
	}
	w.changed[i].Ranges = unite(w.changed[i].Ranges, set.Ranges)
}

// noteRead notes that items of a message were read that had been fetched ahead.
func (s *Session) noteRead(r ready, items backend.Items) {
	if r.untraced {
		s.owe(debt{kind: "retrieve", set: only(false, r.Num), adds: true, pay: s.retrieve})
	}
	if r.Reading && !allPeek(items.Sections) && !s.State().ReadOnly {
		s.showSeen(r.Message)
		s.owe(debt{kind: "seen", set: only(false, r.Num), adds: true, pay: s.markSeen})
	}
}

func (s *Session) retrieve(_ context.Context, set backend.Set) error {
	if retriever, ok := s.Session.(backend.Retriever); ok {
		retriever.Retrieve(set)
	}
	return nil
}

// doubt is the error of a message that was read untraced and is not what it was taken
// for. The service brings no more of them.
func (s *Session) doubt() error {
	if retriever, ok := s.Session.(backend.Retriever); ok {
		return retriever.Doubt()
	}
	return nil
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
		for _, r := range st.ready {
			if r.Num == msg.Num {
				r.Flags.Seen = true // of the message it points to
			}
		}
	}
	if s.isBusy() {
		s.work.seen[msg.Num] = true
	}
}

// owe has something done to messages soon.
func (s *Session) owe(d debt) {
	if !s.debts.add(d) {
		s.finish(context.Background()) // what attended to them is at its end
		s.start(&work{})
	}
}

// pay does what is owed. It returns an error if the connection is lost. What is left when
// ctx ends before it was begun stays owed.
func (s *Session) pay(ctx context.Context, w *work) error {
	owed := s.debts.take()
	for i, d := range owed {
		err := d.pay(ctx, d.set)
		switch {
		case lost(err) != nil:
			return err
		case err != nil && ctx.Err() != nil:
			s.debts.putBack(owed[i:])
			return nil
		case err != nil:
			w.refused = err
		}
	}
	return nil
}

// debts are all that is owed, in the order in which it is to be done.
type debts struct {
	mu       sync.Mutex
	list     []debt
	attended bool // by work that will do it
}

func (d *debts) attend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attended = true
}

// add adds a debt, to one of its kind if there is one, and reports whether it will be
// attended to.
func (d *debts) add(more debt) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := len(d.list) - 1; i >= 0 && d.list[i].adds == more.adds; i-- {
		if d.list[i].kind == more.kind && d.list[i].set.UID == more.set.UID {
			d.list[i].set.Ranges = unite(d.list[i].set.Ranges, more.set.Ranges)
			return d.attended
		}
		if !more.adds {
			break
		}
	}
	more.set.Ranges = slices.Clone(more.set.Ranges)
	d.list = append(d.list, more)
	return d.attended
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
func (d *debts) len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, debt := range d.list {
		n += len(debt.set.Ranges)
	}
	return n
}

func (d *debts) take() []debt {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.list
	d.list = nil
	return list
}

// putBack is the undoing of take.
func (d *debts) putBack(list []debt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(list, d.list...)
}

// leave ends the attendance unless there is something left to do.
func (d *debts) leave() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attended = len(d.list) > 0
	return !d.attended
}

// desert ends the attendance whatever is left.
func (d *debts) desert() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attended = false
}
