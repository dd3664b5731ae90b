package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// ListScan returns the names of the mailboxes in which a text occurs, as
// imap_listscan does. That takes the command SCAN, which is older than IMAP4rev1
// and which hardly a server has: with the others the error matches
// [ErrNotSupported]. See [Connection.List].
func (c *Connection) ListScan(reference, pattern, content string) ([]string, error) {
	scan := func(s backend.Lister, ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
		return s.Scan(ctx, reference, pattern, content)
	}
	return c.listSelectable("imap_listscan", reference, pattern, scan)
}
