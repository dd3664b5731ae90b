package backend

import "context"

// AccessControl is a [Session] that reads and sets the access control lists of mailboxes (RFC
// 4314). A service without them returns ErrNotSupported.
type AccessControl interface {
	// ACL returns the access control list of a mailbox, in the service's order.
	ACL(ctx context.Context, mailbox string) ([]Access, error)

	// SetACL sets the rights of an identifier. Rights that begin with "+" are added, and rights
	// that begin with "-" are removed.
	SetACL(ctx context.Context, mailbox, identifier, rights string) error
}

// Access is what an identifier, a user or a group, may do.
type Access struct{ Identifier, Rights string }
