package imapcompat

// Expunge removes the messages that are marked for deletion, for good, as
// imap_expunge does. The numbers of those that remain close up.
//
// On IMAP a mark that another client set counts too. On POP3 the server is told
// at once and removes them when the connection is closed: if it breaks before
// that, nothing is removed.
//
// When the connection breaks meanwhile, the error matches [ErrConnectionLost]
// and says what is known of the messages.
func (c *Connection) Expunge() error {
	return c.do("imap_expunge", func(c *call) error {
		c.forget()
		defer func() { c.heard = c.session.State().News }()
		return c.session.Expunge(c.ctx)
	})
}
