// Package proxy adds a delay between a client and a server, and measures their traffic.
//
// It is a delay line: all data arrives half a round trip later, in order, however much
// is under way. It does not limit throughput unless [Link.Bandwidth] is set. A client that
// sends commands before the answers to earlier ones waits for no additional round trip.
package proxy

import (
	"net"
	"sync"
	"time"
)

// Link is the network between client and server.
type Link struct {
	// RTT is the round trip time. Each direction takes half of it. The server sees a
	// connection a round trip and a half after the proxy accepted it, so the greeting
	// arrives two round trips after the client began to connect, as with TCP.
	RTT time.Duration
	// Bandwidth is in octets per second for each direction; 0 means unlimited.
	Bandwidth int
}

// Traffic is the traffic of all connections of a proxy.
type Traffic struct {
	// Sent and Received count octets from the client's point of view, without those
	// of TCP and IP.
	Sent, Received int64

	// RoundTrips is the length of the longest chain of messages in which the client
	// sent each message after it had received the answer to the previous one.
	// Commands that are sent together, or while answers to earlier ones still
	// arrive, share a round trip. A connection takes two before the first command:
	// TCP's handshake and the greeting.
	RoundTrips int

	// Late is the mean delay of delayed data beyond the configured delay. A busy
	// machine makes the network slower.
	Late time.Duration
}

// counter has the counts of a proxy.
type counter struct {
	sent, received int64
	depth          int // the depth of what the client has received; see conversation
	held           int // pieces that were held back
	late           time.Duration
}

// Mark is a moment from which [Proxy.Since] counts.
type Mark struct{ counter }

// Proxy forwards connections to a server.
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

// Port is the port on which the proxy listens.
func (p *Proxy) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Mark returns the present moment.
func (p *Proxy) Mark() Mark {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Mark{p.count}
}

// Since is the traffic since a moment. The zero Mark is the beginning.
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
