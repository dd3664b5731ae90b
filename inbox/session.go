package inbox

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/failpoint"
)

// session is a box with an open mailbox and the messages that are claimed for it.
type session struct {
	*Box
	mbox   *mailbox
	claims *claims
	wanted []string // IDs of the last scan; nil if all messages are wanted
	notify func(Event)

	memory   int     // the size of the largest text in memory, and of a group, in octets
	emailIDs bool    // whether the server has IDs of contents
	maildrop *hold   // of a POP3 session that has the maildrop to itself
	removing []Place // what a POP3 server removes at the end of the session
}

// start returns a session of the box on a connection. The caller ends it.
func (b *Box) start(ctx context.Context, conn *imapcompat.Connection, notify func(Event)) (*session, error) {
	mbox, err := open(conn)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.name = cmp.Or(b.name, account(mbox.source))
	b.mu.Unlock()
	s := &session{Box: b, mbox: mbox, notify: notify, memory: maxInMemory, emailIDs: !mbox.pop3}
	s.claims = keep(ctx, b.ledger, b.lease, func(r Record) {
		notify(Event{Kind: EventLost, Record: r, Err: ErrClaimLost})
	})
	return s, nil
}

func (s *session) end(ctx context.Context) error { return s.claims.end(ctx) }

// check fails if the server cannot do what is to be done with the messages later.
func (s *session) check() error {
	if err := s.then.check(s.mbox); err != nil {
		return err
	}
	return s.quarantine.check(s.mbox)
}

// scan tells the ledger of the messages that it may not know, and returns how many are new.
// If another worker scans the mailbox for long, that one tells the ledger.
func (s *session) scan(ctx context.Context, criteria string, lane func(*imapcompat.Overview) string) (int, error) {
	right, release, err := s.hold(ctx)
	busy := errors.Is(err, ErrBusy)
	switch {
	case err != nil && !busy:
		return 0, err
	case busy && criteria == "" && s.mbox.lasting():
		return 0, nil
	}
	defer release()
	l, err := s.mbox.list(ctx, criteria, right.Cursor)
	if err != nil {
		return 0, err
	}
	s.wanted = l.wanted
	if busy {
		return 0, nil
	}
	for i := range l.sighted {
		l.sighted[i].Key = key(s.name, s.mbox.source, l.sighted[i].ID)
	}
	if lane != nil {
		if err := s.setLanes(ctx, l.sighted, lane); err != nil {
			return 0, err
		}
	}
	return s.sight(ctx, right, l)
}

// maxSighting is the number of messages of one transaction.
const maxSighting = 1000

// sight tells the ledger of a listing. A complete one of POP3 is one transaction, because what
// it lacks has vanished. One of IMAP moves the cursor on bit by bit.
func (s *session) sight(ctx context.Context, right Scan, l *listing) (int, error) {
	failpoint.Hit("sight")
	defer failpoint.Hit("sighted")
	if l.complete {
		cursor := right.Cursor
		if s.mbox.distrusted {
			cursor = distrusted
		}
		return s.ledger.Sight(ctx, Sighting{Scan: right, Sighted: l.sighted, Complete: true, Cursor: cursor})
	}
	n := 0
	for rest := l.sighted; len(rest) > 0; {
		some := rest[:min(len(rest), maxSighting)]
		rest = rest[len(some):]
		cursor := right.Cursor
		if l.wanted == nil {
			cursor = some[len(some)-1].ID
		}
		added, err := s.ledger.Sight(ctx, Sighting{Scan: right, Sighted: some, Cursor: cursor})
		if n += added; err != nil {
			return n, err
		}
		right.Cursor = cursor
	}
	return n, nil
}

// scanPatience is how long a worker waits for another one that scans or settles.
const scanPatience = 5 * time.Second

