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
	retriever       backend.Retriever  // nil when the session is none
	marker          backend.SeenMarker // nil when the session is none
	extent          Extent
	notify          func(backend.Notice)

	streams  []*stream // most recently used first
	byNumber result    // the order in which the caller may read by number
	byUID    result    // the order in which the caller may read by UID

	job     *job      // the worker's job, nil when there is none
	pending queue     // effects of calls that have returned
	lost    error     // why the last job lost the connection, until a call returns it
	askedAt time.Time // when the caller last asked the service itself, or the last job ended

	accepted map[string]int // how many changes of each kind the service has accepted
	refused  error          // a refused change, until a call returns it
	copying  bool           // a copy may be pending
	uncopied []refusal      // copies refused after their call had returned

	reported map[int]parseDepth // how much of each message was reported, by UID
}

// Extent says what may be prefetched.
type Extent int

const (
	Untraced   Extent = iota // what the service does not record as retrieved
	Nothing                  // the caller also waits for each effect
	Everything               // also texts that the service records as retrieved
)

// New returns a Session over another session. It reports to notify the parse errors of a
// message when the caller reads it, and why a message cannot be read. It reports nothing
// about messages that the caller has not asked for.
func New(session backend.Session, extent Extent, notify func(backend.Notice)) *Session {
	s := &Session{Session: session, traits: session.Traits(), extent: extent, notify: notify}
	s.retriever, _ = session.(backend.Retriever)
	s.marker, _ = session.(backend.SeenMarker)
	return s
}

// Beneath returns the session beneath. It first waits until nothing is pending, or until ctx
// ends or the connection is lost. Callers use it for the interfaces that only some services
// implement.
func (s *Session) Beneath(ctx context.Context) backend.Session {
	s.apply(ctx)
	return s.Session
}

// Copies reports whether the service can copy messages.
func (s *Session) Copies() bool {
	_, ok := s.Session.(backend.Copier)
	return ok
}

// Follow records a list of message numbers or UIDs. The caller may read the messages in the
// order of the list.
func (s *Session) Follow(list []int, uid bool) { s.follow(result{list: list}, uid) }

// Announce is Follow for messages that the caller will certainly read.
func (s *Session) Announce(list []int, uid bool) {
	s.follow(result{list: list, announced: true}, uid)
}

func (s *Session) follow(r result, uid bool) {
	*s.resultOf(uid) = r
	for _, st := range s.streams {
		if st.uid == uid {
			st.last = 0
		}
	}
}

func (s *Session) resultOf(uid bool) *result {
	if uid {
		return &s.byUID
	}
	return &s.byNumber
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
			s.reportAll(msg, err, items)
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
			s.reportAll(nil, m.err, items)
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
		s.reportAll(msg, err, items)
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

// each applies what is pending, and then calls Fetch of the session beneath.
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

// leave calls do, which selects another mailbox or none. If do fails, the mailbox may still
// be selected. What is known of it then stays.
func (s *Session) leave(ctx context.Context, do func() error) error {
	err := s.renumber(ctx, do)
	if err == nil || s.State().Mailbox == "" {
		s.reported, s.accepted, s.uncopied = nil, nil, nil
	}
	return err
}

// Poll implements [backend.Session].
func (s *Session) Poll(ctx context.Context) error {
	return s.renumber(ctx, func() error { return s.Session.Poll(ctx) })
}

// Expunge implements [backend.Session]. It may return the error of an earlier Change.
func (s *Session) Expunge(ctx context.Context) error {
	return s.expunge(ctx, func() error { return s.Session.Expunge(ctx) })
}

// ExpungeUIDs is Expunge of a [backend.UIDExpunger]. It returns ErrNotSupported when the
// session is none.
func (s *Session) ExpungeUIDs(ctx context.Context, set backend.Set) error {
	expunger, ok := s.Session.(backend.UIDExpunger)
	if !ok {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Only all messages that are marked can be expunged"}
	}
	return s.expunge(ctx, func() error { return expunger.ExpungeUIDs(ctx, set) })
}

// Relocate is Relocate of a [backend.Relocator]. It returns ErrNotSupported when the session is
// none. It may return the error of an earlier Change, after it has done its own work.
func (s *Session) Relocate(ctx context.Context, set backend.Set, mailbox string) (uids []int, told backend.CopiedUIDs, err error) {
	relocator, ok := s.Session.(backend.Relocator)
	if !ok {
		return nil, told, &backend.Error{Kind: backend.ErrNotSupported, Text: "The service does not move messages"}
	}
	err = s.renumber(ctx, func() (err error) {
		uids, told, err = relocator.Relocate(ctx, set, mailbox)
		return err
	})
	return uids, told, cmp.Or(err, s.takeRefused(), s.doubt())
}

// expunge calls do, which removes messages that are marked for deletion.
func (s *Session) expunge(ctx context.Context, do func() error) error {
	err := s.renumber(ctx, func() error {
		if err := s.markedUncopied(ctx); err != nil {
			return err
		}
		return do()
	})
	return cmp.Or(err, s.takeRefused(), s.doubt())
}

// renumber calls do, which may change message numbers.
func (s *Session) renumber(ctx context.Context, do func() error) error {
	err := s.flush(ctx)
	s.streams, s.byNumber, s.byUID = nil, result{}, result{}
	if err != nil {
		return err
	}
	if err := s.identifyUncopied(ctx); err != nil {
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

// Forget drops the prefetched messages of a set. Callers use it before they remove messages,
// or set \Seen by other means than [Session.Do].
func (s *Session) Forget(set backend.Set) {
	for _, st := range s.streams {
		st.forget(set)
	}
}
