package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// CreateMailbox creates a mailbox, as imap_createmailbox does. It is named in
// full, "{host}Archive", in modified UTF-7.
//
// As in PHP, the mailbox is one on the server of the open connection whatever
// host the name has. So it is in all functions that take a mailbox except
// [Connection.Status] and [Connection.Reopen].
//
// The error matches [ErrRefused] when the server does not want it,
// [ErrInvalidArgument] for a name that cannot be one, and [ErrNotSupported] on
// POP3.
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
