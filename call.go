package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/internal/readahead"
)

// call is the turn of one function at the session.
type call struct {
	*connection
	ctx     context.Context
	fn      string // Error.Func of its errors
	session *readahead.Session
}

// do calls f with the session while no other call uses it. It returns f's error as an
// *Error of fn.
func do[T any](c *Connection, fn string, f func(c *call) (T, error)) (result T, err error) {
	if err := c.take(c.ctx); err != nil {
		return result, newError(fn, err.Error(), err)
	}
	defer func() { <-c.turn }()
	session, err := c.current(fn)
	if err != nil {
		return result, err
	}
	result, err = f(&call{c.connection, c.ctx, fn, session.Session})
	return result, c.failure(fn, err)
}

// do is do[T] for a function without a result.
func (c *Connection) do(fn string, f func(c *call) error) error {
	_, err := do(c, fn, func(c *call) (struct{}, error) { return struct{}{}, f(c) })
	return err
}

// able returns the service's session as a T, if it implements T.
func able[T any](c *call) (T, bool) {
	t, ok := c.session.Beneath(c.ctx).(T)
	return t, ok
}
