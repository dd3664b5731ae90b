package inbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/failpoint"
)

const (
	defaultMaxMemory = 64 << 20
	defaultGrace     = 30 * time.Second
	defaultEvery     = 5 * time.Minute
)

// run is a job that runs.
type run struct {
	job *Job
	box *Box
	// ctx ends the handing over, and hard ends all calls: some time later, so that what was
	// begun can be finished.
	ctx, hard context.Context
	cancel    func()

	lead     *session
	maildrop *hold
	tally    tally
	limit    *budget
	onEvent  func() // of a watch

	settledAt time.Time // by the first worker only

	mu     sync.Mutex
	turn   *sync.Cond // something has changed that may make messages due
	events int
	idle   int // workers that wait for others
	active int // workers
	queued int // messages that are handled and not recorded yet
}

func newRun(ctx context.Context, j *Job) *run {
	r := &run{job: j, box: j.box(), ctx: ctx, limit: newBudget(j.Limit)}
	r.turn = sync.NewCond(&r.mu)
	r.hard, r.cancel = outlive(ctx, or(j.Grace, defaultGrace))
	return r
}

// or returns the first value that is not zero.
func or[T comparable](values ...T) T {
	var zero T
	for _, v := range values {
		if v != zero {
			return v
		}
	}
	return zero
}

// outlive returns a context that ends some time after another one.
func outlive(ctx context.Context, grace time.Duration) (context.Context, func()) {
	hard, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel(context.Cause(ctx))
		case <-hard.Done():
		}
	})
	return hard, func() { stop(); cancel(context.Canceled) }
}

func (r *run) notify(e Event) {
	r.tally.add(e)
	r.job.observe(e)
	if r.onEvent != nil {
		r.onEvent()
	}
	r.wake()
}

// memory returns the size of the largest text in memory, in octets. A worker has one group of
// texts of that size in all, and the connection reads as much ahead.
func (r *run) memory() int {
	return max(or(r.job.MaxMemory, defaultMaxMemory)/r.workers()/2, 1<<19)
}

func (r *run) workers() int { return max(r.job.Workers, 1) }

// clone opens a connection like that of the box.
func (r *run) clone() (*imapcompat.Connection, error) {
	return r.job.Box.mbox.Clone(r.ctx)
}

// connect opens the session of the first worker.
func (r *run) connect() error {
	if err := r.takeMaildrop(); err != nil {
		return err
	}
	conn, err := r.clone()
	if err != nil {
		r.maildrop.end(r.hard)
		return err
	}
	r.lead, err = r.box.start(r.hard, conn, r.notify)
	if err != nil {
		conn.Close()
		r.maildrop.end(r.hard)
		return err
	}
	r.lead.maildrop = r.maildrop
	r.nameBox()
	r.lead.memory = r.memory()
	if r.job.DryRun {
		return nil
	}
	if err := r.lead.check(); err != nil {
		return errors.Join(err, r.disconnect())
	}
	return nil
}

// takeMaildrop closes the box's connection to a maildrop, in which nothing of the job is
// marked, and waits for the right to open another one.
func (r *run) takeMaildrop() error {
	source := r.job.Box.leaveMaildrop()
	if source == "" {
		return nil
	}
	r.box.name = or(r.box.name, account(source))
	var err error
	r.maildrop, err = r.box.hold(r.hard, source)
	return err
}

// leaveMaildrop closes the box's connection to a maildrop, if it is one, and returns its source.
func (b *Box) leaveMaildrop() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	mbox, err := open(b.mbox)
	if err == nil && mbox.pop3 {
		b.mbox.Close()
		b.maildrop = mbox.source
	}
	return b.maildrop
}

// nameBox tells the box of the job its name, once it is known.
func (r *run) nameBox() {
	r.job.Box.mu.Lock()
	defer r.job.Box.mu.Unlock()
	if r.job.Box.name == "" { // other jobs read the name meanwhile
		r.job.Box.name = r.box.name
	}
}

// disconnect ends the session: what is claimed is given back.
func (r *run) disconnect() error {
	defer r.maildrop.end(r.hard)
	err := r.lead.end(r.hard)
	conn := r.lead.mbox.conn
	closed := conn.Close()
	switch {
	case errors.Is(closed, imapcompat.ErrClosed), errors.Is(closed, imapcompat.ErrConnectionLost) && len(r.lead.removing) == 0:
		return err // an earlier error has told of it
	case closed != nil:
		return errors.Join(err, closed)
	}
	failpoint.Hit("closed")
	n, settled := r.lead.closed(r.hard)
	if n > 0 {
		r.notify(Event{Kind: EventSettled, Count: n})
	}
	return errors.Join(err, settled)
}

