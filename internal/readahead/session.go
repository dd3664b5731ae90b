package readahead

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// Session is a [backend.Session] that reads ahead.
type Session struct {
	backend.Session // State, Traits, Link and Abort are passed through
	traits          backend.Traits
	retriever       backend.Retriever // nil when the session is none
	extent          Extent
	notify          func(backend.Notice)

	streams []*stream // most recently used first
	numbers order     // in which the caller may read by message number
	uids    order     // the same by UID

	job     *job      // the worker's job, nil when there is none
	pending queue     // effects of calls that have returned
	lost    error     // why the last job lost the connection, until a call returns it
	heardAt time.Time // when the last job ended

	accepted map[string]int // how many changes of each kind the service has accepted
	refused  error          // a refused change, until a call returns it
	copying  bool           // a copy may be pending
	uncopied []refusal      // copies refused after their call had returned

	heard map[int]depth // what was reported, by UID; see report
}

// Extent says what may be prefetched.
type Extent int

const (
	Untraced Extent = iota // what the service does not record as retrieved
	Nothing
	Everything // also texts that the service records as retrieved
)

// New returns a Session over another session. It reports to notify the parse errors of a
// message when the caller reads it, and why a message cannot be read. It reports nothing
// about messages that the caller has not asked for.
func New(session backend.Session, extent Extent, notify func(backend.Notice)) *Session {
	s := &Session{Session: session, traits: session.Traits(), extent: extent, notify: notify}
	s.retriever, _ = session.(backend.Retriever)
	return s
}

// Beneath waits until nothing is pending and returns the session beneath. Callers use it
// for the interfaces that only some services implement.
func (s *Session) Beneath(ctx context.Context) backend.Session {
	s.apply(ctx)
	return s.Session
}

// Copies reports whether the service can copy messages.
func (s *Session) Copies() bool {
	_, ok := s.Session.(backend.Copier)
	return ok
}

// Follow records a list of message numbers or UIDs. The caller may read messages in that
// order.
func (s *Session) Follow(list []int, uid bool) { s.follow(order{list: list}, uid) }

// Announce is Follow for messages that the caller will certainly read.
func (s *Session) Announce(list []int, uid bool) {
	s.follow(order{list: list, announced: true}, uid)
}

func (s *Session) follow(o order, uid bool) {
	*s.orderOf(uid) = o
	for _, st := range s.streams {
		if st.uid == uid {
			st.last = 0
		}
	}
}

func (s *Session) orderOf(uid bool) *order {
	if uid {
		return &s.uids
	}
	return &s.numbers
}

// Fetch implements [backend.Session].
func (s *Session) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		if n, ok := single(set); ok {
			if msg, err := s.FetchOne(ctx, n, set.UID, items); msg != nil || err != nil {
				yield(msg, err)
			}
			return
		}
		for msg, err := range s.each(ctx, set, items) {
			s.heed(msg, err, items)
			if !yield(msg, err) {
				return
			}
		}
	}
}

// FetchOne is Fetch of one message, by its number or UID. It returns nil when there is no
// such message.
func (s *Session) FetchOne(ctx context.Context, n int, uid bool, items backend.Items) (*backend.Message, error) {
	if err := cmp.Or(ctx.Err(), s.doubt()); err != nil {
		return nil, err
	}
	if m, ok := s.read(ctx, s.streamOf(uid, items), n); ok {
		if m.err != nil {
			s.heed(nil, m.err, items)
			return m.Message, m.err
		}
		s.noteRead(m, items)
		s.report(m.Message, items)
		return m.Message, nil
	}
	return s.alone(ctx, backend.One(uid, n), items)
}

// alone fetches one message without a prefetch.
func (s *Session) alone(ctx context.Context, set backend.Set, items backend.Items) (*backend.Message, error) {
	for msg, err := range s.each(ctx, set, items) {
		s.heed(msg, err, items)
		return msg, err
	}
	return nil, nil
}

// single returns the number of a set that has exactly one message.
func single(set backend.Set) (n int, ok bool) {
	if len(set.Ranges) != 1 || set.Ranges[0].First != set.Ranges[0].Last {
		return 0, false
	}
	n = set.Ranges[0].First
	return n, n < backend.Max
}

// each is Fetch of the session beneath.
func (s *Session) each(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		if err := s.flush(ctx); err != nil {
			yield(nil, err)
			return
		}
		if !allPeek(items.Sections) {
			s.Forget(set) // the service sets \Seen
		}
		s.Session.Fetch(ctx, set, items)(yield)
	}
}

// Select implements [backend.Session].
func (s *Session) Select(ctx context.Context, mailbox string, readOnly bool) error {
	return s.leave(ctx, func() error { return s.Session.Select(ctx, mailbox, readOnly) })
}

// Unselect implements [backend.Session].
func (s *Session) Unselect(ctx context.Context) error {
	return s.leave(ctx, func() error { return s.Session.Unselect(ctx) })
}

// leave calls do, which selects another mailbox or none.
func (s *Session) leave(ctx context.Context, do func() error) error {
	defer func() { s.heard, s.accepted, s.uncopied = nil, nil, nil }()
	return s.renumber(ctx, do)
}

// Poll implements [backend.Session].
func (s *Session) Poll(ctx context.Context) error {
	return s.renumber(ctx, func() error { return s.Session.Poll(ctx) })
}

// Expunge implements [backend.Session]. It may return the error of an earlier Change.
func (s *Session) Expunge(ctx context.Context) error {
	err := s.renumber(ctx, func() error { return s.Session.Expunge(ctx) })
	return cmp.Or(err, s.takeRefused(), s.doubt())
}

// ExpungeUIDs is Expunge of a [backend.UIDExpunger]. It returns ErrNotSupported when the
// session is none.
func (s *Session) ExpungeUIDs(ctx context.Context, set backend.Set) error {
	expunger, ok := s.Session.(backend.UIDExpunger)
	if !ok {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Only all messages that are marked can be expunged"}
	}
	err := s.renumber(ctx, func() error { return expunger.ExpungeUIDs(ctx, set) })
	return cmp.Or(err, s.takeRefused(), s.doubt())
}

// renumber calls do, which may change message numbers.
func (s *Session) renumber(ctx context.Context, do func() error) error {
	err := s.flush(ctx)
	s.streams, s.numbers, s.uids = nil, order{}, order{}
	if err != nil {
		return err
	}
	return do()
}

// Status implements [backend.Session].
func (s *Session) Status(ctx context.Context, mailbox string, items backend.StatusItems) (backend.Status, error) {
	if err := s.flush(ctx); err != nil {
		return backend.Status{}, err
	}
	return s.Session.Status(ctx, mailbox, items)
}

// Logout implements [backend.Session]. It may return the error of pending work or of an
// earlier Change.
func (s *Session) Logout(ctx context.Context) error {
	earlier := s.flush(ctx)
	return cmp.Or(earlier, s.Session.Logout(ctx), s.takeRefused())
}

// Forget drops the prefetched messages of a set, because they are about to change.
func (s *Session) Forget(set backend.Set) {
	for _, st := range s.streams {
		st.forget(set)
	}
}
