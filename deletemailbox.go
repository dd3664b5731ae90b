package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// DeleteMailbox removes a mailbox with its messages, as imap_deletemailbox does.
// [Connection.CreateMailbox] describes the name and the errors.
func (c *Connection) DeleteMailbox(mailbox string) error {
	return c.manage("imap_deletemailbox", mailboxname.ToDelete, mailbox,
		func(c *call, m backend.MailboxManager, name string) error { return m.DeleteMailbox(c.ctx, name) })
}
