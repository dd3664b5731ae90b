package imapcompat

// NumRecent returns the number of recent messages (RFC 3501 section 2.3.2) that the server
// last reported, as imap_num_recent does. On POP3 all messages are recent. It sends no
// command, and does not wait for a call of another goroutine. The error matches
// [ErrClosed].
func (c *Connection) NumRecent() (int, error) {
	s, err := c.current("imap_num_recent")
	if err != nil {
		return 0, err
	}
	return s.State().Recent, nil
}
