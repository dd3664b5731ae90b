package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// GetQuotaRoot returns the limits that a mailbox is under, as
// imap_get_quotaroot does. As in PHP the mailbox is the server's own name,
// "INBOX", and not "{host}INBOX". See [Connection.GetQuota].
func (c *Connection) GetQuotaRoot(mailbox string) (*Quota, error) {
	return c.quota("imap_get_quotaroot", "C-client imap_getquotaroot failed", mailbox, backend.Quotas.MailboxQuota)
}
