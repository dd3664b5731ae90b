package backend

import "context"

// Quotas is a Session that reads and sets quotas (RFC 9208). A service without them returns
// ErrNotSupported.
type Quotas interface {
	// Quota returns the resources of a quota root, in the service's order.
	Quota(ctx context.Context, root string) ([]QuotaResource, error)

	// MailboxQuota returns the resources of all quota roots of a mailbox.
	MailboxQuota(ctx context.Context, mailbox string) ([]QuotaResource, error)

	// SetStorageLimit sets the STORAGE limit of a quota root, in units of 1,024 octets.
	SetStorageLimit(ctx context.Context, root string, limit int) error
}

// QuotaResource is the usage and limit of a resource.
type QuotaResource struct {
	Name         string // STORAGE, MESSAGE …
	Usage, Limit int
}
