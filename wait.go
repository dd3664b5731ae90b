package imapcompat

import (
	"context"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// Wait waits until there is news of the mailbox: new messages, messages that are
// gone, other flags. PHP has nothing like it. It is nil when there is, and the
// error of ctx when that ends before; the connection is as usable then as it was,
// unlike at the end of a context of [Connection.WithContext], in whose place ctx
// stands.
//
// What counts is what the server has told since the last Wait, Ping, Check,
// Expunge or Reopen, so nothing is missed between two calls of Wait, and a Wait may
// return at once. It may be for what this connection has done itself, or for
// something that is not to be seen any more. NumMsg counts new messages at once,
// but what is gone keeps its number until the next Ping, Check or Expunge.
//
// Other goroutines may use the connection meanwhile. Their calls do not wait for
// the Wait to end.
//
// The server tells by itself where it has IDLE (RFC 2177); any other one is asked
// from time to time, see [WithWaitInterval]. On POP3, where a session does not see
// mail that arrives after its login, the error matches [ErrNotSupported]: Reopen
// sees it. A connection that was lost is [ErrConnectionLost], also when a silent
// server does not answer within 30 seconds after it was asked.
func (c *Connection) Wait(ctx context.Context) error {
	const fn = "wait"
	c = c.WithContext(ctx)
	var session *readahead.Session
	var heard int
	err := c.use(fn, func(_ context.Context, s *readahead.Session) error {
		session, heard = s, c.heard
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case c.waiting <- struct{}{}: // one is enough to watch
	case <-ctx.Done():
		return quietly(fn, ctx.Err())
	}
	defer func() { <-c.waiting }()
	for {
		news := false
		err := c.use(fn, func(ctx context.Context, _ *readahead.Session) (err error) {
			news, err = c.watch(ctx, session, heard)
			return err
		})
		switch {
		case err != nil || news:
			return err
		case ctx.Err() != nil:
			return quietly(fn, ctx.Err())
		}
		// A call seldom comes alone.
		select {
		case <-time.After(quiet):
		case <-ctx.Done():
		}
	}
}

// quiet is how long a Wait leaves the connection to other calls once it has made
// way for one.
const quiet = 250 * time.Millisecond

// watch reports whether there is more news from a session than was heard. It waits
// for that until ctx ends or another call wants its turn.
func (c *connection) watch(ctx context.Context, session *readahead.Session, heard int) (news bool, err error) {
	if c.session.Load() != session {
		return true, nil // the mailbox is another one
	}
	if session.State().Mailbox == "" {
		return false, &backend.Error{Kind: ErrInvalidArgument, Text: "No mailbox is open"}
	}
	// What is under way is waited for whether ctx ends or not, since the end of
	// it would drop the connection.
	watcher, ok := able[backend.Watcher](context.WithoutCancel(ctx), session)
	if !ok {
		return false, &backend.Error{Kind: ErrNotSupported, Text: "An open mailbox of this service has no news: Reopen it"}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-c.calls:
			stop()
		case <-ctx.Done():
		}
	}()
	err = watcher.Watch(ctx, heard)
	now := session.State().News
	if now == heard {
		return false, err
	}
	c.heard = now
	return true, nil
}
