package dial

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maxFarewell bounds the wait in Close.
const maxFarewell = 5 * time.Second

// maxLeave bounds the wait for answers after the server has announced the end of the
// connection.
const maxLeave = 3 * time.Second

// maxWrite bounds one write to the socket, in octets, so that the timeout counts from the
// last progress and not from the start of a long message.
const maxWrite = 64 << 10

const (
	// perOctet is how much each received octet extends the wait. A server that sends less
	// than one octet in that time runs into the timeout.
	perOctet = time.Millisecond
	// linesPerAnswer is how many lines of an answer may each take the whole time for a
	// line. A server that works for longer sends responses meanwhile.
	linesPerAnswer = 100
)

// timedConn sets the deadlines. It is below TLS, so that they count from the last octet and
// not from the last TLS record.
//
// It counts only the time that Read waits. The time between calls of Read does not count,
// because the server does not cause it.
type timedConn struct {
	net.Conn
	lineEnded atomic.Bool // a line break has arrived since the last Read

	mu         sync.Mutex
	timeouts   backend.Timeouts
	leaving    bool          // the server has announced the end of the connection
	unanswered int           // calls of begin without end
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
	t.renew() // also for a Read that already waits
}

func (t *timedConn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered--
	t.renew()
}

// renew gives the server the whole time again.
func (t *timedConn) renew() {
	t.line, t.answer = t.timeouts.Read, linesPerAnswer*t.timeouts.Read
	if t.leaving {
		t.answer = t.timeouts.Read
	}
	t.wait()
}

// hurry shortens all further waits.
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

// wait sets the read deadline. Read returns the error if this fails.
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

// renewWrite sets the write deadline. It also renews the deadline of a Read that waits,
// because no answer is due before the command was sent.
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

// speed returns the measured round trip and rate: see [backend.Link].
func (t *timedConn) speed() (roundTrip time.Duration, rate int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.meter.roundTrip(), t.meter.rate
}

// closing applies the timeout for closing to further writes.
func (t *timedConn) closing(bound time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if bound <= 0 || bound > maxFarewell {
		bound = maxFarewell
	}
	t.timeouts.Write = bound
}
