package schedules

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
)

// worker is a program with a session of its own.
type worker struct {
	*world
	name     string
	protocol string
	conn     *imapcompat.Connection
	line     *line
	ledger   *mortal
	next     func() (*inbox.Message, error, bool)
	stop     func()
	msg      *inbox.Message // handed over and not answered
	id       int            // of msg
}

// line is the connection of a worker to the server. A worker that dies says no goodbye.
type line struct {
	net.Dialer
	mu    sync.Mutex
	conns []net.Conn
}

func (l *line) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.Dialer.DialContext(ctx, network, address)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.conns = append(l.conns, conn)
	}
	return conn, err
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.conns {
		conn.Close()
	}
}

func (w *worker) running() bool { return w.next != nil }

// start opens a session and begins a loop. A worker has another name each time.
func (w *worker) start(protocol string) error {
	w.incarnations++
	w.name = fmt.Sprintf("worker %d", w.incarnations)
	w.line = &line{}
	w.ledger = &mortal{Ledger: w.world.ledger, world: w.world, line: w.line}
	conn, err := w.open(protocol, imapcompat.WithDialer(w.line))
	if err != nil {
		return w.tolerate(err)
	}
	w.conn, w.protocol = conn, protocol
	box := inbox.New(conn, w.ledger, w.options(w.name)...)
	w.next, w.stop = iter.Pull2(box.Messages(context.Background(), ""))
	w.note("%s starts over %s", w.name, protocol)
	return nil
}

// step takes the worker to its next message.
func (w *worker) step() error {
	if w.msg != nil {
		w.note("%s leaves message %d without an answer", w.name, w.id)
		w.msg = nil
	}
	var msg *inbox.Message
	var err error
	more := false
	if died := w.mortally(func() { msg, err, more = w.next() }); died {
		return nil
	}
	if !more || err != nil {
		w.note("%s ends its loop: %v", w.name, err)
		w.end()
		return w.tolerate(err)
	}
	if w.id, err = w.handOver(msg); err != nil {
		return err
	}
	w.msg = msg
	w.note("%s has message %d, attempt %d, at %s", w.name, w.id, msg.Attempt(), msg.Place().ID)
	return nil
}

// answer answers the message that the worker has.
func (w *worker) answer() error {
	msg, id := w.msg, w.id
	w.msg = nil
	what, answer := "done", msg.Done
	switch n := w.r.IntN(20); {
	case n < 2:
		what, answer = "failed", func() error { return msg.Fail(errors.New("a failure")) }
	case n < 4:
		after := time.Duration(w.r.IntN(3)) * lease
		what, answer = fmt.Sprint("to be tried again after ", after), func() error { return msg.Retry(after) }
	case n < 5:
		what, answer = "skipped", func() error { return msg.Skip("not ours") }
	}
	w.note("%s answers that message %d is %s", w.name, id, what)
	var err error
	if died := w.mortally(func() { err = answer() }); died {
		return nil
	}
	if errors.Is(err, inbox.ErrClaimLost) {
		w.note("%s had lost the message", w.name)
		return nil
	}
	return err
}

// mortally does something that the worker may not survive.
func (w *worker) mortally(f func()) (died bool) {
	defer func() {
		p := recover()
		if p != nil && p != any(errDeath) {
			panic(p)
		}
		if died = w.ledger.dead; died {
			w.note("%s has died at %s", w.name, w.ledger.at)
			w.drop()
		}
	}()
	if w.r.IntN(6) == 0 {
		w.ledger.plan(1+w.r.IntN(6), w.r.IntN(2) == 0)
		defer w.ledger.plan(0, false)
	}
	f()
	return false
}

// crash ends the worker between two calls.
func (w *worker) crash() {
	w.note("%s dies", w.name)
	w.ledger.die("")
	w.drop()
}

