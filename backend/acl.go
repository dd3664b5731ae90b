package backend

import "context"

// AccessControl is a [Session] that tells and sets who may do what with a mailbox
// (RFC 4314). A service without such a thing returns ErrNotSupported.
type AccessControl interface {
	// ACL is a mailbox's access control list, in the service's order.
	ACL(ctx context.Context, mailbox string) ([]Access, error)

	// SetACL sets the rights of an identifier. Rights that begin with "+" or
	// "-" are added or taken away.
	SetACL(ctx context.Context, mailbox, identifier, rights string) error
}

// Access is what an identifier, a user or a group, may do.
type Access struct{ Identifier, Rights string }
