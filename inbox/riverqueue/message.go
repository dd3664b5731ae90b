package riverqueue

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// MessageArgs are the arguments of the job of a message.
type MessageArgs struct {
	Mailbox string `json:"mailbox" river:"unique"`
	Key     string `json:"key" river:"unique"` // [inbox.Message.Key]
}

// Kind implements [river.JobArgs].
func (MessageArgs) Kind() string { return "inbox_message" }

// InsertOpts implements [river.JobArgsWithInsertOpts]. Messages come after scans. A job that
// was cancelled or discarded keeps its message from getting another one by itself.
func (MessageArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Priority:   2,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: append(unfinished[:len(unfinished):len(unfinished)], rivertype.JobStateCancelled, rivertype.JobStateDiscarded)},
	}
}

// handler is the worker of messages.
type handler struct {
	river.WorkerDefaults[MessageArgs]
	boxes *Boxes
}

func (w *handler) Timeout(*river.Job[MessageArgs]) time.Duration { return w.boxes.config.TimeLimit }

// Work implements [river.Worker].
func (w *handler) Work(ctx context.Context, job *river.Job[MessageArgs]) error {
	m, ok := w.boxes.boxes[job.Args.Mailbox]
	if !ok {
		w.boxes.config.Logger.Warn("riverqueue: no such mailbox is configured here", "mailbox", job.Args.Mailbox)
		return river.JobSnooze(time.Minute)
	}
	conn, err := m.pool.tryGet(ctx)
	if err != nil {
		return m.postpone(ctx, err)
	}
	healthy := false
	defer func() { m.pool.put(conn, healthy) }()
	result, last, err := m.handleLast(ctx, conn.Connection, job)
	if err != nil {
		return m.postpone(ctx, err)
	}
	healthy = true
	if last {
		healthy = m.settle(ctx, conn.Connection)
	}
	return result
}

// settleEvery is how often a busy process tells the server of what is done.
const settleEvery = 30 * time.Second

// handleLast is handle, and reports whether it is time to settle. It does so too if the handler
// panics.
func (m *box) handleLast(ctx context.Context, conn *imapcompat.Connection, job *river.Job[MessageArgs]) (result error, last bool, err error) {
	defer func() { last = m.pool.handled(settleEvery) }()
	result, err = m.handle(ctx, conn, job)
	return result, last, err
}

// settle tells the server of what is done. If it fails, the next scan makes up for it.
func (m *box) settle(ctx context.Context, conn *imapcompat.Connection) (ok bool) {
	if m.Then == inbox.Keep() && m.Quarantine == inbox.Keep() {
		return true
	}
	if _, err := m.on(conn, unlimited).Settle(ctx); err != nil {
		m.logger.Warn("riverqueue: the server could not be told of what is done", "error", err)
		return false
	}
	return true
}

// postpone returns the result of a job that could not be done. That is no failure of the
// message, unless it takes too long.
func (m *box) postpone(ctx context.Context, err error) error {
	var busy *busyError
	switch {
	case errors.As(err, &busy):
		return river.JobSnooze(busy.delay)
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely):
		return err
	case ctx.Err() != nil: // the client stops
		return river.JobSnooze(0)
	}
	m.logger.Warn("riverqueue: a message could not be read", "error", err)
	return river.JobSnooze(m.pool.trouble())
}

// handle claims the message of a job and has it handled. The result is that of the job. The
// error is that of the server or the ledger.
func (m *box) handle(ctx context.Context, conn *imapcompat.Connection, job *river.Job[MessageArgs]) (result, err error) {
	last := job.Attempt >= job.MaxAttempts
	key, reopened := job.Args.Key, false
	for {
		attempts, err := m.attempts(ctx, key, last)
		if err != nil {
			return nil, err
		}
		a := &attempt{handle: m.Handle}
		event, err := m.on(conn, attempts).Handle(ctx, key, a.run)
		switch {
		case errors.Is(err, inbox.ErrNotDue):
			again, result, err := m.notDue(ctx, conn, key)
			if err != nil || !again || reopened {
				return result, err
			}
			reopened = true
		case err != nil:
			return nil, err
		case event.Kind == inbox.EventKnown && event.Record.State == inbox.StateGone:
			key = event.Record.Key // the message was away, and is here now
		default:
			return a.result(event, last), nil
		}
	}
}

// attempts returns how often the ledger lets a message be tried: as often as River does. The two
// count differently, because River's jobs can be retried by hand and replaced.
func (m *box) attempts(ctx context.Context, key string, last bool) (int, error) {
	if !last {
		return unlimited, nil
	}
	r, err := m.boxes.config.Ledger.Record(ctx, m.Box, key)
	if errors.Is(err, inbox.ErrUnknown) {
		return unlimited, nil
	}
	return r.Attempt + 1, err
}

// attempt is one call of the handler.
type attempt struct {
	handle inbox.Handler
	err    error // of the handler
}

// run calls the handler, and answers the message as River is answered.
func (a *attempt) run(ctx context.Context, msg *inbox.Message) error {
	a.err = a.handle(ctx, msg)
	var snooze *river.JobSnoozeError
	var cancel *river.JobCancelError
	switch {
	case errors.As(a.err, &snooze):
		return msg.Retry(snooze.Duration)
	case errors.As(a.err, &cancel):
		return msg.Quarantine(a.err.Error())
	case a.err != nil && errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely):
		return msg.Quarantine("its job was cancelled: " + a.err.Error())
	}
	return a.err
}

// result returns what River is told of what became of a message.
func (a *attempt) result(e inbox.Event, last bool) error {
	err := a.err
	if err == nil {
		err = errors.New(e.Reason)
	}
	var cancel *river.JobCancelError
	switch {
	case e.Kind == inbox.EventFailed && e.Retry != atOnce:
		return river.JobSnooze(e.Retry)
	case e.Kind == inbox.EventFailed, e.Kind == inbox.EventQuarantined && (last || errors.As(err, &cancel)):
		return err
	case e.Kind == inbox.EventQuarantined:
		return river.JobCancel(err)
	case e.Kind == inbox.EventLost:
		return river.JobSnooze(later())
	}
	return nil
}

// notDue finds out why a message could not be claimed. A job that runs although its message is
// quarantined was retried by hand: the message is new then, and again is true.
func (m *box) notDue(ctx context.Context, conn *imapcompat.Connection, key string) (again bool, result, err error) {
	r, err := m.boxes.config.Ledger.Record(ctx, m.Box, key)
	if errors.Is(err, inbox.ErrUnknown) {
		return false, nil, nil // it was found to be another one, or was forgotten
	}
	if err != nil {
		return false, nil, err
	}
	switch r.State {
	case inbox.StateQuarantined:
		err := m.boxes.config.Ledger.Retry(ctx, m.Box, key)
		if errors.Is(err, sqlledger.ErrNowhere) {
			return false, nil, nil // another client has removed it, or it was moved away
		}
		return err == nil, nil, err
	case inbox.StateNew:
		source, err := conn.URL()
		if err != nil || !isIn(r, source) {
			return false, nil, err // the UIDs have changed, and it was recorded anew
		}
		return false, river.JobSnooze(later()), nil
	case inbox.StateClaimed, inbox.StateFailed:
		return false, river.JobSnooze(max(time.Until(r.Due), 0) + later()), nil
	}
	return false, nil, nil
}

func isIn(r inbox.Record, source string) bool {
	for _, l := range r.Locations {
		if l.Source == source && !l.Vanished {
			return true
		}
	}
	return false
}

// later returns a short time.
func later() time.Duration { return time.Second + rand.N(2*time.Second) }
