package dial

import (
	"net"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maxFarewell bounds what Close waits for.
const maxFarewell = 5 * time.Second

// maxWrite is how much is written at a time, so that a write's timeout counts
// from the last progress and not from the start of a long message.
const maxWrite = 64 << 10

// timedConn keeps the deadlines, below TLS, so that they count from the last
// octet and not from the last TLS record.
type timedConn struct {
	net.Conn

	mu       sync.Mutex
	timeouts backend.Timeouts
	owed     int // answers that the server owes
}

func (t *timedConn) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owed++
	t.renew() // for a Read that is waiting already
}

func (t *timedConn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owed--
	t.renew()
}

// renew sets the deadline for reading. Errors show up in the Read itself.
func (t *timedConn) renew() {
	var deadline time.Time
	if t.owed > 0 && t.timeouts.Read > 0 {
		deadline = time.Now().Add(t.timeouts.Read)
	}
	_ = t.Conn.SetReadDeadline(deadline)
}

func (t *timedConn) Read(p []byte) (int, error) {
	t.mu.Lock()
	t.renew()
	t.mu.Unlock()
	return t.Conn.Read(p)
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
	var deadline time.Time
	if t.timeouts.Write > 0 {
		deadline = time.Now().Add(t.timeouts.Write)
	}
	_ = t.Conn.SetWriteDeadline(deadline)
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
