package imapcompat

// LastError returns the newest entry of the list of Errors, "" when that is
// empty, as imap_last_error does. The list stays as it is.
func (c *Connection) LastError() string { return c.notices.lastError() }
