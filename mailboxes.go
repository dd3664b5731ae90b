package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// manage calls f with the name that a mailbox has in the session.
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

// nameHere returns the name that a mailbox has in the open session.
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
