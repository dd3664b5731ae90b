package proxy

import "time"

// conversation follows one connection. The depth of a piece of data is the number of round
// trips that had to end before it could be sent. The proxy's counter has the depth of the
// client, because data on one connection may depend on data received on another.
type conversation struct {
	proxy  *Proxy
	server int // the depth of what the server sends now; guarded by proxy.mu
}

// converse begins a connection that the client opened at this depth.
func (p *Proxy) converse(depth int) *conversation {
	return &conversation{proxy: p, server: depth + 2}
}

func (c *conversation) clientSent(octets int) (depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.count.sent += int64(octets)
	return c.proxy.count.depth
}

func (c *conversation) serverGot(depth int, late time.Duration) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.count.delivered(late)
	c.server = max(c.server, depth+1)
}

func (c *conversation) serverSent(octets int) (depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.count.received += int64(octets)
	return c.server
}

func (c *conversation) clientGot(depth int, late time.Duration) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.count.delivered(late)
	c.proxy.count.depth = max(c.proxy.count.depth, depth)
}

// delivered counts a piece of data that arrived late; 0 means that it was not delayed.
func (c *counter) delivered(late time.Duration) {
	if late > 0 {
		c.held++
		c.late += late
	}
}
