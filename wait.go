package imapcompat

import (
	"context"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// Wait waits for news of the mailbox: new messages, removed messages, changed flags. PHP
// has no such function. It returns nil when there is news, and ctx's error when ctx ends
// first. The end of ctx leaves the connection usable, unlike the end of a context of
// [Connection.WithContext], which ctx replaces.
//
// News is what the server told since the last Wait, Ping, Check, Expunge or Reopen. So Wait
// misses nothing that happens between two calls, and may return at once. News may be of a
// change that this connection made, or of one that is undone by now. NumMsg counts new
// messages at once. A removed message keeps its number until the next Ping, Check or
// Expunge.
//
// Other goroutines may use the connection during Wait. Their calls do not wait for its end.
//
// A server with IDLE (RFC 2177) tells by itself; [WithWaitInterval] sets how often another
// one is asked. On POP3 a session does not see mail that arrives after its login, so the
// error matches [ErrNotSupported]; Reopen shows that mail. The error matches
// [ErrConnectionLost] when the connection was lost, or when the server does not answer
// within 30 seconds after it was asked.
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

// quiet is how long a Wait leaves the connection to other calls after it gave up its turn.
const quiet = 250 * time.Millisecond

// known is the news of a session that a Wait has seen.
type known struct {
	session *readahead.Session
	heard   int
}

// watch reports whether there is news beyond what is known. It waits for news until the
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
	c.yield.Store(&stop)
	defer c.yield.Store(nil)
	if c.queued.Load() > 0 { // a call has looked for yield before
		stop()
	}
	err = watcher.Watch(ctx, k.heard)
	now := c.session.State().News
	if now == k.heard {
		return false, err
	}
	c.heard = now
	return true, nil
}