// pass hands over what is due now.
func (r *run) pass() error {
	criteria := since(normal(r.job.Criteria), r.job.Since)
	if r.job.DryRun {
		return r.dry(criteria)
	}
	if err := r.settle(); err != nil {
		return err
	}
	var lane func(*imapcompat.Overview) string
	if r.job.InOrder {
		lane = sender
	}
	n, err := r.lead.scan(r.hard, criteria, lane)
	if err != nil {
		return err
	}
	r.notify(Event{Kind: EventScanned, Count: n})
	err = r.work()
	return errors.Join(err, r.settle())
}

// settling is how long messages that are done wait for the server to be told.
const settling = 30 * time.Second

// settleNow settles if it is time.
func (r *run) settleNow() error {
	if time.Since(r.settledAt) < settling {
		return nil
	}
	return r.settle()
}

func (r *run) settle() error {
	r.settledAt = time.Now()
	n, err := r.lead.settle(r.hard)
	if n > 0 {
		r.notify(Event{Kind: EventSettled, Count: n})
	}
	return err
}

// dry counts what would be handed over.
func (r *run) dry(criteria string) error {
	l, err := r.lead.mbox.list(r.hard, criteria, "")
	if err != nil {
		return err
	}
	const size = 500
	for begin := 0; begin < len(l.sighted); begin += size {
		some := l.sighted[begin:min(begin+size, len(l.sighted))]
		ids := make([]string, len(some))
		for i, one := range some {
			ids[i] = one.ID
		}
		known, err := r.box.ledger.Lookup(r.hard, r.box.name, r.lead.mbox.source, ids)
		if err != nil {
			return err
		}
		for i, rec := range known {
			if rec.State != "" && rec.State != StateNew && rec.State != StateFailed || some[i].Unwanted {
				continue
			}
			r.limit.left--
			rec.Place = Place{r.lead.mbox.source, ids[i]}
			r.job.observe(Event{Kind: EventNew, Record: rec})
		}
	}
	return nil
}

// left returns how many messages are not finished.
func (r *run) left() int {
	if r.job.DryRun {
		return r.limit.max - r.limit.left
	}
	ctx, cancel := recording(r.ctx)
	defer cancel()
	counts, err := r.box.ledger.Counts(ctx, r.box.name)
	if err != nil {
		return 0
	}
	return counts.Open()
}

// work runs the workers until no message is due.
func (r *run) work() error {
	counts, err := r.box.ledger.Counts(r.hard, r.box.name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(r.hard)
	defer cancel(nil)
	rec := newRecorder(r.lead, r.queue)
	shift := &shift{run: r, recorder: rec, failed: cancel}
	var group sync.WaitGroup
	r.active, r.idle = min(r.workers(), max(counts.Open(), 1)), 0
	for i := range r.active {
		group.Go(func() { shift.work(ctx, i) })
	}
	group.Wait()
	return errors.Join(shift.err(), rec.end())
}

// wake has the workers that wait for others look for messages again.
func (r *run) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events++
	r.turn.Broadcast()
}

// seen returns the number of events until now.
func (r *run) seen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events
}

// await waits for an event after those that were seen, which may make a message due: one
// that is kept in order waits for the message before it. It returns false if all workers
// wait, and so no event will come.
func (r *run) await(seen int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle++
	for r.events == seen && (r.idle < r.active || r.queued > 0) {
		r.turn.Wait()
	}
	if r.events == seen {
		r.turn.Broadcast()
		return false
	}
	r.idle--
	return true
}

// queue counts messages that wait for the recorder.
func (r *run) queue(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queued += n
	r.turn.Broadcast()
}

// leave takes a worker off.
func (r *run) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active--
	r.turn.Broadcast()
}

// budget bounds the number of messages that are handed over.
type budget struct {
	mu        sync.Mutex
	max, left int
}

const unlimited = int(^uint(0) >> 1)

func newBudget(limit int) *budget {
	n := or(limit, unlimited)
	return &budget{max: n, left: n}
}

// take takes up to n.
func (b *budget) take(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n = min(n, b.left)
	b.left -= n
	return n
}

func (b *budget) giveBack(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left += n
}
