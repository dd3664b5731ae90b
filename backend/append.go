package backend

import (
	"context"
	"io"
)

// Appender is a [Session] that appends messages to mailboxes.
type Appender interface {
	// Append adds a message. When the connection breaks meanwhile, the error matches
	// ErrConnectionLost and says whether the message may have been stored. When Text cannot be
	// read, or has another size than announced, the error matches ErrConnectionLost too, and
	// nothing is stored.
	Append(ctx context.Context, mailbox string, msg NewMessage) error
}

// NewMessage is a message for an Append.
type NewMessage struct {
	Text         io.Reader // stored unchanged
	Size         int64     // of Text, in octets
	Flags        []string  // as in Store
	InternalDate string    // date-time of RFC 9051; "" means now
}
