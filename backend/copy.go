package backend

import "context"

// Copier is a [Session] that copies messages to another mailbox of its service.
type Copier interface {
	// Copy copies the messages of a set with their flags and internal dates. If some messages
	// were copied before an error, the error says so. If a message number is gone, the error
	// matches ErrBadMessageNumber and nothing is copied. A range may contain numbers that are
	// gone.
	Copy(ctx context.Context, set Set, mailbox string) error
}

// Mover is a [Copier] that also moves messages. Each message moves atomically: at no time is it
// in both mailboxes or in neither.
type Mover interface {
	// Move copies the messages and removes them from the selected mailbox. Their numbers name
	// no message until numbers may change. If the service cannot move, Move returns
	// ErrNotSupported and moves nothing. If some messages were moved before an error, the error
	// says so.
	Move(ctx context.Context, set Set, mailbox string) error
}
