package imapcompat

// SetACL sets what an identifier may do with a mailbox, as imap_setacl does.
// Rights that begin with "+" or "-" are added or taken away. See
// [Connection.GetACL].
func (c *Connection) SetACL(mailbox, userID, rights string) error {
	return c.do("imap_setacl", func(c *call) error {
		control, err := c.accessControl()
		if err != nil {
			return err
		}
		return control.SetACL(c.ctx, mailbox, userID, rights)
	})
}