// startScan gets the right to scan a source. The error matches ErrBusy if another worker has it
// for long.
func (b *Box) startScan(ctx context.Context, source, owner string) (Scan, error) {
	for begun := time.Now(); ; {
		right, err := b.ledger.StartScan(ctx, b.name, source, owner, b.lease)
		if !errors.Is(err, ErrBusy) || time.Since(begun) > scanPatience {
			return right, err
		}
		select {
		case <-ctx.Done():
			return right, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// claim takes up to limit messages that are due.
//
// A worker that dies has tried one message and claimed several. So a message that was tried
// before is claimed alone: if it is what kills workers, the attempts of others do not count.
func (s *session) claim(ctx context.Context, limit int) ([]Record, error) {
	records, err := s.claimSome(ctx, limit)
	failpoint.Hit("claimed")
	if err != nil || len(records) == 0 {
		return nil, err
	}
	n := untried(records)
	if n < len(records) {
		back := make([]Outcome, 0, len(records)-n)
		for _, r := range records[n:] {
			back = append(back, Outcome{Record: r, State: StateNew})
		}
		if _, err := s.ledger.Finish(ctx, back); err != nil {
			return nil, err
		}
	}
	s.claims.add(records[:n])
	return records[:n], nil
}

// maxWanted is the number of IDs of one Claim.
const maxWanted = 1000

// claimSome claims messages, of which the new ones are the wanted ones, from the first on.
func (s *session) claimSome(ctx context.Context, limit int) ([]Record, error) {
	for {
		window := s.wanted[:min(len(s.wanted), maxWanted)]
		records, err := s.ledger.Claim(ctx, Claiming{
			Box: s.name, Source: s.mbox.source, Owner: s.owner, Lease: s.lease, Limit: limit, IDs: window,
		})
		if err != nil || len(records) > 0 || len(window) == len(s.wanted) {
			return records, err
		}
		s.wanted = s.wanted[len(window):]
	}
}

// untried returns how many messages at the start are claimed for the first time, and 1 if the
// first one is not.
func untried(records []Record) int {
	n := slices.IndexFunc(records, func(r Record) bool { return r.Attempt > 1 })
	if n < 0 {
		return len(records)
	}
	return max(n, 1)
}

// messages reads claimed messages, and leaves out those that turn out to be known, gone or
// lost. An error ends it; what is still claimed then is given back at the end of the session.
func (s *session) messages(ctx context.Context, records []Record) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		r := &reader{session: s, ctx: ctx, yield: yield, present: map[string]bool{}, compared: map[*Message]bool{}}
		if err := r.read(records); err != nil && !r.ended {
			yield(nil, err)
		}
	}
}

// finish records one outcome.
func (s *session) finish(ctx context.Context, o Outcome) error {
	lost, err := s.persist(ctx, []Outcome{o})
	if err == nil && len(lost) > 0 {
		err = ErrClaimLost
	}
	return err
}

// persist records outcomes. What they tell of has happened, so it tries again for a while if
// the ledger fails.
func (s *session) persist(ctx context.Context, outcomes []Outcome) (lost []Record, err error) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		lost, err = s.ledger.Finish(ctx, outcomes)
		if err == nil {
			return lost, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(wait):
		}
	}
}

// count tells of an outcome.
func (s *session) count(m *Message, o Outcome, err error) {
	e := Event{Kind: EventKind(o.State), Record: m.record, Reason: o.Reason, Retry: o.After, Uncounted: o.Uncounted, Took: m.took}
	if err != nil {
		e.Kind, e.Err = EventLost, err
	}
	s.notify(e)
}

// contents returns the server's IDs of the contents of messages, by UID, where it has any.
func (s *session) contents(conn *imapcompat.Connection, seq imapcompat.Sequence) (map[int]string, error) {
	if !s.emailIDs {
		return nil, nil
	}
	ids, err := conn.EmailIDs(seq, imapcompat.FT_UID)
	if errors.Is(err, imapcompat.ErrNotSupported) {
		s.emailIDs = false
		return nil, nil
	}
	return ids, err
}

// actionOn returns what is done on the server with a message in a state.
func (b *Box) actionOn(state State) Action {
	switch state {
	case StateDone:
		return b.then
	case StateQuarantined:
		return b.quarantine
	}
	return Keep()
}

// setLanes sets the lane of each message that may be new.
func (s *session) setLanes(ctx context.Context, sighted []Sighted, lane func(*imapcompat.Overview) string) error {
	at := map[int]int{}
	var uids []int
	for i, one := range sighted {
		if uid := s.mbox.uid(one.ID); uid != 0 && !one.Unwanted {
			at[uid] = i
			uids = append(uids, uid)
		}
	}
	if len(uids) == 0 {
		return nil
	}
	for o, err := range s.mbox.conn.WithContext(ctx).Overviews(imapcompat.SequenceOf(uids...), imapcompat.FT_UID) {
		if o == nil && err != nil {
			return err
		}
		if err == nil {
			sighted[at[o.UID]].Lane = lane(o)
		}
	}
	return nil
}

// sender is the lane of a message whose sender's messages are kept in order.
func sender(o *imapcompat.Overview) string {
	from, _ := imapcompat.RFC822ParseAdrList(o.From, "")
	if len(from) == 0 {
		return ""
	}
	return strings.ToLower(from[0].Mailbox + "@" + from[0].Host)
}
