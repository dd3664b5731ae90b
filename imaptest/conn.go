package imaptest

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// maxLogLine is the length at which the transcript breaks a line without end.
const maxLogLine = 64 << 10

// tlsHandshake is the first octet of a TLS handshake (RFC 8446 section 5.1). No command begins
// with it.
const tlsHandshake = 0x16

// conn is an accepted connection, with its transcript, deadlines and faults.
type conn struct {
	net.Conn // TCP, or TLS over TCP

	srv  *Server
	tcp  net.Conn
	name string // for the log

	in, out lineSplitter
	opaque  atomic.Bool // the client speaks TLS to a server without it
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

// Close also removes the connection from the server.
func (c *conn) Close() error {
	c.srv.mu.Lock()
	delete(c.srv.conns, c)
	c.srv.mu.Unlock()
	return c.Conn.Close()
}

// SetReadDeadline limits every wait to the server's Timeout, whatever deadline imapserver sets.
func (c *conn) SetReadDeadline(t time.Time) error {
	latest := time.Now().Add(c.srv.timeout)
	if t.IsZero() || t.After(latest) {
		t = latest
	}
	return c.Conn.SetReadDeadline(t)
}

// lineSplitter joins the data of a connection into lines.
type lineSplitter struct{ rest []byte }

// lines yields the lines that p completes, without their line ends.
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

// listener accepts connections that the server keeps track of.
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

// imapListener accepts connections for imapserver.
type imapListener struct{ listener }

func (l *imapListener) Accept() (net.Conn, error) {
	c, err := l.listener.Accept()
	if err != nil {
		return nil, err
	}
	return newIMAPConn(c.(*conn)), nil
}

// encryptedListener accepts the IMAP connections that continue after STARTTLS.
type encryptedListener struct {
	net.Listener // provides the address
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
