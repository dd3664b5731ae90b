package backend

import (
	"context"
	"io"
)

// Appender is a [Session] that puts new messages into a mailbox.
type Appender interface {
	// Append adds a message. When the connection breaks meanwhile the error
	// matches ErrConnectionLost and says whether the message may be there. So
	// it does when Text is not of the announced size, or cannot be read: nothing
	// is stored then.
	Append(ctx context.Context, mailbox string, msg NewMessage) error
}

// NewMessage is a message for an Append.
type NewMessage struct {
	Text         io.Reader // as it is to be stored
	Size         int64     // of Text, in octets
	Flags        []string  // as those of a Store
	InternalDate string    // date-time of RFC 9051; "" is now
}
