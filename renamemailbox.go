package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// RenameMailbox renames a mailbox, as imap_renamemailbox does. [Connection.CreateMailbox]
// describes both names and the errors.
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
