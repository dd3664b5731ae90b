package readahead

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// job is one run of the worker, which is at most one goroutine. A job applies the pending
// effects, fetches a window, and applies the effects that have become pending meanwhile.
// While a job is under way, its goroutine owns the session beneath.
type job struct {
	window *window // nil when no window is fetched
	urgent bool    // the caller waits for what is pending
	cancel context.CancelCauseFunc
	inbox  inbox

	// What the caller has done since the start. The service may have read flags before these
	// changes, although they arrive after them.
	becameSeen map[int]bool // messages that got \Seen, by message number
	changed    []backend.Set

	pause pause // before effects that may wait for the next window

	// The outcome, valid when the inbox is closed.
	refused []refusal
	lost    error // why the connection was lost
}

func (j *job) noteChanged(set backend.Set) {
	i := slices.IndexFunc(j.changed, func(changed backend.Set) bool { return changed.UID == set.UID })
	if i < 0 {
		i = len(j.changed)
		j.changed = append(j.changed, backend.Set{UID: set.UID})
	}
	j.changed[i].Ranges = unite(j.changed[i].Ranges, set.Ranges)
}

func (s *Session) start(j *job) {
	var ctx context.Context
	ctx, j.cancel = context.WithCancelCause(context.Background())
	j.inbox.ready = make(chan struct{}, 1)
	j.becameSeen = make(map[int]bool)
	j.pause.over = make(chan struct{})
	s.job = j
	s.pending.workerStarts()
	go func() {
		defer j.inbox.close()
		j.lost = s.runJob(ctx, j)
	}()
}

// runJob runs a job. It returns an error if the connection is lost.
func (s *Session) runJob(ctx context.Context, j *job) error {
	defer s.pending.workerStops()
	var err error
	if j.window != nil {
		if !s.sendAlong() || !s.pending.isPatient() {
			err = s.applyPending(ctx, j)
		}
		if err == nil {
			err = s.fetchWindow(ctx, j)
		}
	}
	for err == nil && ctx.Err() == nil && !s.pending.stopIfEmpty() {
		if !j.urgent && s.pending.isPatient() && !j.pause.take(ctx, s.Link().RoundTrip) {
			return nil
		}
		err = s.applyPending(ctx, j)
	}
	return err
}

// sendAlong sends the pending effects together with the window's command, if all of them can be
// sent so. It keeps their order to effects that cannot. It returns false if the service has not
// taken some, which must then be applied before the window: its flags may be theirs.
func (s *Session) sendAlong() bool {
	effects := s.pending.takePatient()
	left := slices.DeleteFunc(effects, func(e Effect) bool { return e.along(e.Set) })
	s.pending.putBack(left)
	return len(left) == 0
}

// applyPending applies the pending effects, and returns an error if the connection is lost.
// Effects that are not done when ctx ends stay pending.
func (s *Session) applyPending(ctx context.Context, j *job) error {
	effects := s.pending.take()
	for i, e := range effects {
		err := e.Apply(ctx, s.Session, e.Set)
		switch {
		case lossOf(err) != nil:
			return err
		case err != nil && ctx.Err() != nil:
			s.pending.putBack(effects[i:])
			return nil
		case err != nil:
			j.refused = append(j.refused, refusal{e, err})
		}
	}
	return nil
}

// lossOf returns err if the connection is lost, or else nil. It drops any other error: the
// caller gets it when it asks for the message.
func lossOf(err error) error {
	if errors.Is(err, backend.ErrConnectionLost) {
		return err
	}
	return nil
}

// handleArrived handles the messages that have arrived, and the end of the job.
func (s *Session) handleArrived() {
	if s.job != nil {
		s.handle(s.job.inbox.take())
	}
}

// isBusy reports whether a job works, after handleArrived. A job in its pause has delivered its
// window.
func (s *Session) isBusy() bool {
	pauses := s.job != nil && s.job.pause.isTaken()
	s.handleArrived()
	return s.job != nil && !pauses
}

// wait waits until no job is under way. It ends a pause.
func (s *Session) wait(ctx context.Context) {
	for s.job != nil {
		s.job.pause.end()
		s.receive(ctx)
	}
}

// apply waits until no job is under way and no effect is pending. The caller asks the service
// itself then.
func (s *Session) apply(ctx context.Context) {
	defer func() { s.askedAt = time.Now() }()
	s.wait(ctx)
	for s.lost == nil && ctx.Err() == nil && s.pending.len() > 0 {
		s.start(&job{urgent: true})
		s.wait(ctx)
	}
}

// flush applies all pending effects. It returns the error of a lost connection, or the error
// of ctx if effects are still pending. After an error the caller must send nothing: a pending
// message number could come to mean another message.
func (s *Session) flush(ctx context.Context) error {
	s.apply(ctx)
	if err := s.lost; err != nil {
		s.lost = nil
		return err
	}
	if s.pending.len() > 0 {
		return ctx.Err()
	}
	s.copying = false
	return nil
}

// receive waits for messages or the end of the job. When ctx ends first, it cancels the
// job. The job drops the connection if a command is under way.
func (s *Session) receive(ctx context.Context) {
	select {
	case <-s.job.inbox.ready:
	case <-ctx.Done():
		s.job.cancel(context.Cause(ctx))
		<-s.job.inbox.ready
	}
	s.handle(s.job.inbox.take())
}

// handle takes messages that the job has received, and ends the job when its inbox is
// closed.
func (s *Session) handle(messages []prefetched, closed bool) {
	j := s.job
	for _, m := range messages {
		m.Flags.Seen = m.Flags.Seen || j.becameSeen[m.Num]
		if slices.ContainsFunc(j.changed, func(set backend.Set) bool { return set.Has(m.Message) }) {
			m.at = time.Time{}
		}
		j.window.deliver(m)
	}
	j.inbox.recycle(messages)
	if !closed {
		return
	}
	j.cancel(nil)
	s.askedAt = time.Now()
	if j.window != nil {
		j.window.record()
	}
	s.job = nil
	s.lost = cmp.Or(j.lost, s.lost)
	for _, r := range j.refused {
		s.accepted = nil // the caller waits for changes of every kind again
		s.refused = cmp.Or(s.refused, r.err)
		if r.effect.Copies {
			s.uncopied = append(s.uncopied, r)
		}
	}
}

// inbox hands received messages to the caller in batches. Waking a goroutine for each
// message takes longer than reading one.
type inbox struct {
	ready chan struct{} // has a token if there is something to take

	mu       sync.Mutex
	messages []prefetched
	closed   bool

	spare []prefetched // an empty list to reuse
}

func (b *inbox) add(m prefetched) {
	b.mu.Lock()
	b.messages = append(b.messages, m)
	b.mu.Unlock()
	b.tell()
}

func (b *inbox) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.tell()
}

func (b *inbox) tell() {
	select {
	case b.ready <- struct{}{}:
	default: // the last token is still there
	}
}

// take returns the messages in the inbox, and whether no more will come.
func (b *inbox) take() (messages []prefetched, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	messages, b.messages, b.spare = b.messages, b.spare, nil
	return messages, b.closed
}

// recycle keeps a processed list for reuse.
func (b *inbox) recycle(messages []prefetched) {
	clear(messages)
	b.spare = messages[:0]
}
