package imapcompat

// SetQuota sets the STORAGE limit of a quota root, in units of 1,024 octets, as
// imap_set_quota does. Most servers let administrators do so only. The errors
// are those of [Connection.GetQuota], and one that matches [ErrInvalidArgument]
// for a limit below zero.
func (c *Connection) SetQuota(quotaRoot string, mailboxSize int) error {
	return c.do("imap_set_quota", func(c *call) error {
		quotas, err := c.quotas()
		if err != nil {
			return err
		}
		return quotas.SetStorageLimit(c.ctx, quotaRoot, mailboxSize)
	})
}
