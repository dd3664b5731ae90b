package prove

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// front is what programs connect to: services under local addresses, and the gate, which takes
// over connections to mail servers of any name. It passes on what programs and the servers of the
// present side say to each other, and observes it.
type front struct {
	authority *authority
	gate      net.Listener
	unix      net.Listener // the gate for a sandbox, or nil
	local     map[Service]net.Listener
	running   sync.WaitGroup

	mu      sync.Mutex
	extra   map[string]Service // by host:port
	refused []string           // addresses
	current *side
	conns   map[net.Conn]bool
	busy    int // connections
	idle    chan struct{}
}

func newFront() (*front, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	f := &front{authority: ca, local: map[Service]net.Listener{}, conns: map[net.Conn]bool{}}
	if f.gate, err = f.listen(f.serveGate); err != nil {
		return nil, err
	}
	for _, service := range []Service{IMAP, IMAPS, POP3, POP3S, SMTP, SMTPS} {
		l, err := f.listen(func(conn net.Conn) { f.serve(conn, service) })
		if err != nil {
			f.Close()
			return nil, err
		}
		f.local[service] = l
	}
	return f, nil
}

func (f *front) listen(serve func(net.Conn)) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		f.accept(l, serve)
	}
	return l, err
}

// listenUnix opens the gate at a Unix socket, which a network of its own does not cut off.
func (f *front) listenUnix(name string) error {
	l, err := net.Listen("unix", name)
	if err != nil {
		return err
	}
	f.unix = l
	f.accept(l, f.serveGate)
	return nil
}

func (f *front) accept(l net.Listener, serve func(net.Conn)) {
	f.running.Add(1)
	go func() {
		defer f.running.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.track(conn)
			go func() {
				defer f.untrack(conn)
				serve(conn)
			}()
		}
	}()
}

func (f *front) track(conn net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[conn] = true
	if f.busy++; f.busy == 1 {
		f.idle = make(chan struct{})
	}
}

func (f *front) untrack(conn net.Conn) {
	conn.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.conns, conn)
	if f.busy--; f.busy == 0 {
		close(f.idle)
	}
}

// Close ends all connections.
func (f *front) Close() error {
	f.gate.Close()
	if f.unix != nil {
		f.unix.Close()
	}
	for _, l := range f.local {
		l.Close()
	}
	f.drop()
	f.running.Wait()
	return nil
}

// drop closes all connections, and waits until they are done.
func (f *front) drop() {
	f.mu.Lock()
	for conn := range f.conns {
		conn.Close()
	}
	busy, idle := f.busy, f.idle
	f.mu.Unlock()
	if busy > 0 {
		<-idle
	}
}

// begin makes a side the one whose servers answer.
func (f *front) begin(s *side) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = s
}

// settleTime is the time that connections have to end by themselves when their program has ended.
const settleTime = 5 * time.Second

// settle waits until the program's connections are done.
func (f *front) settle(ctx context.Context) {
	f.mu.Lock()
	busy, idle := f.busy, f.idle
	f.mu.Unlock()
	if busy > 0 {
		select {
		case <-idle:
		case <-time.After(settleTime):
		case <-ctx.Done():
		}
	}
	f.drop()
}

// setServices says which services are at addresses whose port does not say it.
func (f *front) setServices(byAddress map[string]Service) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.extra = map[string]Service{}
	for address, service := range byAddress {
		f.extra[strings.ToLower(address)] = service
	}
}

func (f *front) side() *side {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// addresses returns what stands for the addresses of the local services in arguments.
func (f *front) addresses() *strings.Replacer {
	var pairs []string
	for service, l := range f.local {
		pairs = append(pairs, "@"+strings.ToUpper(string(service))+"@", l.Addr().String())
	}
	return strings.NewReplacer(pairs...)
}

// Answers of the gate.
const (
	gateTakes   = 'y'
	gateLeaves  = 'n'
	gateRefuses = 'r'
)

// serveGate reads the address that a program wants to connect to, and serves it if it is that of a
// mail server. The first word says who asks: the engine behind PHP, which connects to mail servers
// only, or a port.
func (f *front) serveGate(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(inspectTimeout))
	r := bufio.NewReader(conn)
	line, err := readLine(r)
	if err != nil {
		return
	}
	who, address, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
	service, ok := f.service(address)
	answer := byte(gateTakes)
	switch {
	case ok:
	case who == askPort && !f.isRefused(address):
		answer = gateLeaves
	default:
		answer = gateRefuses
		f.side().refuse(address)
	}
	if _, err := conn.Write([]byte{answer}); err != nil || answer != gateTakes {
		return
	}
	if _, local := f.localService(address); !local {
		f.side().connected(address, service)
	}
	f.serve(&readConn{conn, r}, service)
}

