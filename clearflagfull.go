package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// ClearFlagFull removes flags of messages, as imap_clearflag_full does.
// [Connection.SetFlagFull] describes the arguments and errors.
func (c *Connection) ClearFlagFull(sequence Sequence, flag string, options ...StoreFlag) error {
	return c.storeFlags("imap_clearflag_full", sequence, flag, combine(options), backend.StoreRemove)
}
