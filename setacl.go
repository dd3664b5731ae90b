package imapcompat

// SetACL sets what an identifier may do with a mailbox, as imap_setacl does (SETACL, RFC
// 4314). Rights that begin with "+" or "-" are added or removed; other rights replace those
// of before. [Connection.GetACL] describes the name and the errors.
func (c *Connection) SetACL(mailbox, userID, rights string) error {
	return c.do("imap_setacl", func(c *call) error {
		control, err := c.accessControl()
		if err != nil {
			return err
		}
		return control.SetACL(c.ctx, mailbox, userID, rights)
	})
}
