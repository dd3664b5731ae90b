package backend

import "context"

// ModSequencer is a [Session] whose service counts the changes of each mailbox and notes the
// number of the last change of each message, its mod-sequence (CONDSTORE, RFC 7162). A service
// or mailbox without returns ErrNotSupported and changes nothing. A mod-sequence has 63 bits.
type ModSequencer interface {
	// StoreUnchanged is Store for the messages of a set that have not changed since a
	// mod-sequence. It returns the numbers or UIDs of the messages that have, ascending, and
	// leaves them as they are. With an error it returns those that the service told of before.
	StoreUnchanged(ctx context.Context, set Set, op StoreOp, flags []string, since uint64) (modified []int, err error)

	// ChangedSince returns the UIDs of the messages that are new or have changed since a
	// mod-sequence, ascending. Since 0 they are all messages.
	ChangedSince(ctx context.Context, since uint64) (uids []int, err error)
}
