package imapcompat

import (
	"cmp"
	"context"

	"github.com/imapcompat/imapcompat/internal/readahead"
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
	const fn = "imap_close"
	return c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		if asked&^CL_EXPUNGE != 0 {
			return argumentError(fn, 2, "flags", "must be CL_EXPUNGE or 0")
		}
		expunge := cmp.Or(asked, c.options.close)
		c.session.Store(nil)
		c.password = ""
		c.forget()
		state := s.State()
		if expunge&CL_EXPUNGE != 0 && state.Mailbox != "" && !state.ReadOnly {
			if err := s.Expunge(ctx); err != nil {
				s.Logout(ctx) // whatever it says, this was the first to go wrong
				return err
			}
		}
		return s.Logout(ctx)
	})
}

// IsOpen reports whether Close has yet to be called, as imap_is_open does. It
// asks nobody: a connection that was lost is open too.
func (c *Connection) IsOpen() bool {
	return c.session.Load() != nil
}
