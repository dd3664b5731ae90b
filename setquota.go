package imapcompat

// SetQuota sets the STORAGE limit of a quota root, in units of 1,024 octets, as
// imap_set_quota does (SETQUOTA, RFC 9208). Most servers allow it to administrators only.
// [Connection.GetQuota] describes the errors. A limit below zero is an error that matches
// [ErrInvalidArgument].
func (c *Connection) SetQuota(quotaRoot string, mailboxSize int) error {
	return c.do("imap_set_quota", func(c *call) error {
		quotas, err := c.quotas()
		if err != nil {
			return err
		}
		return quotas.SetStorageLimit(c.ctx, quotaRoot, mailboxSize)
	})
}
