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

// RenameMailbox gives a mailbox another name, as imap_renamemailbox does. Both
// are named in full. See [Connection.CreateMailbox] for the errors.
func (c *Connection) RenameMailbox(mailbox, newName string) error {
	return c.manage("imap_renamemailbox", mailboxname.ToRename, mailbox, func(c *call, m backend.MailboxManager, name string) error {
		if err := mailboxname.CheckRename(newName); err != nil {
			return err
		}
		to, err := c.nameHere(mailboxname.ToRename, newName)
		if err != nil {
			return quietly(c.fn, err)
		}
		return m.RenameMailbox(c.ctx, name, to)
	})
}

// DeleteMailbox removes a mailbox with its messages, as imap_deletemailbox
// does. See [Connection.CreateMailbox] for the name and the errors.
func (c *Connection) DeleteMailbox(mailbox string) error {
	return c.manage("imap_deletemailbox", mailboxname.ToDelete, mailbox,
		func(c *call, m backend.MailboxManager, name string) error { return m.DeleteMailbox(c.ctx, name) })
}

// manage calls f with the session's own name of a mailbox.
func (c *Connection) manage(fn, purpose, mailbox string, f func(c *call, m backend.MailboxManager, name string) error) error {
	return c.do(fn, func(c *call) error {
		name, err := c.nameHere(purpose, mailbox)
		if err != nil {
			return err
		}
		m, ok := able[backend.MailboxManager](c)
		if !ok {
			return quietly(fn, c.unable(purpose))
		}
		return f(c, m, name)
	})
}

// nameHere is the open session's own name of a mailbox.
func (c *connection) nameHere(purpose, mailbox string) (string, error) {
	name, err := mailboxname.ParseFor(purpose, mailbox)
	if err != nil {
		return "", err
	}
	if name.Service != c.name.Service {
		return "", mailboxname.Unusable(purpose, mailbox)
	}
	return name.Mailbox, nil
}
