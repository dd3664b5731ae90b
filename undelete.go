package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// Undelete removes the marks for deletion, as imap_undelete does. [Connection.Delete]
// describes sequences, flags and errors.
func (c *Connection) Undelete(sequence Sequence, flags ...FetchFlag) error {
	return c.mark("imap_undelete", sequence, combine(flags), backend.StoreRemove)
}
