package backend

import "context"

// Lister is a [Session] that lists mailboxes.
type Lister interface {
	// List returns the mailboxes that match a pattern relative to a reference, in the service's
	// order. "*" matches any text, and "%" any text within one level of the hierarchy (RFC 9051
	// section 6.3.9).
	List(ctx context.Context, reference, pattern string) ([]ListedMailbox, error)

	// ListSubscribed is List for subscribed mailboxes.
	ListSubscribed(ctx context.Context, reference, pattern string) ([]ListedMailbox, error)

	// Scan is List for mailboxes that contain a text. Few services have it; the others return
	// ErrNotSupported.
	Scan(ctx context.Context, reference, pattern, text string) ([]ListedMailbox, error)
}

// ListedMailbox is a mailbox in the result of List.
type ListedMailbox struct {
	Name       string
	Delimiter  string   // hierarchy delimiter; "" if there is no hierarchy
	Attributes []string // unchanged, such as \Noselect
}
