package imapcompat

// Ping asks the server for news and keeps the connection alive, as imap_ping
// does. PHP's false is an error that matches [ErrConnectionLost].
//
// Ping, Check, Expunge, Reopen and Close are the calls in which messages that
// another client removed, or that were moved under [WithMove], disappear and the
// numbers above them fall. New messages get numbers above all others, after any
// call.
func (c *Connection) Ping() error {
	return c.do("imap_ping", func(c *call) error { return quietly(c.fn, c.poll()) })
}

func (c *call) poll() error {
	c.forget()
	defer func() { c.heard = c.session.State().News }()
	return c.session.Poll(c.ctx)
}

// forget drops what is kept under message numbers, which are about to change.
func (c *connection) forget() { c.structure, c.prefetched = cachedStructure{}, nil }
