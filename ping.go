package imapcompat

// Ping asks the server for news and keeps the connection alive, as imap_ping does. The
// error matches [ErrConnectionLost] where PHP returns false.
//
// Messages that another client has removed, or that were moved under [WithMove], disappear
// in Ping, Check, Expunge, Reopen and Close only; then the numbers above them fall. New
// messages may appear in any call, with numbers above all others.
func (c *Connection) Ping() error {
	return c.do("imap_ping", func(c *call) error { return quietly(c.fn, c.poll()) })
}

func (c *call) poll() error {
	c.forget()
	defer func() { c.heard = c.session.State().News }()
	return c.session.Poll(c.ctx)
}

// forget drops what is kept by message number, before numbers may change.
func (c *connection) forget() { c.structure, c.prefetched = cachedStructure{}, nil }
