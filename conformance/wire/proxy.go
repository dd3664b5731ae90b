// Package wire records the conversation of a client and a server.
package wire

import (
	"bufio"
	"bytes"
	"net"
	"sync"
)

// Proxy forwards connections to a server, and keeps every line. It reads unencrypted protocols:
// a client that turns on TLS leaves noise.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	lines []string
	conns map[net.Conn]bool
}

// NewProxy listens on a free port of 127.0.0.1 for connections to target.
func NewProxy(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, target: target, conns: make(map[net.Conn]bool)}
	go p.serve()
	return p, nil
}

// Port returns the port of the proxy.
func (p *Proxy) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Take returns the lines since the last call without line breaks, with the prefixes "C: " for
// the client and "S: " for the server.
func (p *Proxy) Take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.lines
	p.lines = nil
	return lines
}

// Cut closes all connections without a farewell, like a failing network.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// Close stops listening and closes all connections.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.Cut()
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
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Add(2)
	go p.pass(&both, server, client, "C: ")
	go p.pass(&both, client, server, "S: ")
	both.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

// pass copies until one side ends, and then ends both.
func (p *Proxy) pass(done *sync.WaitGroup, to, from net.Conn, mark string) {
	defer done.Done()
	defer to.Close()
	defer from.Close()
	r := bufio.NewReader(from)
	var line []byte // begun and not ended yet
	for {
		if _, err := r.Peek(1); err != nil {
			return
		}
		chunk, _ := r.Peek(r.Buffered())
		// The line is recorded before it is forwarded, so that whoever has the answer finds the
		// lines before it.
		line = p.record(mark, append(line, chunk...))
		if _, err := to.Write(chunk); err != nil {
			return
		}
		r.Discard(len(chunk))
	}
}

// record keeps whole lines and returns what is left.
func (p *Proxy) record(mark string, text []byte) (rest []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		line, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return text
		}
		p.lines = append(p.lines, mark+string(bytes.TrimSuffix(line, []byte("\r"))))
		text = rest
	}
}
