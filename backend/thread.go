package backend

import "context"

// Threader is a [Session] whose service may thread.
type Threader interface {
	// Thread returns all messages by conversations, as the algorithm REFERENCES
	// of RFC 5256 orders them, by number or by UID. ErrNotSupported is the
	// answer of a service that cannot; the messages are then read instead.
	Thread(ctx context.Context, uid bool) ([]ThreadNode, error)
}

// ThreadNode is a message in a list of conversations, in the order in which
// they are read: below each message come its replies.
type ThreadNode struct {
	// Num is the message's number or UID, 0 where a message is missing.
	Num int
	// Depth is how many messages lie above it: 0 for the first of a
	// conversation, and never more than one above that of the node before.
	Depth int
}
