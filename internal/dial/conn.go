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
// Only [backend.Timeouts] and [Conn.Begin] decide how long it waits. The deadline methods of
// [net.Conn] do nothing, so a protocol library on top cannot change the configured wait. To
// interrupt a Read or Write, call Abort.
//
// Read and Write return io.EOF if the server closed the connection, or a [*backend.Error] that
// matches [backend.ErrTimeout] or [backend.ErrConnectionLost]. After a timeout the connection
// is closed: a late answer would be taken for the answer to another command.
//
// One Read and one Write may run at the same time, and Begin, Close and Abort at any time.
type Conn struct {
	cfg  *backend.Config
	host string
	port int

	timed    *timedConn
	tls      *tls.Conn // nil while unencrypted
	reader   *bufio.Reader
	deflater *flate.Writer // nil while nothing is compressed

	mu    sync.Mutex // guards cause, and tls for Link
	cause error      // why the connection was closed: the end of a context, a timeout
}

func newConn(raw net.Conn, cfg *backend.Config, host string, port int) *Conn {
	timed := &timedConn{Conn: raw, timeouts: cfg.Timeouts}
	return &Conn{
		cfg: cfg, host: host, port: port,
		timed: timed, reader: bufio.NewReaderSize(timed, ownBuffer),
	}
}

// ownBuffer is small, because every idle connection has it. A reader of much data has its own
// buffer, see [Conn.Await].
const ownBuffer = 1 << 10

// Host returns the canonical name of the host: the resolver's, in lower case, or an address as
// it was given.
func (c *Conn) Host() string { return c.host }

// Link describes the connection, without the reason why it was closed. It may be called at any
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

// Begin tells that an answer of the server is expected until end is called. Meanwhile
// Timeouts.Read limits the wait for each line, and the end of ctx closes the connection. At
// other times a Read waits without limit: a server may be silent if it was not asked.
//
// Each octet of a line adds a millisecond to its limit, so a server that sends an octet now and
// then times out. All lines of an answer, with the octets of literals, may take a hundred times
// as long, so a server that sends a line now and then times out too.
//
// Call end when the end of the answer has arrived, even if it was not processed yet.
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

// Hurry tells that the server has said BYE. All its remaining answers together may then take
// Timeouts.Read or 3 seconds, whichever is less.
func (c *Conn) Hurry() { c.timed.hurry() }

// Suspend tells that no answer is expected until resume is called, so Timeouts.Read does not
// apply: the data that the server must answer is still being sent, and may come from a slow
// source.
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

// Await waits until there is something to read, so that the reader needs no buffer before. It
// returns the errors of Read.
func (c *Conn) Await() error {
	_, err := c.reader.Peek(1)
	return c.classify(err, "read from")
}

// ReadLine reads a line of at most limit octets and returns it without its line break, CRLF or
// LF. A longer line is an error that matches [backend.ErrTooLarge]. The end of the connection
// within a line is io.ErrUnexpectedEOF.
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

// stream returns the connection with TLS, if any, and without compression.
func (c *Conn) stream() net.Conn {
	if c.tls != nil {
		return c.tls
	}
	return c.timed
}

// Close closes the connection with TLS's close_notify, for which it waits Timeouts.Close, or 5
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

// classify turns an error of Read or Write into one of package backend. If one of them has
// timed out, the timeout also ended the other.
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
