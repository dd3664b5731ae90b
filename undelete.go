package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// Undelete takes the marks for deletion away, as imap_undelete does. See
// [Connection.Delete].
func (c *Connection) Undelete(sequence Sequence, flags ...FetchFlag) error {
	return c.mark("imap_undelete", sequence, combine(flags), backend.StoreRemove)
}
