package dial

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maxFarewell bounds what Close waits for.
const maxFarewell = 5 * time.Second

// maxLeave bounds the wait for the answers of a server that has taken its leave.
const maxLeave = 3 * time.Second

// maxWrite is how much is written at a time, so that a write's timeout counts
// from the last progress and not from the start of a long message.
const maxWrite = 64 << 10

const (
	// perOctet is how much waiting an octet makes up for. A server that sends less
	// than one in that time uses up its patience.
	perOctet = time.Millisecond
	// linesPerAnswer is how many lines in a row may each take as long as a line may
	// take. A server that is at work says so now and then.
	linesPerAnswer = 100
)

// timedConn keeps the deadlines, below TLS, so that they count from the last
// octet and not from the last TLS record.
//
// It counts the time that is spent waiting, not that between the calls of Read:
// the server cannot help it when nobody reads.
type timedConn struct {
	net.Conn
	lineEnded atomic.Bool // since the last Read: what has arrived has a line break

	mu         sync.Mutex
	timeouts   backend.Timeouts
	leaving    bool          // the server has taken its leave
	unanswered int           // what was begun and not ended
	since      time.Time     // when the waiting of the last Read began
	line       time.Duration // how long the line that is arriving may be waited for
	answer     time.Duration // and the whole answer
	meter      meter
}

func (t *timedConn) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered++
	t.meter.idle = t.meter.idle || t.unanswered == 1
	t.renew() // for a Read that is waiting already
}

func (t *timedConn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered--
	t.renew()
}

// renew gives the server all the time that there is, from now on.
func (t *timedConn) renew() {
	t.line, t.answer = t.timeouts.Read, linesPerAnswer*t.timeouts.Read
	if t.leaving {
		t.answer = t.timeouts.Read
	}
	t.wait()
}

// hurry bounds all waits from now on.
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

// wait sets the deadline for reading. Errors show up in the Read itself.
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

// renewWrite sets the deadline for writing, and the one for a Read that waits
// meanwhile: no answer is due while the question is still on its way.
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

// speed is what was measured of the connection: see [backend.Link].
func (t *timedConn) speed() (roundTrip time.Duration, rate int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.meter.roundTrip(), t.meter.rate
}

// closing makes what is left to write subject to the time for closing.
func (t *timedConn) closing(bound time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if bound <= 0 || bound > maxFarewell {
		bound = maxFarewell
	}
	t.timeouts.Write = bound
}
