package imapcompat

// IsOpen reports whether Close has yet to be called, as imap_is_open does. It sends no
// command, so a connection that was lost counts as open.
func (c *Connection) IsOpen() bool {
	return c.open.Load() != nil
}
