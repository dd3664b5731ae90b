package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// GetQuota returns the limits of a quota root, as imap_get_quota does (GETQUOTA, RFC 9208).
// The server chooses the names of roots: "User quota" on Dovecot, "user.ada" on Cyrus.
//
// The error matches [ErrRefused] when the server refuses, and [ErrNotSupported] when it has
// no quotas and on POP3, where PHP aborts.
func (c *Connection) GetQuota(quotaRoot string) (*Quota, error) {
	return c.quota("imap_get_quota", "C-client imap_getquota failed", quotaRoot, backend.Quotas.Quota)
}
