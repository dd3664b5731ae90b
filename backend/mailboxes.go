package backend

import (
	"context"
	"io"
)

// The interfaces below are what some services can do and others cannot. A
// [Session] that can implements them; POP3's has [Lister] alone. Mailbox names
// are as they stand on the wire: in modified UTF-7 on IMAP.

// MailboxManager is a Session that creates and removes mailboxes, and keeps a
// list of those that its user has subscribed to.
type MailboxManager interface {
	CreateMailbox(ctx context.Context, name string) error
	DeleteMailbox(ctx context.Context, name string) error
	RenameMailbox(ctx context.Context, name, newName string) error
	Subscribe(ctx context.Context, name string) error
	Unsubscribe(ctx context.Context, name string) error
}

// Appender is a Session that puts new messages into a mailbox.
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

// Copier is a Session that copies messages to another mailbox of its service.
type Copier interface {
	// Copy copies the messages of a set with their flags and internal dates.
	// When a part of them was copied before an error the error says so. Numbers
	// of messages that are gone match ErrBadMessageNumber, and nothing is copied
	// then; of a range only some need be there.
	Copy(ctx context.Context, set Set, mailbox string) error
}

// Mover is a Copier that also moves messages, each at once: at no time is one in
// both mailboxes or in none.
type Mover interface {
	// Move is Copy, and the messages are gone from the selected mailbox; their
	// numbers name no message until they may be given to others. ErrNotSupported
	// is the answer of a service that does not move, and nothing is moved then.
	// When a part of the messages was moved before an error the error says so.
	Move(ctx context.Context, set Set, mailbox string) error
}

// Lister is a Session that tells which mailboxes there are.
type Lister interface {
	// List lists the mailboxes that match a pattern, in the service's order. In
	// the pattern "*" stands for anything and "%" for anything within one level
	// of the hierarchy; the reference is what the pattern is relative to (RFC
	// 9051 section 6.3.9).
	List(ctx context.Context, reference, pattern string) ([]ListedMailbox, error)

	// ListSubscribed is List of the mailboxes subscribed to.
	ListSubscribed(ctx context.Context, reference, pattern string) ([]ListedMailbox, error)

	// Scan is List of the mailboxes in which a text occurs. Hardly a service
	// has it; the others return ErrNotSupported.
	Scan(ctx context.Context, reference, pattern, text string) ([]ListedMailbox, error)
}

// ListedMailbox is a mailbox of a List.
type ListedMailbox struct {
	Name       string
	Delimiter  string   // between the levels of the hierarchy; "" if there are none
	Attributes []string // as the service has them, such as \Noselect
}
