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

// Connection is an open mailbox, PHP's IMAP\Connection. Its methods are PHP's functions
// that take one. Several goroutines may call them; the calls run one after the other.
type Connection struct {
	*connection
	ctx context.Context
}

// connection is what the Connections of one mailbox share.
type connection struct {
	notices *notices
	options *options

	// turn holds a token while a call uses the fields below. queued counts the calls that wait
	// for it. Such a call makes a Wait give up its turn by yield.
	turn   chan struct{}
	queued atomic.Int32
	yield  atomic.Pointer[context.CancelFunc] // nil while no Wait has the turn

	waiting chan struct{} // holds a token while a Wait has not returned

	open     atomic.Pointer[opened] // nil when closed
	name     mailboxname.Name
	given    mailboxname.Name // the name that Open or Reopen got last
	reached  mailboxname.Name // the name under which the last session was opened
	user     string
	password func() string // a function, because fmt shows the octets of any other type
	unkept   []string      // flags that the mailbox does not keep and that were reported
	heard    int           // State.News up to which the caller knows it

	// structure and prefetched belong to the message last asked for; forget drops them.
	structure  cachedStructure
	prefetched *prefetchedText

	names *mime.Names // the media types and encodings met so far
}

// opened is an open session.
type opened struct {
	*readahead.Session
	// as is the name that opens another session with the same server and user, over TLS if this
	// one is. Its mailbox is the one that was opened first.
	as mailboxname.Name
}

// WithContext returns the same connection with ctx for its calls. When ctx ends while a
// call waits for the server, the connection is dropped, because the rest of the answer
// would be taken for the answer to the next command. The error of the call matches ctx's error
// and [ErrConnectionLost].
func (c *Connection) WithContext(ctx context.Context) *Connection {
	return &Connection{c.connection, ctx}
}

// current returns the open session. Without a turn only its State may be used.
func (c *connection) current(fn string) (*opened, error) {
	s := c.open.Load()
	if s == nil {
		return nil, &Error{Func: fn, Class: ClassValueError, Text: `IMAP\Connection is already closed`, Err: ErrClosed}
	}
	return s, nil
}

// take waits for the turn, or for the end of ctx. It takes a free turn even if ctx has
// ended, so that Close works then.
func (c *connection) take(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	default:
	}
	c.queued.Add(1)
	defer c.queued.Add(-1)
	if yield := c.yield.Load(); yield != nil {
		(*yield)()
	}
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failure returns err as an *Error of fn. An error of the service goes on the list of
// errors too, where c-client logs it.
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

// noteError adds err, if it is not nil, to the list of errors, for calls that succeed.
func (c *connection) noteError(err error) {
	if err != nil {
		c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: err.Error()})
	}
}

// quietly returns err as an *Error of fn and leaves it off the list of errors. PHP adds
// nothing to its list where some functions return false.
func quietly(fn string, err error) error {
	if err == nil {
		return nil
	}
	return newError(fn, err.Error(), err)
}