// The words for who asks the gate.
const (
	askEngine = "engine"
	askPort   = "port"
)

// service returns the service at an address, if it is that of a mail server.
func (f *front) service(address string) (service Service, ok bool) {
	if service, ok = f.localService(address); ok {
		return service, true
	}
	host, port, err := net.SplitHostPort(strings.ToLower(address))
	if err != nil {
		return "", false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if service, ok = f.extra[net.JoinHostPort(host, port)]; ok {
		return service, true
	}
	if service, ok = services[port]; ok || host != insideHost {
		return service, ok
	}
	for named, service := range f.extra {
		if strings.HasSuffix(named, ":"+port) {
			return service, true
		}
	}
	return "", false
}

// localService returns the service of prove's own at an address.
func (f *front) localService(address string) (Service, bool) {
	host, port, err := net.SplitHostPort(address)
	for service, l := range f.local {
		_, own, _ := net.SplitHostPort(l.Addr().String())
		if err == nil && port == own && (host == "127.0.0.1" || host == insideHost) {
			return service, true
		}
	}
	return "", false
}

// isRefused reports whether the original was refused at an address.
func (f *front) isRefused(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.refused, address)
}

// refuse has the gate refuse addresses to the port, too.
func (f *front) refuse(addresses []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = addresses
}

// readConn is a connection of which a reader has a part.
type readConn struct {
	net.Conn
	r *bufio.Reader
}

func (c *readConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// serve serves a connection.
func (f *front) serve(conn net.Conn, service Service) {
	conn.SetDeadline(time.Time{})
	implicit := service == IMAPS || service == POP3S || service == SMTPS
	c := &client{side: f.side(), authority: f.authority, encrypted: implicit}
	if c.side == nil {
		return
	}
	if implicit {
		conn = tls.Server(conn, f.authority.config)
	}
	c.use(conn)
	switch service {
	case IMAP, IMAPS:
		c.serveIMAP()
	case POP3, POP3S:
		c.servePOP3()
	default:
		c.serveSMTP()
	}
}

// client is a program's connection to the front.
type client struct {
	side      *side
	authority *authority
	conn      net.Conn
	r         *bufio.Reader
	encrypted bool
}

func (c *client) use(conn net.Conn) { c.conn, c.r = conn, bufio.NewReaderSize(conn, 16<<10) }

func (c *client) say(format string, args ...any) error {
	_, err := fmt.Fprintf(c.conn, format+"\r\n", args...)
	return err
}

// startTLS encrypts the connection. What the client has sent in advance is dropped
// (RFC 9051 section 6.2.1).
func (c *client) startTLS() error {
	encrypted := tls.Server(c.conn, c.authority.config)
	if err := encrypted.Handshake(); err != nil {
		return err
	}
	c.encrypted = true
	c.use(encrypted)
	return nil
}

// gateDialer connects to mail servers through the gate.
type gateDialer struct{ gate string }

// DialContext implements the interface of imapcompat.WithDialer.
func (d gateDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, d.gate)
	if err != nil {
		return nil, err
	}
	answer := make([]byte, 1)
	if _, err = fmt.Fprintf(conn, "%s %s\n", askEngine, address); err == nil {
		_, err = io.ReadFull(conn, answer)
	}
	switch {
	case err == nil && answer[0] == gateTakes:
		return conn, nil
	case err == nil && answer[0] == gateLeaves:
		conn.Close()
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	conn.Close()
	return nil, &net.OpError{Op: "dial", Net: network, Err: cmp.Or(err, error(syscall.ECONNREFUSED))}
}
