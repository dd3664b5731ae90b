package imaptest

import (
	"bytes"
	"crypto/tls"
	"net"
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
	secret  bool        // the client's next lines are credentials; the server's mutex guards it

	cutting    bool // the connection ends with this answer
	octetsLeft int  // of it
}

// tlsState returns the state of TLS, or nil without TLS.
func (c *conn) tlsState() *tls.ConnectionState {
	encrypted, ok := c.Conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := encrypted.ConnectionState()
	return &state
}

// Read waits as long as the server's Timeout.
func (c *conn) Read(p []byte) (int, error) {
	c.Conn.SetReadDeadline(time.Now().Add(c.srv.timeout))
	n, err := c.Conn.Read(p)
	for line := range c.in.lines(p[:n]) {
		if len(line) > 0 && line[0] == tlsHandshake {
			c.opaque.Store(true)
		}
		if !c.opaque.Load() {
			c.srv.record(c, 'C', line)
		}
	}
	if c.in.begins(tlsHandshake) {
		c.opaque.Store(true)
	}
	return n, err
}

// Write waits as long for a client that does not read.
func (c *conn) Write(p []byte) (int, error) {
	c.Conn.SetWriteDeadline(time.Now().Add(c.srv.timeout))
	if !c.opaque.Load() {
		for line := range c.out.lines(p) {
			c.srv.record(c, 'S', line)
		}
	}
	allowed, drop := c.allow(len(p))
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
