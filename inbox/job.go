package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
)

// Handler handles a message. If it returns nil, the message is done, and if it returns an
// error, the attempt has failed, unless the handler has answered the message itself. A panic
// is a failure too. Handlers of several messages run at the same time if a job has several
// workers. ctx ends at the job's time limit, when the lease is lost, and some time after the
// end of the job's context.
type Handler func(ctx context.Context, msg *Message) error

// Job hands the messages of a box to a handler. The zero value of a field is its default.
type Job struct {
	Box    *Box    // required
	Handle Handler // required, except for DryRun

	// Criteria are those of Messages. The default is all messages.
	Criteria string
	// Since leaves out messages that arrived before a day, in addition to Criteria.
	Since time.Time
	// Limit is the largest number of messages that one Run hands over. The default is no limit.
	Limit int
	// DryRun hands nothing over and records nothing. The report has the number of messages that
	// would be handed over as Left, and Observe gets an event EventNew for each.
	DryRun bool

	// Then is what is done on the server with messages that are done. The default is that of
	// the box.
	Then Action
	// Attempts, Backoff and Quarantine replace those of the box: see [WithAttempts],
	// [WithBackoff] and [WithQuarantine].
	Attempts   int
	Backoff    func(attempt int) time.Duration
	Quarantine Action

	// Workers is the number of handlers that run at the same time. The default is 1. On IMAP
	// each worker has its own connection, as far as the server allows so many; over POP3, which
	// allows one, they share it.
	Workers int
	// InOrder hands over the messages of one sender one after the other, in the order of the
	// mailbox: a message waits until those before it are done, skipped or quarantined. Other
	// senders' messages do not wait.
	InOrder bool
	// TimeLimit is how long a handler may take for a message. The default is no limit. A handler
	// that has not returned 10 seconds after its context has ended is left running, and its
	// message has failed.
	TimeLimit time.Duration
	// MaxMemory bounds the texts in memory, in octets, for all workers together. The default is
	// 64 MiB, and the least 1 MiB for each worker. Larger texts are in temporary files.
	MaxMemory int
	// Grace is how long handlers may go on after the end of the job's context. The default is
	// 30 seconds. Then their contexts end, and messages without an answer are given back.
	Grace time.Duration

	// Every is how long Watch waits between two scans if no news come before: the default is 5
	// minutes. On POP3 no news come, and each scan is a login.
	Every time.Duration

	// Observe gets each event. Several goroutines may call it at the same time.
	Observe func(Event)
	// Logger gets each event as a record.
	Logger *slog.Logger

	named  sync.Once
	owner  string // of the claims, unless the box was given one
	health health
}

// EventNew is a message that a DryRun would hand over.
const EventNew EventKind = "new"

// PermanentError is a failure that no further attempt can mend: the message is quarantined.
type PermanentError struct{ Err error }

func (e *PermanentError) Error() string { return e.Err.Error() }
func (e *PermanentError) Unwrap() error { return e.Err }

// Permanent returns an error for a handler to return: the message is quarantined at once.
func Permanent(err error) error { return &PermanentError{err} }

// LaterError is a failure that says nothing about the message: what the handler needs is not
// there yet. The message is tried again after a time, and the attempt does not count.
type LaterError struct {
	After time.Duration
	Err   error
}

func (e *LaterError) Error() string { return e.Err.Error() }
func (e *LaterError) Unwrap() error { return e.Err }

// Later returns an error for a handler to return: the message is tried again after a time,
// as with [Message.Retry].
func Later(after time.Duration, err error) error { return &LaterError{after, err} }

// check refuses a job that cannot run.
func (j *Job) check() error {
	bad := func(what string) error { return fmt.Errorf("inbox: %w: %s", imapcompat.ErrInvalidArgument, what) }
	switch {
	case j.Box == nil:
		return bad("the job has no Box")
	case j.Handle == nil && !j.DryRun:
		return bad("the job has no Handle")
	case j.Workers < 0 || j.Limit < 0 || j.TimeLimit < 0 || j.Attempts < 0 || j.MaxMemory < 0 || j.Grace < 0 || j.Every < 0:
		return bad("a field of the job is negative")
	case j.Then.kind == actionSave || j.Box.then.kind == actionSave:
		return bad("SaveTo is for quarantined messages only")
	}
	return nil
}

// box returns the box with what the job replaces.
func (j *Job) box() *Box {
	j.Box.mu.Lock()
	b := *j.Box
	j.Box.mu.Unlock()
	if !b.given {
		j.named.Do(func() { j.owner = defaultOwner() })
		b.owner = j.owner
	}
	if j.Then != (Action{}) {
		b.then = j.Then
	}
	if j.Quarantine != (Action{}) {
		b.quarantine = j.Quarantine
	}
	if j.Attempts > 0 {
		b.attempts = j.Attempts
	}
	if j.Backoff != nil {
		b.backoff = j.Backoff
	}
	return &b
}

// observe tells of an event.
func (j *Job) observe(e Event) {
	e.Time = time.Now()
	if j.Observe != nil {
		j.Observe(e)
	}
	if j.Logger != nil {
		j.Logger.Log(context.Background(), e.level(), "inbox", "box", j.Box.Name(), "", e)
	}
}

// Run hands over the messages that are due now, and returns when none is left that is due.
// The error is that of the server or the ledger, or of ctx; the report says what was done
// before. A message that fails is no error.
//
// Run opens connections of its own, as [imapcompat.Connection.Clone] does. On POP3 it first
// closes the connection of the box, because a maildrop has one session; while another worker
// has the maildrop, Run hands nothing over. The box can be used for another Run afterwards.
func (j *Job) Run(ctx context.Context) (Report, error) {
	if err := j.check(); err != nil {
		return Report{}, err
	}
	begun := time.Now()
	r := newRun(ctx, j)
	defer r.cancel()
	err := r.connect()
	if errors.Is(err, ErrBusy) {
		r.notify(Event{Kind: EventTrouble, Err: err})
		err = nil
	} else if err == nil {
		err = r.pass()
		err = errors.Join(err, r.disconnect())
	}
	report := r.tally.get()
	report.Left, report.Duration = r.left(), time.Since(begun)
	return report, err
}
