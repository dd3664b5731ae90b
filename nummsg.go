package imapcompat

// NumMsg returns the number of messages, as imap_num_msg does, as last heard
// from the server. It asks nobody, and does not wait for a call of another goroutine.
func (c *Connection) NumMsg() (int, error) {
	s, err := c.current("imap_num_msg")
	if err != nil {
		return 0, err
	}
	return s.State().Messages, nil
}
