package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// GetQuotaRoot returns the limits of the quota roots of a mailbox, as imap_get_quotaroot
// does (GETQUOTAROOT, RFC 9208). As in PHP the mailbox has the server's own name, "INBOX",
// and not "{host}INBOX". [Connection.GetQuota] describes the errors.
func (c *Connection) GetQuotaRoot(mailbox string) (*Quota, error) {
	return c.quota("imap_get_quotaroot", "C-client imap_getquotaroot failed", mailbox, backend.Quotas.MailboxQuota)
}
