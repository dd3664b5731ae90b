package imapcompat

// GetACL returns who may do what with a mailbox, as imap_getacl does (GETACL, RFC 4314). As
// in PHP the mailbox has the server's own name, "Archive", and not "{host}Archive".
//
// The error matches [ErrRefused] when the server refuses, and [ErrNotSupported] when it has
// no access control lists and on POP3, where PHP aborts.
func (c *Connection) GetACL(mailbox string) (ACL, error) {
	acl, err := do(c, "imap_getacl", func(c *call) (ACL, error) {
		control, err := c.accessControl()
		if err != nil {
			return nil, err
		}
		list, err := control.ACL(c.ctx, mailbox)
		if err != nil {
			return nil, c.warned("c-client imap_getacl failed", err)
		}
		return newACL(list), nil
	})
	return orEmpty(acl), err
}
