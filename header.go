package imapcompat

// Header is [Connection.HeaderInfo]. imap_header was another name of imap_headerinfo until
// PHP 8.0.
func (c *Connection) Header(num int, opts ...HeaderInfoOption) (*HeaderInfo, error) {
	return c.HeaderInfo(num, opts...)
}
