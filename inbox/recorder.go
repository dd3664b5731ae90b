package inbox

import (
	"errors"
	"sync"

	"github.com/imapcompat/imapcompat/internal/failpoint"
)

// recorder records messages as done while the workers handle the next ones. All that wait
// are recorded in one transaction, so a message is recorded as soon as the one before it, and
// a slow ledger does not slow down the handlers.
type recorder struct {
	session *session
	waiting func(n int) // n more messages wait
	queue   chan *Message
	ended   chan struct{}

	mu  sync.Mutex
	err error
}

// maxRecorded is the number of messages of a transaction, and of those that may wait.
const maxRecorded = 64

func newRecorder(s *session, waiting func(n int)) *recorder {
	r := &recorder{session: s, waiting: waiting, queue: make(chan *Message, maxRecorded), ended: make(chan struct{})}
	go r.run()
	return r
}

// done records a message as done. The error is that of an earlier message.
func (r *recorder) done(m *Message) error {
	if err := r.failure(); err != nil {
		return err
	}
	m.text = nil // the ledger does not need it
	r.waiting(1)
	r.queue <- m
	return nil
}

// end waits until all is recorded.
func (r *recorder) end() error {
	close(r.queue)
	<-r.ended
	return r.failure()
}

func (r *recorder) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *recorder) run() {
	defer close(r.ended)
	for m := range r.queue {
		some := []*Message{m}
		for len(some) < maxRecorded && len(r.queue) > 0 {
			some = append(some, <-r.queue)
		}
		err := r.record(some)
		r.waiting(-len(some))
		if err != nil {
			r.mu.Lock()
			r.err = errors.Join(r.err, err)
			r.mu.Unlock()
		}
	}
}

// record records messages as done.
func (r *recorder) record(some []*Message) error {
	ctx, cancel := recording(some[0].ctx)
	defer cancel()
	outcomes := make([]Outcome, len(some))
	for i, m := range some {
		outcomes[i] = Outcome{Record: m.record, State: StateDone, Settled: !r.session.then.onServer()}
	}
	failpoint.Hit("record")
	lost, err := r.session.persist(ctx, outcomes)
	failpoint.Hit("recorded")
	if err == nil {
		r.tell(some, outcomes, lost)
	}
	return err
}

func (r *recorder) tell(some []*Message, outcomes []Outcome, lost []Record) {
	isLost := map[string]bool{}
	for _, rec := range lost {
		isLost[rec.Key] = true
	}
	for i, m := range some {
		var err error
		if isLost[m.record.Key] {
			err = ErrClaimLost
		}
		m.mu.Lock()
		m.close(outcomes[i], err)
		m.mu.Unlock()
	}
}
