package riverqueue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
)

// pool has the connections of this process to a mailbox.
type pool struct {
	open  func(context.Context) (*imapcompat.Connection, error)
	slots chan struct{} // one for each connection in use

	mu      sync.Mutex
	idle    []*connection
	closed  bool
	waiting int
	// handling is the number of jobs of messages with a connection. A scan settles itself.
	handling int

	average  time.Duration // how long a connection is in use
	free     time.Time     // when the jobs that were put off will be done
	failures int           // in a row
	notOpen  time.Time     // until when no message opens a connection, after failures
	settled  time.Time
}

// connection is one of a pool.
type connection struct {
	*imapcompat.Connection
	since time.Time   // when it was taken
	timer *time.Timer // closes it when it is idle for long
}

const (
	idleTime   = 30 * time.Second
	firstGuess = 100 * time.Millisecond
	maxDelay   = 5 * time.Minute
)

func newPool(open func(context.Context) (*imapcompat.Connection, error), size int) *pool {
	return &pool{open: open, slots: make(chan struct{}, size), average: firstGuess}
}

// busyError means that a job is to be done later.
type busyError struct{ delay time.Duration }

func (e *busyError) Error() string { return fmt.Sprintf("riverqueue: busy for %v", e.delay) }

// tryGet returns a connection for a message, and waits for it if few others wait. Otherwise, and
// if the server could not be reached just now, it fails with a busyError, so that a mailbox with
// many messages does not take all workers of the process.
func (p *pool) tryGet(ctx context.Context) (*connection, error) {
	if delay := p.delay(); delay > 0 {
		return nil, &busyError{delay}
	}
	c, err := p.get(ctx)
	if err == nil {
		p.mu.Lock()
		p.handling++
		p.mu.Unlock()
	}
	return c, err
}

// delay returns when a job should come again, 0 for at once.
func (p *pool) delay() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if until := p.notOpen.Sub(now); until > 0 {
		return until + rand.N(time.Second+until/2)
	}
	if p.waiting < cap(p.slots) {
		return 0
	}
	// Jobs that are put off come back one after the other, as fast as they can be done.
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(p.average / time.Duration(cap(p.slots)))
	return min(p.free.Sub(now), maxDelay)
}

// get returns a connection when one is free.
func (p *pool) get(ctx context.Context) (*connection, error) {
	p.wait(1)
	select {
	case p.slots <- struct{}{}:
		p.wait(-1)
	case <-ctx.Done():
		p.wait(-1)
		return nil, context.Cause(ctx)
	}
	c, err := p.connect(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	c.since = time.Now()
	return c, nil
}

func (p *pool) wait(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting += n
}

// connect returns an idle connection or a new one.
func (p *pool) connect(ctx context.Context) (*connection, error) {
	for {
		c := p.takeIdle()
		if c == nil {
			break
		}
		// Ping makes messages known that have arrived since then.
		if err := c.WithContext(ctx).Ping(); err == nil {
			return c, nil
		}
		c.Close()
	}
	conn, err := p.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("riverqueue: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures, p.notOpen = 0, time.Time{}
	return &connection{Connection: conn}, nil
}

func (p *pool) takeIdle() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.timer.Stop() {
			return c
		}
	}
	return nil
}

// put takes a connection back. It is kept for a while if the next message can be read from it.
func (p *pool) put(c *connection, healthy bool) {
	keep := healthy && reusable(c.Connection)
	p.mu.Lock()
	p.average += (time.Since(c.since) - p.average) / 8
	if keep = keep && !p.closed; keep {
		c.timer = time.AfterFunc(idleTime, func() { p.drop(c) })
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if !keep {
		c.Close()
	}
	<-p.slots
}

// reusable reports whether messages that arrive later can be read from a connection by their
// IDs: not on POP3, where a session has the messages that were there at its start, and not
// without UIDs that last.
func reusable(conn *imapcompat.Connection) bool {
	url, err := conn.URL()
	return err == nil && strings.Contains(url, ";UIDVALIDITY=")
}

// drop closes a connection that was idle for long.
func (p *pool) drop(c *connection) {
	p.mu.Lock()
	for i, other := range p.idle {
		if other == c {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			break
		}
	}
	p.mu.Unlock()
	c.Close()
}

// trouble notes that the server has failed, and returns how long to wait: a second, then twice
// as long each time, at most 5 minutes, and up to a half more.
func (p *pool) trouble() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := min(time.Second<<min(p.failures, 16), maxDelay)
	p.failures++
	p.notOpen = time.Now().Add(d)
	return d + rand.N(d/2)
}

// handled notes that a job that had a connection from tryGet has handled its message. It
// reports whether that is the last one for now, or whether some time has passed since it last
// reported so.
func (p *pool) handled(every time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handling--
	now := time.Now()
	if (p.waiting > 0 || p.handling > 0) && now.Sub(p.settled) < every {
		return false
	}
	p.settled = now
	return true
}

// close closes the idle connections. Those in use are closed when they are given back.
func (p *pool) close() error {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	var all []error
	for _, c := range idle {
		if c.timer.Stop() {
			all = append(all, c.Close())
		}
	}
	return errors.Join(all...)
}
