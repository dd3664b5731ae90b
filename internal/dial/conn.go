package dial

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// Conn is a connection to a mail server.
//
// Only [backend.Timeouts] and [Conn.Begin] decide how long it waits. The deadline methods
// of [net.Conn] do nothing, so that a protocol library cannot change the configured
// timeouts. Abort interrupts a Read or Write.
//
// An error of Read and Write is io.EOF when the server closed the connection in order.
// Otherwise it is a [*backend.Error] that matches [backend.ErrTimeout] or
// [backend.ErrConnectionLost]. After a timeout the connection is closed, because a late
// answer would be taken for the answer to another command.
//
// One Read and one Write may run at the same time. Begin, Close and Abort may run at any
// time.
type Conn struct {
	cfg  *backend.Config
	host string
	port int

	timed    *timedConn
	tls      *tls.Conn // nil while unencrypted
	reader   *bufio.Reader
	deflater *flate.Writer // nil while nothing is compressed

	mu    sync.Mutex // guards cause, and tls for Link
	cause error      // what closed the connection: the end of a context, or a timeout
}

func newConn(raw net.Conn, cfg *backend.Config, host string, port int) *Conn {
	timed := &timedConn{Conn: raw, timeouts: cfg.Timeouts}
	return &Conn{
		cfg: cfg, host: host, port: port,
		timed: timed, reader: bufio.NewReaderSize(timed, ownBuffer),
	}
}

// ownBuffer is small, because an idle connection keeps it. A caller that reads much has its
// own buffer, see [Conn.Await].
const ownBuffer = 1 << 10

// Host returns the canonical name of the host: the resolver's name in lower case, or an
// address as configured.
func (c *Conn) Host() string { return c.host }

// Link describes the connection, but leaves Closed unset. Any goroutine may call it at any
// time.
func (c *Conn) Link() backend.Link {
	c.mu.Lock()
	encrypted := c.tls != nil
	c.mu.Unlock()
	roundTrip, rate := c.timed.speed()
	return backend.Link{Host: c.host, Port: c.port, TLS: encrypted, RoundTrip: roundTrip, Rate: rate}
}

// TLS returns the state of TLS, or nil if TLS is not in effect.
func (c *Conn) TLS() *tls.ConnectionState {
	if c.tls == nil {
		return nil
	}
	state := c.tls.ConnectionState()
	return &state
}

// Encrypted reports whether TLS is in effect.
func (c *Conn) Encrypted() bool { return c.tls != nil }

// Begin says that an answer of the server is due until end is called. Meanwhile,
// Timeouts.Read bounds the wait for each line, and the end of ctx closes the connection. At
// other times, Read waits without a bound, because a server may be silent while no answer
// is due.
//
// Each octet extends the wait for its line by a millisecond. A server that sends single
// octets more slowly than that eventually times out. The wait for all lines of an answer,
// with the octets of literals, is bounded by a hundred times Timeouts.Read, which each
// octet extends in the same way. So a server that sends single lines slowly times out, too.
//
// Call end when the last octet of the answer has arrived, even if it is processed later.
func (c *Conn) Begin(ctx context.Context) (end func()) {
	c.timed.begin()
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		if c.cause == nil {
			c.cause = context.Cause(ctx)
		}
		c.mu.Unlock()
		_ = c.Abort()
	})
	var once sync.Once
	return func() {
		once.Do(func() {
			stop()
			c.timed.end()
		})
	}
}

// Hurry says that the server has announced the end of the connection. From now on, the wait
// for all further answers together is bounded by Timeouts.Read or 3 seconds, whichever is
// less.
func (c *Conn) Hurry() { c.timed.hurry() }

// Suspend says that no answer is due until resume is called, so that Timeouts.Read does not
// bound the wait. It is for a command that is still being sent, perhaps from a slow source.
func (c *Conn) Suspend() (resume func()) {
	c.timed.end()
	return c.timed.begin
}

func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	if bytes.IndexByte(p[:n], '\n') >= 0 {
		c.timed.lineEnded.Store(true)
	}
	return n, c.classify(err, "read from")
}

// Await waits until there is something to read, so that the caller needs no buffer before.
// Its errors are those of Read.
func (c *Conn) Await() error {
	_, err := c.reader.Peek(1)
	return c.classify(err, "read from")
}

// ReadLine reads a line of at most limit octets and returns it without the line break,
// which is CRLF or LF. A longer line is an error that matches [backend.ErrTooLarge]. If the
// connection ends within a line, the error is io.ErrUnexpectedEOF.
func (c *Conn) ReadLine(limit int) (string, error) {
	var line []byte
	for {
		part, err := c.reader.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > limit+len("\r\n") {
			return "", &backend.Error{Kind: backend.ErrTooLarge, Text: "Line from " + c.host + " is too long"}
		}
		switch {
		case err == nil:
			c.timed.lineEnded.Store(true)
			return trimLineBreak(line), nil
		case err == io.EOF && len(line) > 0:
			return "", io.ErrUnexpectedEOF
		case err != bufio.ErrBufferFull:
			return "", c.classify(err, "read from")
		}
	}
}

func trimLineBreak(line []byte) string {
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return string(line)
}

func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.write(p)
	return n, c.classify(err, "write to")
}

// stream returns the connection with TLS, if it is in effect, and without compression.
func (c *Conn) stream() net.Conn {
	if c.tls != nil {
		return c.tls
	}
	return c.timed
}

// Close ends the connection. It sends TLS's close_notify within Timeouts.Close, or within 5
// seconds if that is zero or longer.
func (c *Conn) Close() error {
	c.timed.closing(c.cfg.Timeouts.Close)
	return c.stream().Close()
}

// Abort closes the connection at once.
func (c *Conn) Abort() error { return c.timed.Close() }

// LocalAddr and RemoteAddr return the addresses of the TCP connection.
func (c *Conn) LocalAddr() net.Addr  { return c.timed.LocalAddr() }
func (c *Conn) RemoteAddr() net.Addr { return c.timed.RemoteAddr() }

// SetDeadline, SetReadDeadline and SetWriteDeadline do nothing; see [Conn].
func (c *Conn) SetDeadline(time.Time) error      { return nil }
func (c *Conn) SetReadDeadline(time.Time) error  { return nil }
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

// classify converts an error of Read or Write to a [*backend.Error]. A timeout of either
// one also ends the other, with the same cause.
func (c *Conn) classify(err error, what string) error {
	if err == nil || err == io.EOF {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &backend.Error{Kind: backend.ErrConnectionLost, Err: err, Prospect: Prospect(cmp.Or(c.cause, err))}
	switch cause := c.cause; {
	case cause != nil:
		e.Text, e.Err = "Could not "+what+" "+c.host+": "+cause.Error(), cause
		if errors.Is(cause, context.DeadlineExceeded) {
			e.Kind = backend.ErrTimeout
		}
	case isTimeout(err):
		e.Kind, e.Text = backend.ErrTimeout, "Could not "+what+" "+c.host+" in time"
		c.cause = e
		_ = c.Abort()
	default:
		e.Text = "Could not " + what + " " + c.host + ": " + reason(err)
	}
	return e
}
