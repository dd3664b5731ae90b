package dial

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maxFarewell limits the wait of Close.
const maxFarewell = 5 * time.Second

// maxLeave limits the wait for the answers of a server that has said BYE.
const maxLeave = 3 * time.Second

// maxWrite is the size of a write, in octets, so that the timeout counts from the last progress
// and not from the start of a long message.
const maxWrite = 64 << 10

const (
	// perOctet is the time that an octet adds to the limit. A server that sends less than one
	// octet in that time uses up the limit.
	perOctet = time.Millisecond
	// linesPerAnswer is the number of lines in a row that may each take the full time. A server
	// that is working sends something now and then.
	linesPerAnswer = 100
)

// timedConn sets the deadlines, below TLS, so that they count from the last octet and not from
// the last TLS record.
//
// It counts the time spent in Read, not the time between calls of Read, in which the server is
// not to blame.
type timedConn struct {
	net.Conn
	lineEnded atomic.Bool // data that has arrived since the last Read has a line break

	mu         sync.Mutex
	timeouts   backend.Timeouts
	leaving    bool          // the server has said BYE
	unanswered int           // calls of Begin without end
	since      time.Time     // when the last Read began to wait
	line       time.Duration // time left for the current line
	answer     time.Duration // time left for the whole answer
	meter      meter
}

func (t *timedConn) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered++
	t.meter.idle = t.meter.idle || t.unanswered == 1
	t.renew() // also for a Read that is waiting already
}

func (t *timedConn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered--
	t.renew()
}

// renew gives the server the full time from now on.
func (t *timedConn) renew() {
	t.line, t.answer = t.timeouts.Read, linesPerAnswer*t.timeouts.Read
	if t.leaving {
		t.answer = t.timeouts.Read
	}
	t.wait()
}

// hurry limits all waits from now on.
func (t *timedConn) hurry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leaving {
		return
	}
	t.leaving = true
	if t.timeouts.Read <= 0 || t.timeouts.Read > maxLeave {
		t.timeouts.Read = maxLeave
	}
	t.renew()
}

// wait sets the deadline for reading. Read itself returns its errors.
func (t *timedConn) wait() {
	var deadline time.Time
	if t.bounded() {
		t.since = time.Now()
		deadline = t.since.Add(min(t.line, t.answer))
	}
	_ = t.Conn.SetReadDeadline(deadline)
}

func (t *timedConn) bounded() bool { return t.unanswered > 0 && t.timeouts.Read > 0 }

func (t *timedConn) Read(p []byte) (int, error) {
	t.mu.Lock()
	if t.lineEnded.Swap(false) {
		t.line = t.timeouts.Read
	}
	t.wait()
	t.mu.Unlock()
	n, err := t.Conn.Read(p)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if n > 0 {
		t.meter.read(n, now)
	}
	if t.bounded() {
		gained := time.Duration(n)*perOctet - now.Sub(t.since)
		t.line = min(t.line+gained, t.timeouts.Read)
		t.answer = min(t.answer+gained, linesPerAnswer*t.timeouts.Read)
	}
	return n, err
}

func (t *timedConn) Write(p []byte) (written int, err error) {
	for len(p) > 0 && err == nil {
		part := p[:min(len(p), maxWrite)]
		t.renewWrite()
		var n int
		n, err = t.Conn.Write(part)
		written += n
		p = p[n:]
	}
	return written, err
}

// renewWrite sets the deadline for writing, and that of a concurrent Read: no answer is due
// while the command is being sent.
func (t *timedConn) renewWrite() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.renew()
	t.meter.wrote(time.Now())
	var deadline time.Time
	if t.timeouts.Write > 0 {
		deadline = time.Now().Add(t.timeouts.Write)
	}
	_ = t.Conn.SetWriteDeadline(deadline)
}

// speed returns the measurements of the connection: see [backend.Link].
func (t *timedConn) speed() (roundTrip time.Duration, rate int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.meter.roundTrip(), t.meter.rate
}

// closing limits the remaining writes to the time for closing.
func (t *timedConn) closing(bound time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if bound <= 0 || bound > maxFarewell {
		bound = maxFarewell
	}
	t.timeouts.Write = bound
}
