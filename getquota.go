package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// GetQuota returns the limits of a quota root, as imap_get_quota does. What
// roots there are is the server's matter: Dovecot has "User quota", Cyrus
// "user.ada".
//
// The error matches [ErrNotSupported] when the server has no quotas, and on
// POP3, where PHP aborts.
func (c *Connection) GetQuota(quotaRoot string) (*Quota, error) {
	return c.quota("imap_get_quota", "C-client imap_getquota failed", quotaRoot, backend.Quotas.Quota)
}
