package imaptest

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// maxLogLine is where the transcript breaks a line that does not end.
const maxLogLine = 64 << 10

// tlsHandshake is the first octet of a TLS handshake (RFC 8446 section 5.1),
// and of no command.
const tlsHandshake = 0x16

// conn is an accepted connection. It keeps the transcript, the deadlines and
// the faults.
type conn struct {
	net.Conn // what the protocol is spoken over: TCP, or TLS over it

	srv  *Server
	tcp  net.Conn
	name string // for the log

	in, out lineSplitter
	opaque  atomic.Bool // the client speaks TLS where there is none
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	for line := range c.in.lines(p[:n]) {
		if len(line) > 0 && line[0] == tlsHandshake {
			c.opaque.Store(true)
		}
		if !c.opaque.Load() {
			c.srv.record(c.name, 'C', line)
		}
	}
	if c.in.begins(tlsHandshake) {
		c.opaque.Store(true)
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	if c.srv.log != nil && !c.opaque.Load() {
		for line := range c.out.lines(p) {
			c.srv.record(c.name, 'S', line)
		}
	}
	allowed, drop := c.srv.allow(len(p))
	n, err := c.Conn.Write(p[:allowed])
	if drop {
		c.tcp.Close()
		return n, net.ErrClosed
	}
	return n, err
}

// Close forgets the connection as well.
func (c *conn) Close() error {
	c.srv.mu.Lock()
	delete(c.srv.conns, c)
	c.srv.mu.Unlock()
	return c.Conn.Close()
}

// SetReadDeadline never lets a connection wait for longer than the server's
// Timeout, whatever imapserver would.
func (c *conn) SetReadDeadline(t time.Time) error {
	latest := time.Now().Add(c.srv.timeout)
	if t.IsZero() || t.After(latest) {
		t = latest
	}
	return c.Conn.SetReadDeadline(t)
}

// lineSplitter puts what passes through a connection together to lines.
type lineSplitter struct{ rest []byte }

// lines yields the lines that p completes, without their ends.
func (s *lineSplitter) lines(p []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(p) > 0 {
			line, more, ended := bytes.Cut(p, []byte("\n"))
			s.rest = append(s.rest, line...)
			p = more
			if !ended && len(s.rest) < maxLogLine {
				return
			}
			line, s.rest = bytes.TrimSuffix(s.rest, []byte("\r")), nil
			if !yield(line) {
				return
			}
		}
	}
}

func (s *lineSplitter) begins(b byte) bool { return len(s.rest) > 0 && s.rest[0] == b }

// listener hands out connections that the server keeps track of.
type listener struct {
	net.Listener
	srv  *Server
	name string
}

func (l *listener) Accept() (net.Conn, error) {
	tcp, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.srv.track(l.name, tcp)
}

// imapListener hands out connections for imapserver.
type imapListener struct{ listener }

func (l *imapListener) Accept() (net.Conn, error) {
	c, err := l.listener.Accept()
	if err != nil {
		return nil, err
	}
	return newIMAPConn(c.(*conn)), nil
}

// encryptedListener hands out the IMAP connections that go on after STARTTLS.
type encryptedListener struct {
	net.Listener // whose address this has
	conns        chan net.Conn
	closed       chan struct{}
	close        sync.Once
}

func (l *encryptedListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *encryptedListener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}
