package imapcompat

// LastError returns the newest entry of the list of errors, as imap_last_error does, and ""
// when the list is empty. The list stays as it is.
func (c *Connection) LastError() string { return c.notices.lastError() }
