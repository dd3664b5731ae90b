package inbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// shift is the workers of a pass.
type shift struct {
	*run
	recorder *recorder
	failed   context.CancelCauseFunc

	mu    sync.Mutex
	first error
}

func (s *shift) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// fail ends the shift.
func (s *shift) fail(err error) {
	s.mu.Lock()
	if s.first == nil {
		s.first = err
	}
	s.mu.Unlock()
	s.failed(err)
}

// work is one worker: it claims messages and handles them until none is due.
func (s *shift) work(ctx context.Context, number int) {
	session, closeConn := s.session(number)
	defer closeConn()
	defer s.leave()
	for size := (batch{}); ; {
		if s.ctx.Err() != nil || ctx.Err() != nil {
			s.fail(context.Cause(s.ctx))
			return
		}
		seen := s.seen()
		n := s.limit.take(size.next())
		if n == 0 {
			return
		}
		records, err := session.claim(ctx, n)
		s.limit.giveBack(n - len(records))
		if err != nil {
			s.fail(err)
			return
		}
		if len(records) == 0 {
			if s.job.InOrder && s.await(seen) {
				continue
			}
			return
		}
		err = s.handleAll(ctx, session, records)
		if err == nil && number == 0 {
			err = s.settleNow()
		}
		if err != nil {
			s.fail(err)
			return
		}
	}
}

// session returns the session of a worker: the first one has the lead's connection, and the
// others have connections of their own. If the server refuses another connection, a worker
// shares the lead's.
func (s *shift) session(number int) (*session, func()) {
	own := *s.lead
	if number == 0 || !s.lead.mbox.lasting() {
		return &own, func() {}
	}
	conn, err := s.clone()
	if err == nil {
		var mbox *mailbox
		if mbox, err = open(conn); err == nil && mbox.source == s.lead.mbox.source {
			own.mbox = mbox
			return &own, func() { conn.Close() }
		}
		conn.Close()
	}
	if err != nil {
		s.notify(Event{Kind: EventTrouble, Err: fmt.Errorf("inbox: a worker shares a connection: %w", err)})
	}
	return &own, func() {}
}

// handleAll handles claimed messages.
func (s *shift) handleAll(ctx context.Context, session *session, records []Record) error {
	left := len(records)
	defer func() { s.limit.giveBack(left) }()
	for msg, err := range session.messages(ctx, records) {
		if err != nil {
			return err
		}
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		left--
		if err := s.handle(ctx, msg); err != nil {
			return err
		}
	}
	return nil
}

// handle has the handler handle a message, and records the outcome. The error is that of the
// ledger.
func (s *shift) handle(ctx context.Context, m *Message) error {
	begun := time.Now()
	err := s.call(ctx, m)
	m.took = time.Since(begun)
	if m.isAnswered() {
		return nil
	}
	var permanent *PermanentError
	var later *LaterError
	switch {
	case err == nil:
		return s.recorder.done(m)
	case s.hard.Err() != nil:
		return context.Cause(s.hard) // the message is given back
	case errors.As(err, &permanent):
		err = m.Quarantine(err.Error())
	case errors.As(err, &later):
		err = m.retry(later.After, err.Error())
	default:
		err = m.Fail(err)
	}
	if errors.Is(err, ErrClaimLost) || errors.Is(err, ErrAnswered) {
		return nil
	}
	return err
}

// patience is how long a handler may take after its context has ended.
const patience = 10 * time.Second

// ErrTimeLimit is the failure of a message whose handler took longer than [Job.TimeLimit].
var ErrTimeLimit = errors.New("inbox: the handler took longer than the time limit")

// call calls the handler in a goroutine of its own, which runtime.Goexit may end, as
// testing.T.FailNow does. After the time limit it is left alone if it does not end.
func (s *shift) call(ctx context.Context, m *Message) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.lead.claims.onLoss(m.record, func() { cancel(ErrClaimLost) })
	returned := make(chan error, 1)
	if s.job.TimeLimit == 0 {
		go s.protect(ctx, m, returned)
		return <-returned
	}
	ctx, stop := context.WithTimeoutCause(ctx, s.job.TimeLimit, ErrTimeLimit)
	defer stop()
	go s.protect(ctx, m, returned)
	select {
	case err := <-returned:
		return s.limited(ctx, err)
	case <-ctx.Done():
	}
	select {
	case err := <-returned:
		return s.limited(ctx, err)
	case <-time.After(patience):
		return fmt.Errorf("%w, and has not returned", ErrTimeLimit)
	}
}

// limited adds the time limit to an error that it has caused.
func (s *shift) limited(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrTimeLimit) {
		return fmt.Errorf("%w: %w", ErrTimeLimit, err)
	}
	return err
}

var errExited = errors.New("inbox: the handler ended its goroutine")

// protect sends the result of the handler. A panic and runtime.Goexit are errors.
func (s *shift) protect(ctx context.Context, m *Message, returned chan<- error) {
	err := errExited
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("inbox: the handler panicked: %v", p)
			if s.job.Logger != nil {
				s.job.Logger.Error("inbox", "key", m.Key(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}
		returned <- err
	}()
	err = s.job.Handle(ctx, m)
}
