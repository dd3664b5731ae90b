// Package proxy puts a distance between a client and a server, and measures
// what they send over it.
//
// It is a delay line: whatever is sent arrives half a round trip later, in
// order, no matter how much is under way. It limits no throughput unless told
// to, and what a client sends ahead of the answers costs it no round trip.
package proxy

import (
	"net"
	"sync"
	"time"
)

// Link is the network between client and server.
type Link struct {
	// RTT is the round trip time. Half of it passes in each direction, and a
	// connection is accepted a round trip and a half before the server hears
	// of it: as TCP has it, a greeting is there two round trips after the client
	// began to connect.
	RTT time.Duration
	// Bandwidth is in octets a second, for each direction; 0 is unlimited.
	Bandwidth int
}

// Traffic is what went over all connections of a proxy.
type Traffic struct {
	// Sent and Received are octets, as the client sees them, without those of
	// TCP and IP.
	Sent, Received int64

	// RoundTrips is how often the client had to wait for the server one time
	// after the other: the length of the longest chain of messages in which the
	// client sent each after it had received the answer to the one before.
	// Commands that are sent together, or while answers to earlier ones are
	// still arriving, share a round trip. A connection takes two before the
	// first command: TCP's handshake and the greeting.
	RoundTrips int

	// Late is by how much the proxy delivered too late what it had to hold
	// back, in the mean: a machine that is busy makes the network slower.
	Late time.Duration
}

// counter is what a proxy counts.
type counter struct {
	sent, received int64
	depth          int // of what the client has received
	held           int // pieces that were held back
	late           time.Duration
}

// Mark is a moment to count from.
type Mark struct{ counter }

// Proxy passes connections on to a server.
type Proxy struct {
	listener net.Listener
	target   string
	link     Link

	mu    sync.Mutex
	conns map[net.Conn]bool
	count counter
}

// New listens on a free port of 127.0.0.1 for connections to target.
func New(target string, link Link) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, target: target, link: link, conns: make(map[net.Conn]bool)}
	go p.serve()
	return p, nil
}

// Port is where the proxy listens.
func (p *Proxy) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Mark is this moment.
func (p *Proxy) Mark() Mark {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Mark{p.count}
}

// Since is what has gone over the wire since a moment. The zero Mark is the
// beginning.
func (p *Proxy) Since(m Mark) Traffic {
	now := p.Mark()
	t := Traffic{
		Sent:       now.sent - m.sent,
		Received:   now.received - m.received,
		RoundTrips: now.depth - m.depth,
	}
	if held := now.held - m.held; held > 0 {
		t.Late = (now.late - m.late) / time.Duration(held)
	}
	return t
}

// Close stops listening and drops all connections.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	return err
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.join(client)
	}
}

func (p *Proxy) join(client net.Conn) {
	p.track(client)
	defer p.forget(client)
	depth := p.Mark().depth
	time.Sleep(p.link.RTT + p.link.RTT/2)
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	p.track(server)
	defer p.forget(server)
	c := p.converse(depth)
	var both sync.WaitGroup
	both.Add(2)
	go func() {
		defer both.Done()
		newLine(p.link).carry(server, client, c.clientSent, c.serverGot)
	}()
	go func() {
		defer both.Done()
		newLine(p.link).carry(client, server, c.serverSent, c.clientGot)
	}()
	both.Wait()
}

func (p *Proxy) track(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
}

func (p *Proxy) forget(conn net.Conn) {
	conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}
