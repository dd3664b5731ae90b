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
	const fn = "Connection.Wait"
	c = c.WithContext(ctx)
	known, err := do(c, fn, func(c *call) (known, error) { return known{c.session, c.heard}, nil })
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
		news, err := do(c, fn, func(c *call) (bool, error) { return c.watch(known) })
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

// known is up to which news of a session a Wait has heard.
type known struct {
	session *readahead.Session
	heard   int
}

// watch reports whether there is more news than is known. It waits for that until the
// context ends or another call wants its turn.
func (c *call) watch(k known) (news bool, err error) {
	if c.session != k.session {
		return true, nil // the mailbox is another one
	}
	if c.session.State().Mailbox == "" {
		return false, &backend.Error{Kind: ErrInvalidArgument, Text: "No mailbox is open"}
	}
	// What is under way is waited for whether ctx ends or not, since the end of
	// it would drop the connection.
	watcher, ok := c.session.Beneath(context.WithoutCancel(c.ctx)).(backend.Watcher)
	if !ok {
		return false, &backend.Error{Kind: ErrNotSupported, Text: "An open mailbox of this service has no news: Reopen it"}
	}
	ctx, stop := context.WithCancel(c.ctx)
	defer stop()
	go func() {
		select {
		case <-c.calls:
			stop()
		case <-ctx.Done():
		}
	}()
	err = watcher.Watch(ctx, k.heard)
	now := c.session.State().News
	if now == k.heard {
		return false, err
	}
	c.heard = now
	return true, nil
}
