package imapcompat

// NumRecent returns the number of messages that are new to this session, as
// imap_num_recent does, as last heard from the server. It asks nobody, and does not
// wait for a call of another goroutine. On POP3 all messages are.
func (c *Connection) NumRecent() (int, error) {
	s, err := c.current("imap_num_recent")
	if err != nil {
		return 0, err
	}
	return s.State().Recent, nil
}
