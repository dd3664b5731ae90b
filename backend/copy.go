package backend

import "context"

// Copier is a [Session] that copies messages to another mailbox of its service.
type Copier interface {
	// Copy copies the messages of a set with their flags and internal dates.
	// When a part of them was copied before an error the error says so. Numbers
	// of messages that are gone match ErrBadMessageNumber, and nothing is copied
	// then; of a range only some need be there.
	Copy(ctx context.Context, set Set, mailbox string) error
}

// Mover is a [Copier] that also moves messages, each at once: at no time is one in
// both mailboxes or in none.
type Mover interface {
	// Move is Copy, and the messages are gone from the selected mailbox; their
	// numbers name no message until they may be given to others. ErrNotSupported
	// is the answer of a service that does not move, and nothing is moved then.
	// When a part of the messages was moved before an error the error says so.
	Move(ctx context.Context, set Set, mailbox string) error
}
