package backend

import "context"

// MailboxManager is a [Session] that creates and removes mailboxes, and keeps a
// list of those that its user has subscribed to.
type MailboxManager interface {
	CreateMailbox(ctx context.Context, name string) error
	DeleteMailbox(ctx context.Context, name string) error
	RenameMailbox(ctx context.Context, name, newName string) error
	Subscribe(ctx context.Context, name string) error
	Unsubscribe(ctx context.Context, name string) error
}
