package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// ListScan returns the names of the mailboxes in which a text occurs, as imap_listscan
// does. It sends the command SCAN, which is older than IMAP4rev1 and which hardly any
// server has. Without it the error matches [ErrNotSupported]. [Connection.List] describes
// the other arguments and errors.
func (c *Connection) ListScan(reference, pattern, content string) ([]string, error) {
	scan := func(s backend.Lister, ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
		return s.Scan(ctx, reference, pattern, content)
	}
	return c.listSelectable("imap_listscan", reference, pattern, scan)
}
