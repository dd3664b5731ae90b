package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// Subscribe adds a mailbox to the user's subscriptions on the server, as imap_subscribe
// does. [Connection.CreateMailbox] describes the name and the errors. On POP3 PHP keeps a
// list in the file .mailboxlist of the program's user; here no file is written, and the
// error matches [ErrNotSupported].
func (c *Connection) Subscribe(mailbox string) error {
	return c.manage("imap_subscribe", mailboxname.ToSubscribe, mailbox,
		func(c *call, m backend.MailboxManager, name string) error { return m.Subscribe(c.ctx, name) })
}

// Unsubscribe removes a mailbox from the user's subscriptions, as imap_unsubscribe does.
// [Connection.Subscribe] describes the name and the errors.
func (c *Connection) Unsubscribe(mailbox string) error {
	return c.do("imap_unsubscribe", func(c *call) error {
		m, ok := able[backend.MailboxManager](c)
		name, err := c.nameHere(mailboxname.ToSubscribe, mailbox)
		// Where PHP looks for the name in its file of subscriptions.
		const text = "No subscriptions"
		if !ok {
			return &backend.Error{Kind: ErrNotSupported, Text: text}
		}
		if err != nil {
			return &backend.Error{Kind: ErrInvalidArgument, Text: text, Err: err}
		}
		return m.Unsubscribe(c.ctx, name)
	})
}
