package backend

import "context"

// MailboxManager is a [Session] that creates, deletes and renames mailboxes, and keeps the list
// of subscribed mailboxes.
type MailboxManager interface {
	CreateMailbox(ctx context.Context, name string) error
	DeleteMailbox(ctx context.Context, name string) error
	RenameMailbox(ctx context.Context, name, newName string) error
	Subscribe(ctx context.Context, name string) error
	Unsubscribe(ctx context.Context, name string) error
}
