package imapcompat

// IsOpen reports whether Close has yet to be called, as imap_is_open does. It
// asks nobody: a connection that was lost is open too.
func (c *Connection) IsOpen() bool {
	return c.open.Load() != nil
}
