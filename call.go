package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/internal/readahead"
)

// call is the turn of a function of PHP's at the session.
type call struct {
	*connection
	ctx     context.Context
	fn      string // the function, as its errors have it
	session *readahead.Session
}

// do calls f with the session while nobody else uses it. Its error becomes an *Error of
// fn's.
func do[T any](c *Connection, fn string, f func(c *call) (T, error)) (result T, err error) {
	if err := c.take(c.ctx); err != nil {
		return result, newError(fn, err.Error(), err)
	}
	defer func() { <-c.turn }()
	session, err := c.current(fn)
	if err != nil {
		return result, err
	}
	result, err = f(&call{c.connection, c.ctx, fn, session})
	return result, c.failure(fn, err)
}

// do is do for a function without a result.
func (c *Connection) do(fn string, f func(c *call) error) error {
	_, err := do(c, fn, func(c *call) (struct{}, error) { return struct{}{}, f(c) })
	return err
}

// able returns the session as one that can do what T says, if its service can.
func able[T any](c *call) (T, bool) {
	t, ok := c.session.Beneath(c.ctx).(T)
	return t, ok
}
