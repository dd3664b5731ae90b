package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// CreateMailbox creates a mailbox, as imap_createmailbox does. The name is in full,
// "{host}Archive", and in modified UTF-7.
//
// As in PHP the mailbox is on the server of the open connection, whatever host the name
// has. That is so in all functions that take a mailbox, except [Connection.Status] and
// [Connection.Reopen].
//
// The error matches [ErrRefused] when the server refuses, [ErrInvalidArgument] for a name
// that is not valid, and [ErrNotSupported] on POP3.
func (c *Connection) CreateMailbox(mailbox string) error {
	return c.do("imap_createmailbox", func(c *call) error {
		if err := mailboxname.CheckCreate(mailbox); err != nil {
			return err
		}
		m, ok := able[backend.MailboxManager](c)
		if !ok {
			return quietly(c.fn, c.unable("create mailboxes"))
		}
		name, err := c.nameHere(mailboxname.ToCreate, mailbox)
		if err != nil {
			return quietly(c.fn, err)
		}
		return m.CreateMailbox(c.ctx, name)
	})
}
