package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// ClearFlagFull takes flags of messages away, as imap_clearflag_full does. See
// [Connection.SetFlagFull].
func (c *Connection) ClearFlagFull(sequence Sequence, flag string, options ...StoreFlag) error {
	return c.storeFlags("imap_clearflag_full", sequence, flag, combine(options), backend.StoreRemove)
}
