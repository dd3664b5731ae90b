package imapcompat

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// Connection is an open mailbox, PHP's IMAP\Connection. Its methods are PHP's
// functions that take one. They may be called from several goroutines; the
// calls run one after the other.
type Connection struct {
	*connection
	ctx context.Context
}

// connection is what the Connections of one mailbox have in common.
type connection struct {
	notices *notices
	options *options

	// turn holds a token while somebody uses the fields below. Who waits for it
	// offers one to calls, which a Wait takes to make way.
	turn  chan struct{}
	calls chan struct{}

	waiting chan struct{} // holds a token while a Wait has not returned

	open     atomic.Pointer[readahead.Session] // nil when closed
	name     mailboxname.Name
	given    mailboxname.Name // as last given to Open or Reopen
	user     string
	password string
	lost     []string // flags that were set and are not kept, as far as it was said
	heard    int      // the news, as counted by State, that the caller knows of

	// What is kept of the message last asked for; see forget.
	structure  cachedStructure
	prefetched *prefetchedText

	names *mime.Names // the media types and encodings met so far
}

// WithContext returns the same connection with ctx for its calls. When ctx ends
// during a call that waits for the server, the connection is dropped, since
// what the server sends next would answer nobody, and the call's error matches
// ctx's as well as [ErrConnectionLost].
func (c *Connection) WithContext(ctx context.Context) *Connection {
	return &Connection{c.connection, ctx}
}

// current is the open session. Without a turn it is of use for its State only.
func (c *connection) current(fn string) (*readahead.Session, error) {
	s := c.open.Load()
	if s == nil {
		return nil, &Error{Func: fn, Class: ClassValueError, Text: `IMAP\Connection is already closed`, Err: ErrClosed}
	}
	return s, nil
}

// take waits for the turn, unless ctx ends before it comes. A Close under a
// context that is over gets it all the same when nobody else has it.
func (c *connection) take(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	default:
	}
	for {
		select {
		case c.turn <- struct{}{}:
			return nil
		case c.calls <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// failure makes an *Error of fn's of err. What a service said goes on the list
// of Errors too, as c-client logs it.
func (c *Connection) failure(fn string, err error) error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		return err
	}
	text := err.Error()
	c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: text})
	failure := newError(fn, text, err)
	failure.Errors = []string{text}
	if errors.Is(err, ErrBadMessageNumber) {
		failure.Class = ClassWarning
	}
	return failure
}

// noteError puts err, if there is one, on the list of Errors. For calls that
// succeed nonetheless.
func (c *connection) noteError(err error) {
	if err != nil {
		c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: err.Error()})
	}
}

// quietly makes an *Error of fn's of err that does not go on the list of
// Errors: some functions say nothing there when PHP's return false.
func quietly(fn string, err error) error {
	if err == nil {
		return nil
	}
	return newError(fn, err.Error(), err)
}
