package imapcompat

import (
	"cmp"
	"io"
)

// Close ends the connection, as imap_close does. With [CL_EXPUNGE], given here or to Open
// or Reopen, it first removes the messages that are marked for deletion; another flag is an
// error that matches [ErrInvalidArgument]. Without CL_EXPUNGE marked messages stay.
//
// An error says that the server did not confirm the end, and after CL_EXPUNGE what is known
// of the messages. The connection is closed all the same. It stays open after a wrong flag,
// and when the context of [Connection.WithContext] ends while another call is under way.
// After Close every function fails with an error that matches [ErrClosed], a second Close
// too.
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

// Closer returns an [io.Closer] that closes the connection: its Close is [Connection.Close]
// with the flags of Closer. Connection itself is none, since its Close takes PHP's optional
// argument.
func (c *Connection) Closer(flags ...CloseFlag) io.Closer {
	return closerFunc(func() error { return c.Close(flags...) })
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }
