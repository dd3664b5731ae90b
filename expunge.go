package imapcompat

// Expunge removes the messages that are marked for deletion, as imap_expunge does. Nothing
// brings them back. The numbers of the others close up.
//
// On IMAP marks of other clients count too. On POP3 the server hears of them at once and
// removes the messages when the connection is closed; it removes nothing if the connection
// is lost before.
//
// The error matches [ErrConnectionLost] when the connection is lost, and then says what is
// known of the messages. It matches [ErrRefused] when the server refuses; PHP returns true.
func (c *Connection) Expunge() error {
	return c.do("imap_expunge", func(c *call) error {
		c.forget()
		defer func() { c.heard = c.session.State().News }()
		return c.session.Expunge(c.ctx)
	})
}
