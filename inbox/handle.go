package inbox

import (
	"context"
	"errors"
	"sync"
)

// ErrNotDue means that a message cannot be handed over now: it is finished, another worker has
// it, its next attempt is later, or the mailbox does not have it.
var ErrNotDue = errors.New("inbox: the message is not due")

// Scan does the first half of a [Job]: it tells the server of messages that are recorded as
// done or quarantined ([WithThen], [WithQuarantine]), and the ledger of messages that are new
// and match criteria, as those of [Box.Messages] are. It hands nothing over. It returns the
// number of new messages, 0 if another worker scans the mailbox. The error matches
// [imapcompat.ErrNotSupported] if the server cannot do what WithThen asks for.
//
// Scan and [Box.Handle] are for programs in which something else decides which message is
// handled when, such as the job queue of package riverqueue.
func (b *Box) Scan(ctx context.Context, criteria string) (int, error) {
	s, err := b.start(ctx, b.mbox, func(Event) {})
	if err != nil {
		return 0, err
	}
	n, err := s.settleAndScan(ctx, normal(criteria))
	return n, errors.Join(err, s.end(ctx))
}

// Settle tells the server of messages that are recorded as done or quarantined and that it was
// not told of, as [Box.Scan] does first. It returns the number of messages. On POP3 the server
// removes messages when the connection is closed.
func (b *Box) Settle(ctx context.Context) (int, error) {
	s, err := b.start(ctx, b.mbox, func(Event) {})
	if err != nil {
		return 0, err
	}
	n, err := s.settleListed(ctx)
	return n, errors.Join(err, s.end(ctx))
}

func (s *session) settleListed(ctx context.Context) (int, error) {
	if err := s.identified(ctx); err != nil {
		return 0, err
	}
	return s.settle(ctx)
}

// identified makes sure that it is known which message has which ID.
func (s *session) identified(ctx context.Context) error {
	if s.mbox.lasting() {
		return nil
	}
	right, release, err := s.hold(ctx)
	if err != nil && !errors.Is(err, ErrBusy) {
		return err
	}
	release()
	_, err = s.mbox.list(ctx, "", right.Cursor)
	return err
}

func (s *session) settleAndScan(ctx context.Context, criteria string) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	if _, err := s.settleListed(ctx); err != nil {
		return 0, err
	}
	return s.scan(ctx, criteria, nil)
}

// Handle does the second half of a [Job] for one message: it claims the message with a key,
// reads it, and hands it to a handler, unless it turns out to be known. It returns what became
// of the message. With EventKnown the Record is that of the message which it was found to be.
// The error matches [ErrNotDue] if the message could not be claimed; other errors are those of
// the server and the ledger, and then the message is given back.
//
// A message is answered by the result of the handler, as in a Job. It fails if the handler
// panics, and the panic goes on. If ctx is cancelled and the handler returns an error, the
// message is given back. The end of ctx by a deadline is a failure of the message.
func (b *Box) Handle(ctx context.Context, key string, handle Handler) (Event, error) {
	var last lastEvent
	s, err := b.start(ctx, b.mbox, last.set)
	if err != nil {
		return Event{}, err
	}
	defer s.end(ctx) // also if the handler panics
	if err = s.handleKey(ctx, key, handle); err != nil {
		return Event{}, err
	}
	return last.get(), nil
}

// lastEvent keeps the last event. The renewing of leases tells of events too.
type lastEvent struct {
	mu sync.Mutex
	e  Event
}

func (l *lastEvent) set(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.e = e
}

func (l *lastEvent) get() Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.e
}

func (s *session) handleKey(ctx context.Context, key string, handle Handler) error {
	if err := s.identified(ctx); err != nil {
		return err
	}
	records, err := s.ledger.Claim(ctx, Claiming{
		Box: s.name, Source: s.mbox.source, Owner: s.owner, Lease: s.lease, Limit: 1, Key: key,
	})
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return ErrNotDue
	}
	s.claims.add(records)
	for m, err := range s.messages(ctx, records) {
		if err != nil {
			return err
		}
		if err := s.handOver(ctx, m, handle); err != nil {
			return err
		}
	}
	return nil
}

// handOver calls the handler, and answers the message by its result.
func (s *session) handOver(ctx context.Context, m *Message, handle Handler) error {
	defer func() {
		if p := recover(); p != nil {
			m.Fail(errPanicked) // if the ledger fails too, the lease ends
			panic(p)
		}
	}()
	owned, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.claims.onLoss(m.record, func() { cancel(ErrClaimLost) })
	err := handle(owned, m)
	if err != nil && !m.isAnswered() && errors.Is(ctx.Err(), context.Canceled) {
		return context.Cause(ctx) // the message is given back
	}
	switch err = m.answerBy(err); {
	case errors.Is(err, ErrClaimLost), errors.Is(err, ErrAnswered):
		return nil
	default:
		return err
	}
}

var errPanicked = errors.New("inbox: the handler panicked")

// answerBy answers a message by the result of its handler, unless the handler has answered it.
func (m *Message) answerBy(err error) error {
	var permanent *PermanentError
	var later *LaterError
	switch {
	case m.isAnswered():
		return nil
	case err == nil:
		return m.Done()
	case errors.As(err, &permanent):
		return m.Quarantine(err.Error())
	case errors.As(err, &later):
		return m.retry(later.After, err.Error())
	default:
		return m.Fail(err)
	}
}
