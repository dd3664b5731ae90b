package imapcompat

// Header is [Connection.HeaderInfo], as imap_header is PHP's other name of
// imap_headerinfo.
func (c *Connection) Header(num int, opts ...HeaderInfoOption) (*HeaderInfo, error) {
	return c.HeaderInfo(num, opts...)
}
