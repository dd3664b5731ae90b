package backend

import "context"

// Quotas is a Session that tells and sets limits (RFC 9208). A service without
// them returns ErrNotSupported.
type Quotas interface {
	// Quota is a quota root's resources, in the service's order.
	Quota(ctx context.Context, root string) ([]QuotaResource, error)

	// MailboxQuota is the resources of all the quota roots of a mailbox.
	MailboxQuota(ctx context.Context, mailbox string) ([]QuotaResource, error)

	// SetStorageLimit limits the STORAGE of a quota root, in units of 1,024
	// octets.
	SetStorageLimit(ctx context.Context, root string, limit int) error
}

// QuotaResource is how much is used of a resource, and how much may be.
type QuotaResource struct {
	Name         string // STORAGE, MESSAGE …
	Usage, Limit int
}
