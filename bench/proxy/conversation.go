package proxy

// conversation follows one connection. A piece of data has a depth: how many
// round trips had to be over before it could be sent. How deep the client has
// come is in the proxy's traffic: what it sends on one connection may depend on
// what it received on another.
type conversation struct {
	proxy  *Proxy
	server int // the depth of what the server sends now; guarded by proxy.mu
}

// converse begins a connection that the client opened when it had come so deep.
func (p *Proxy) converse(depth int) *conversation {
	return &conversation{proxy: p, server: depth + 2}
}

func (c *conversation) clientSent(octets int) (depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.traffic.Sent += int64(octets)
	return c.proxy.traffic.RoundTrips
}

func (c *conversation) serverGot(depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.server = max(c.server, depth+1)
}

func (c *conversation) serverSent(octets int) (depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.traffic.Received += int64(octets)
	return c.server
}

func (c *conversation) clientGot(depth int) {
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.traffic.RoundTrips = max(c.proxy.traffic.RoundTrips, depth)
}
