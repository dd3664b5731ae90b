package imapcompat

import (
	"cmp"
	"io"
)

// Close ends the connection, as imap_close does. Messages marked for deletion
// stay, unless it is called with [CL_EXPUNGE], or Open or Reopen was.
//
// After Close every function fails with an error that matches [ErrClosed].
// Close itself reports that too when it is called twice. An error of another
// kind says that the server did not confirm the end; after a CL_EXPUNGE it says
// what is known of the messages. The connection is closed either way.
func (c *Connection) Close(flags ...CloseFlag) error {
	var asked CloseFlag
	for _, f := range flags {
		asked |= f
	}
	return c.do("imap_close", func(c *call) error {
		if asked&^CL_EXPUNGE != 0 {
			return argumentError(c.fn, 2, "flags", "must be CL_EXPUNGE or 0")
		}
		expunge := cmp.Or(asked, c.options.close)
		c.open.Store(nil)
		c.password = ""
		c.forget()
		state := c.session.State()
		if expunge&CL_EXPUNGE != 0 && state.Mailbox != "" && !state.ReadOnly {
			if err := c.session.Expunge(c.ctx); err != nil {
				c.session.Logout(c.ctx)   // whatever it says, this was the first to go wrong
				return quietly(c.fn, err) // c-client is silent about it
			}
		}
		ended := c.session.Link().Closed
		err := c.session.Logout(c.ctx)
		if ended != nil {
			return quietly(c.fn, err) // it was told when it happened
		}
		return err
	})
}

// Closer returns the connection as an [io.Closer], whose Close is [Connection.Close] with
// the flags. Close itself has PHP's optional argument, and is no io.Closer's for that.
func (c *Connection) Closer(flags ...CloseFlag) io.Closer {
	return closerFunc(func() error { return c.Close(flags...) })
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }
