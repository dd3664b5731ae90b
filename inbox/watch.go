package inbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
)

// Health is how a job does that runs in [Job.Watch].
type Health struct {
	Running   bool      // Watch has begun and not returned
	Connected bool      // it has a connection to the mailbox
	Beat      time.Time // when it was last heard of: a watch that waits beats once a minute
	LastPass  time.Time // when it last handed over all that was due, without an error
	Failures  int       // errors in a row since then
	Err       error     // the last of them
	Report    Report    // the sums since the start
}

// health is the Health that a watch writes.
type health struct {
	mu sync.Mutex
	h  Health
}

func (h *health) set(f func(*Health)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&h.h)
	h.h.Beat = time.Now()
}

// Health returns how Watch does. It may be called at any time, from any goroutine.
func (j *Job) Health() Health {
	j.health.mu.Lock()
	defer j.health.mu.Unlock()
	return j.health.h
}

// Watch hands over messages as they come, until ctx ends, and then returns nil. It waits for
// news with IDLE, or asks every [Job.Every]; on POP3 it logs in anew each time. After an error
// of the server, the login or the ledger it waits, longer each time, and connects again. When
// ctx ends, no further message is handed over, handlers may finish ([Job.Grace]), and what is
// claimed and not answered is given back.
//
// The error is one of the job itself, such as a missing handler or an Action that the server
// cannot do. A job runs one Watch at a time. [Job.Health] tells how it does.
func (j *Job) Watch(ctx context.Context) error {
	if err := j.check(); err != nil {
		return err
	}
	j.health.set(func(h *Health) { h.Running = true })
	defer j.health.set(func(h *Health) { h.Running, h.Connected = false, false })
	for failures := 0; ctx.Err() == nil; {
		next, progress, err := j.connected(ctx)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, imapcompat.ErrNotSupported) || errors.Is(err, imapcompat.ErrInvalidArgument) {
			return err
		}
		if errors.Is(err, ErrBusy) { // another worker has the maildrop
			next, err = time.Now().Add(min(or(j.Every, defaultEvery), busy)), nil
		}
		if err == nil {
			failures = 0
			j.pause(ctx, time.Until(next))
			continue
		}
		if progress {
			failures = 0
		}
		failures++
		j.observe(Event{Kind: EventTrouble, Err: err})
		j.health.set(func(h *Health) { h.Connected, h.Failures, h.Err = false, failures, err })
		j.pause(ctx, reconnect(failures))
	}
	return nil
}

// busy is how long a watch waits for another worker's session at a maildrop.
const busy = 10 * time.Second

// reconnect returns how long to wait after a number of failures: a second, then twice as long
// each time, at most 5 minutes, and up to a half less, so that the clients of a server that
// comes back do not all come at once.
func reconnect(failures int) time.Duration {
	const most = 5 * time.Minute
	d := min(time.Second<<min(failures-1, 16), most)
	return d/2 + rand.N(d/2)
}

// connected runs the job on one connection until it fails or ctx ends. It returns nil when
// the mailbox needs a new connection to show new mail, with the time of the next pass.
// progress tells whether a pass was completed.
func (j *Job) connected(ctx context.Context) (next time.Time, progress bool, err error) {
	r := newRun(ctx, j)
	r.onEvent = func() { j.health.set(func(*Health) {}) }
	defer r.cancel()
	base := j.Health().Report
	if err := r.connect(); err != nil {
		return next, false, err
	}
	defer func() {
		err = errors.Join(err, r.disconnect())
		j.health.set(func(h *Health) { h.Report = base.plus(r.tally.get()) })
	}()
	j.health.set(func(h *Health) { h.Connected = true })
	for {
		if err := r.pass(); err != nil {
			return next, progress, err
		}
		progress = true
		j.health.set(func(h *Health) {
			h.LastPass, h.Failures, h.Err = time.Now(), 0, nil
			h.Report = base.plus(r.tally.get())
		})
		if next, err = j.next(r); err != nil {
			return next, true, err
		}
		if r.lead.mbox.pop3 {
			return next, true, nil
		}
		if err := j.wait(r, next); err != nil {
			return next, true, err
		}
		r.limit = newBudget(r.job.Limit)
		if ctx.Err() != nil {
			return next, true, nil
		}
	}
}

// next returns when the next pass is due: when a message is to be tried again, and at the
// latest after Every. A message that was due in the pass before and is not handled cannot be
// had: it does not make passes follow each other.
func (j *Job) next(r *run) (time.Time, error) {
	until := time.Now().Add(or(j.Every, defaultEvery))
	counts, err := r.box.ledger.Counts(r.hard, r.box.name)
	if err == nil && counts.Due.After(time.Now()) && counts.Due.Before(until) {
		until = counts.Due
	}
	return until, err
}

// beat is the time between two signs of life of a watch that waits.
const beat = time.Minute

// wait waits for news, at most until a time.
func (j *Job) wait(r *run, until time.Time) error {
	for {
		j.health.set(func(*Health) {})
		left := time.Until(until)
		if left <= 0 {
			return nil
		}
		ctx, cancel := context.WithTimeout(r.ctx, min(left, beat))
		err := r.lead.mbox.conn.Wait(ctx)
		ended := ctx.Err() != nil
		cancel()
		switch {
		case r.ctx.Err() != nil:
			return nil
		case errors.Is(err, imapcompat.ErrNotSupported):
			j.pause(r.ctx, left)
			return r.lead.mbox.conn.Ping()
		case err == nil:
			// Ping makes the removal of messages known, so that the next Wait waits.
			return r.lead.mbox.conn.Ping()
		case !ended:
			return err
		}
	}
}

// pause waits, and beats meanwhile.
func (j *Job) pause(ctx context.Context, d time.Duration) {
	for until := time.Now().Add(d); ctx.Err() == nil; {
		j.health.set(func(*Health) {})
		left := time.Until(until)
		if left <= 0 {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(left, beat)):
		}
	}
}
