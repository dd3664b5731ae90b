package backend

import "context"

// Threader is a [Session] whose service may be able to thread.
type Threader interface {
	// Thread returns the numbers or UIDs of all messages by conversation, in the order of the
	// algorithm REFERENCES of RFC 5256. If the service cannot thread, Thread returns
	// ErrNotSupported, and the caller reads the messages instead.
	Thread(ctx context.Context, uid bool) ([]ThreadNode, error)
}

// ThreadNode is a message in a list of conversations. The replies to a message follow it.
type ThreadNode struct {
	// Num is the number or UID of the message, or 0 for a missing message.
	Num int
	// Depth is the number of ancestors: 0 for the first message of a conversation, and at most
	// one more than the depth of the node before.
	Depth int
}