// drop forgets a worker that is dead: what its code still does reaches nothing.
func (w *worker) drop() {
	w.stop()
	w.next, w.stop, w.msg, w.conn = nil, nil, nil, nil
}

// end ends the loop and the session in order.
func (w *worker) end() {
	w.stop()
	w.conn.Close()
	w.next, w.stop, w.msg, w.conn = nil, nil, nil, nil
}

// errDeath is the panic of a worker that dies in a call to its ledger.
var errDeath = errors.New("the worker has died")

// mortal is the ledger of one worker. When the worker is dead, it does nothing.
type mortal struct {
	inbox.Ledger
	*world
	line *line

	mu    sync.Mutex
	left  int // calls until death; 0 is never
	after bool
	dead  bool
	at    string
}

func (m *mortal) plan(calls int, after bool) { m.left, m.after = calls, after }

func (m *mortal) die(at string) {
	m.dead, m.at = true, at
	m.line.cut()
}

// call makes a call, if the worker lives until then.
func (m *mortal) call(name string, f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDeath
	}
	now := m.left == 1
	m.left = max(m.left-1, 0)
	if now && !m.after {
		m.die("the call of " + name)
		panic(errDeath)
	}
	err := f()
	if now {
		m.die("the end of " + name)
		panic(errDeath)
	}
	return err
}

func (m *mortal) StartScan(ctx context.Context, box, source, owner string, lease time.Duration) (scan inbox.Scan, err error) {
	err = m.call("StartScan", func() error {
		scan, err = m.Ledger.StartScan(ctx, box, source, owner, lease)
		if errors.Is(err, inbox.ErrBusy) { // the worker waits
			m.clock.advance(lease)
			scan, err = m.Ledger.StartScan(ctx, box, source, owner, lease)
		}
		return err
	})
	return scan, err
}

func (m *mortal) Sight(ctx context.Context, s inbox.Sighting) (n int, err error) {
	err = m.call("Sight", func() error {
		n, err = m.Ledger.Sight(ctx, s)
		return err
	})
	return n, err
}

func (m *mortal) Claim(ctx context.Context, c inbox.Claiming) (records []inbox.Record, err error) {
	err = m.call("Claim", func() error {
		records, err = m.Ledger.Claim(ctx, c)
		return err
	})
	return records, err
}

func (m *mortal) Identify(ctx context.Context, ids []inbox.Identity) (same [][]inbox.Record, err error) {
	err = m.call("Identify", func() error {
		same, err = m.Ledger.Identify(ctx, ids)
		return err
	})
	return same, err
}

func (m *mortal) Merge(ctx context.Context, claimed, other inbox.Record, apart bool) error {
	return m.call("Merge", func() error { return m.Ledger.Merge(ctx, claimed, other, apart) })
}

func (m *mortal) Unsettled(ctx context.Context, box, source, after string, limit int) (records []inbox.Record, err error) {
	err = m.call("Unsettled", func() error {
		records, err = m.Ledger.Unsettled(ctx, box, source, after, limit)
		return err
	})
	return records, err
}

func (m *mortal) Settle(ctx context.Context, box string, places []inbox.Place, removed bool) error {
	return m.call("Settle", func() error { return m.Ledger.Settle(ctx, box, places, removed) })
}

// Finish counts the effects of what it records. For a dead worker all is lost, so that its
// code does not try again.
func (m *mortal) Finish(ctx context.Context, outcomes []inbox.Outcome) (lost []inbox.Record, err error) {
	err = m.call("Finish", func() error {
		lost, err = m.Ledger.Finish(ctx, outcomes)
		if err == nil {
			m.record(outcomes, lost)
		}
		return err
	})
	if errors.Is(err, errDeath) {
		for _, o := range outcomes {
			lost = append(lost, o.Record)
		}
		return lost, nil
	}
	return lost, err
}

// textOf returns the text of a message.
func textOf(m *inbox.Message) string {
	text, _ := io.ReadAll(m.Text()) // it is in memory
	return string(text)
}
