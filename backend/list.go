package backend

import "context"

// Lister is a [Session] that tells which mailboxes there are.
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
