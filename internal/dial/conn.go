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
// How long it waits is decided by [backend.Timeouts] and [Conn.Begin] alone:
// the deadline methods of [net.Conn] do nothing, so that the habits of a
// protocol library on top cannot lengthen or shorten the wait that was
// configured. To interrupt a Read or Write, call Abort.
//
// An error of Read and Write is io.EOF, when the server ended the connection in
// order, or a [*backend.Error] that matches [backend.ErrTimeout] or
// [backend.ErrConnectionLost]. After a timeout the connection is closed: what
// the server may still say would be taken for the answer to something else.
//
// One Read and one Write may run at the same time, and Begin, Close and Abort
// at any time.
type Conn struct {
	cfg  *backend.Config
	host string
	port int

	timed    *timedConn
	tls      *tls.Conn // nil while in the clear
	reader   *bufio.Reader
	deflater *flate.Writer // nil while nothing is compressed

	mu    sync.Mutex // guards cause, and tls for Link
	cause error      // what closed the connection: a context's end, a timeout
}

func newConn(raw net.Conn, cfg *backend.Config, host string, port int) *Conn {
	timed := &timedConn{Conn: raw, timeouts: cfg.Timeouts}
	return &Conn{
		cfg: cfg, host: host, port: port,
		timed: timed, reader: bufio.NewReaderSize(timed, ownBuffer),
	}
}

// ownBuffer is small, since an idle connection has it: who reads much has a buffer of his
// own, for which see [Conn.Await].
const ownBuffer = 1 << 10

// Host is the canonical name of the host: the resolver's, in lower case, or an
// address as it was given.
func (c *Conn) Host() string { return c.host }

// Link describes the connection, without why it was closed. It may be called at any
// time, from any goroutine.
func (c *Conn) Link() backend.Link {
	c.mu.Lock()
	encrypted := c.tls != nil
	c.mu.Unlock()
	roundTrip, rate := c.timed.speed()
	return backend.Link{Host: c.host, Port: c.port, TLS: encrypted, RoundTrip: roundTrip, Rate: rate}
}

// Encrypted reports whether TLS is in effect.
func (c *Conn) Encrypted() bool { return c.tls != nil }

// Begin says that an answer of the server is expected from now on, until end is called.
// In between, Timeouts.Read bounds the wait for each line, and the connection is
// closed when ctx is done. Otherwise, a Read waits as long as it takes: a server
// may be silent when nobody asks.
//
// The wait for a line may be longer by a millisecond for each octet of it, so that
// a server that sends an octet now and then is given up. For all the lines of an
// answer, with the octets of literals, it is at most a hundred times as long, so
// that one that sends a line now and then is given up, too.
//
// Call end when the last of the answer has arrived, not when somebody has made
// use of it.
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

// Hurry says that the server has taken its leave: from now on what it has yet to answer is
// waited for, in all, for Timeouts.Read or 3 seconds, whichever is less.
func (c *Conn) Hurry() { c.timed.hurry() }

// Suspend says that no answer is expected after all until resume is called, so
// that Timeouts.Read does not bound the wait: what it is to answer is still being
// sent, and may come from somewhere slow.
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

// Await waits until there is something to read, so that who reads needs no buffer before
// that. The errors are Read's.
func (c *Conn) Await() error {
	_, err := c.reader.Peek(1)
	return c.classify(err, "read from")
}

// ReadLine reads a line of at most limit octets and returns it without the line
// break, which is CRLF or LF. A longer line is an error that matches
// [backend.ErrTooLarge], and the end of the connection within a line is
// io.ErrUnexpectedEOF.
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

// stream is what goes over the network.
func (c *Conn) stream() net.Conn {
	if c.tls != nil {
		return c.tls
	}
	return c.timed
}

// Close ends the connection, with TLS's own farewell, which is given
// Timeouts.Close, or 5 seconds if that is zero or longer.
func (c *Conn) Close() error {
	c.timed.closing(c.cfg.Timeouts.Close)
	return c.stream().Close()
}

// Abort drops the connection at once.
func (c *Conn) Abort() error { return c.timed.Close() }

// LocalAddr and RemoteAddr are those of the TCP connection.
func (c *Conn) LocalAddr() net.Addr  { return c.timed.LocalAddr() }
func (c *Conn) RemoteAddr() net.Addr { return c.timed.RemoteAddr() }

// SetDeadline, SetReadDeadline and SetWriteDeadline do nothing; see [Conn].
func (c *Conn) SetDeadline(time.Time) error      { return nil }
func (c *Conn) SetReadDeadline(time.Time) error  { return nil }
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

// classify makes an error of Read or Write one of package backend's. When one of
// them has timed out that is what ended the other, too.
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
