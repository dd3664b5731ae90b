package imapcompat

// NumMsg returns the number of messages that the server last reported, as imap_num_msg
// does. It sends no command, and does not wait for a call of another goroutine. The error
// matches [ErrClosed].
func (c *Connection) NumMsg() (int, error) {
	s, err := c.current("imap_num_msg")
	if err != nil {
		return 0, err
	}
	return s.State().Messages, nil
}
