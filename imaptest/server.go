package imaptest

import (
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// defaultTimeout is the default time that a server waits for a client.
const defaultTimeout = 5 * time.Minute

// Server is an IMAP and a POP3 server over the same mailboxes.
type Server struct {
	User     string
	Password string

	store      *store
	provider   personality
	mode       TLSMode
	mechanisms []string
	bindings   []string // types of channel binding
	without    []string
	uidl       func(num, uid int) []string // Config.UIDL
	checkToken func(TokenLogin) error      // Config.CheckToken
	timeout    time.Duration
	log        io.Writer

	ca  *authority
	tls *tls.Config // nil without TLS

	imapListener net.Listener
	pop3Listener net.Listener
	running      sync.WaitGroup // the loops that accept connections, and the connections

	closing chan struct{} // closed by Close

	mu         sync.Mutex
	closed     bool
	conns      map[*conn]bool
	accepted   int
	loggedIn   int // IMAP sessions
	transcript []string
	token      string
	faults     []Fault // that are on
	talk       talk
	alerts     []string // all so far
	dropAfter  int      // octets that may still be sent; -1 means no limit
}

// NewServer starts a server with messages in its INBOX. The server closes when the test ends.
func NewServer(t testing.TB, messages ...string) *Server {
	t.Helper()
	return Config{}.NewServer(t, messages...)
}

// Start starts a server outside of a test. Close stops it.
func Start(c Config) (*Server, error) {
	provider, known := providers[c.Provider]
	if !known {
		return nil, fmt.Errorf("imaptest: no such provider: %d", c.Provider)
	}
	s := &Server{
		User:       orElse(c.User, "user"),
		Password:   orElse(c.Password, "password"),
		store:      newStore(provider),
		provider:   provider,
		mode:       c.TLS,
		mechanisms: slices.Clone(c.Mechanisms),
		bindings:   slices.Clone(c.ChannelBindings),
		without:    slices.Concat(c.Without, provider.lacks()),
		uidl:       c.UIDL,
		checkToken: c.CheckToken,
		timeout:    orElse(c.Timeout, defaultTimeout),
		log:        c.Log,
		conns:      make(map[*conn]bool),
		closing:    make(chan struct{}),
		token:      c.Token,
		dropAfter:  -1,
	}
	if !c.ObjectIDs {
		s.without = append(s.without, objectID)
	}
	if c.ChannelBindings == nil {
		s.bindings = bindingTypes
	}
	if c.Mechanisms == nil {
		s.mechanisms = []string{Plain, Login}
		if c.Token != "" || c.CheckToken != nil {
			s.mechanisms = append(s.mechanisms, XOAuth2, OAuthBearer)
		}
	}
	if err := s.checkNames(); err != nil {
		return nil, err
	}
	if c.TLS != NoTLS {
		if err := s.useTLS(); err != nil {
			return nil, fmt.Errorf("imaptest: %w", err)
		}
	}
	if err := s.furnish(); err != nil {
		return nil, fmt.Errorf("imaptest: %w", err)
	}
	s.store.quota = c.Quota
	for _, m := range c.Messages {
		if _, err := s.Append("INBOX", m); err != nil {
			return nil, err
		}
	}
	if err := s.listen(); err != nil {
		return nil, fmt.Errorf("imaptest: %w", err)
	}
	return s, nil
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// checkNames reports misspelled names, which would make a test pass without testing.
func (s *Server) checkNames() error {
	for _, m := range s.mechanisms {
		if mechanismServers[m] == nil {
			return fmt.Errorf("imaptest: no such mechanism: %q", m)
		}
		if needsTLS(m) && s.mode == NoTLS {
			return fmt.Errorf("imaptest: %s needs TLS", m)
		}
	}
	for _, name := range s.bindings {
		if !slices.Contains(bindingTypes, name) {
			return fmt.Errorf("imaptest: no such channel binding: %q", name)
		}
	}
	for _, name := range s.without {
		if name != keywords && !isCapability(name) && !isFamily(name) && !slices.Contains(pop3Extensions, name) {
			return fmt.Errorf("imaptest: nothing to go without: %q", name)
		}
	}
	return nil
}

// offers reports whether a capability or command is not in Config.Without.
func (s *Server) offers(name string) bool {
	return !slices.Contains(s.without, name) && !slices.Contains(s.without, family(name))
}

func (s *Server) listen() (err error) {
	if s.imapListener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	if s.pop3Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		s.imapListener.Close()
		return err
	}
	s.running.Add(2)
	go s.accept(s.imapListener, "IMAP", s.serveIMAP)
	go s.accept(s.pop3Listener, "POP3", s.servePOP3)
	return nil
}

// accept serves connections until the listener is closed.
func (s *Server) accept(l net.Listener, name string, serve func(*conn)) {
	defer s.running.Done()
	for {
		tcp, err := l.Accept()
		if err != nil {
			return
		}
		c, err := s.track(name, tcp)
		if err != nil {
			return
		}
		go func() {
			defer s.running.Done()
			defer c.Close()
			serve(c)
		}()
	}
}

// track registers a connection, which counts as running.
func (s *Server) track(name string, tcp net.Conn) (*conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		tcp.Close()
		return nil, net.ErrClosed
	}
	s.accepted++
	s.running.Add(1)
	c := &conn{Conn: tcp, tcp: tcp, srv: s, name: fmt.Sprintf("%s %d", name, s.accepted)}
	if s.mode == ImplicitTLS {
		c.Conn = tls.Server(tcp, s.tls)
	}
	s.conns[c] = true
	return c, nil
}

// Close ends all connections and waits for the server's goroutines.
func (s *Server) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
	s.mu.Unlock()
	s.DropConnections()
	s.pop3Listener.Close()
	s.imapListener.Close()
	s.running.Wait()
	return nil
}

// IMAPAddr returns the address of the IMAP server, such as "127.0.0.1:12345".
func (s *Server) IMAPAddr() string { return s.imapListener.Addr().String() }

// POP3Addr returns the address of the POP3 server.
func (s *Server) POP3Addr() string { return s.pop3Listener.Addr().String() }

// IMAPRef returns the IMAP server in the form that precedes the name of a mailbox,
// "{127.0.0.1:12345/imap/notls}". With TLS the flag is /ssl or /tls.
func (s *Server) IMAPRef() string { return s.reference(s.IMAPAddr(), "imap") }

// POP3Ref returns the POP3 server in the form that precedes the name of a mailbox.
func (s *Server) POP3Ref() string { return s.reference(s.POP3Addr(), "pop3") }

func (s *Server) reference(addr, service string) string {
	flag := map[TLSMode]string{NoTLS: "notls", ImplicitTLS: "ssl", OfferTLS: "tls", RequireTLS: "tls"}[s.mode]
	return "{" + addr + "/" + service + "/" + flag + "}"
}

// IMAP returns the INBOX over IMAP, for imapcompat.Open.
func (s *Server) IMAP() string { return s.IMAPRef() + "INBOX" }

// POP3 returns the INBOX over POP3, for imapcompat.Open.
func (s *Server) POP3() string { return s.POP3Ref() + "INBOX" }

// Append delivers a message to a mailbox, and returns its UID.
func (s *Server) Append(name string, m Message) (uid int, err error) {
	if err := checkFlags(m.Flags); err != nil {
		return 0, err
	}
	if m.Size < 0 {
		return 0, fmt.Errorf("imaptest: not a size: %d", m.Size)
	}
	_, id, err := s.store.deliver(name, m)
	if err != nil {
		return 0, fmt.Errorf("imaptest: %w", err)
	}
	return int(id), nil
}

// CreateMailbox creates a mailbox. The delimiter is "/", and names are in UTF-8. The attributes
// say what it is for (RFC 6154): \Archive, \Drafts, \Junk, \Sent or \Trash.
func (s *Server) CreateMailbox(name string, attributes ...string) error {
	uses, err := parseUses(attributes)
	if err == nil {
		err = s.store.create(name, uses)
	}
	if err != nil {
		return fmt.Errorf("imaptest: %w", err)
	}
	return nil
}

// Mailboxes returns the names of the mailboxes.
func (s *Server) Mailboxes() []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return slices.Sorted(maps.Keys(s.store.mailboxes))
}

// Messages returns the messages of a mailbox in the order of message numbers, or nothing if the
// mailbox does not exist.
func (s *Server) Messages(name string) []Message {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	mb, err := s.store.mailbox(name)
	if err != nil {
		return nil
	}
	var messages []Message
	for _, m := range mb.messages {
		messages = append(messages, m.export())
	}
	return messages
}

// SetFlags replaces the flags of a message.
func (s *Server) SetFlags(name string, uid int, flags ...string) error {
	if err := checkFlags(flags); err != nil {
		return err
	}
	return s.change(name, uid, func(mb *mailbox, m *message) {
		s.store.setFlags(mb, m, newFlagSet(flags))
	})
}

// Remove expunges a message, whatever its flags. At Gmail it takes a label off the message, and in
// All Mail it removes the message.
func (s *Server) Remove(name string, uid int) error {
	return s.change(name, uid, func(mb *mailbox, m *message) {
		if s.provider.labels {
			s.store.dropFrom(m, func(other *mailbox) bool { return other == mb || mb == s.store.mailboxes[gmailAllMail] })
			return
		}
		s.store.remove(mb, func(other *message) bool { return other == m })
	})
}

func (s *Server) change(name string, uid int, f func(*mailbox, *message)) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	mb, err := s.store.mailbox(name)
	if err != nil {
		return fmt.Errorf("imaptest: %w", err)
	}
	for _, m := range mb.messages {
		if int(m.uid) == uid {
			f(mb, m)
			return nil
		}
	}
	return fmt.Errorf("imaptest: no message has the UID %d", uid)
}

// SetToken changes the OAuth2 token that the server accepts. "" means none.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// DropConnections closes all open connections without a response.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.tcp.Close()
	}
}

// DropAfter lets the servers send n more octets over all connections. Then it closes, once, the
// connection that would send more. Octets are counted before encryption.
func (s *Server) DropAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropAfter = n
}

// allow returns how many of n octets may be sent, and whether the connection must then be
// closed.
func (s *Server) allow(n int) (allowed int, drop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.dropAfter < 0:
		return n, false
	case n <= s.dropAfter:
		s.dropAfter -= n
		return n, false
	}
	allowed, s.dropAfter = s.dropAfter, -1
	return allowed, true
}

// Transcript returns the lines that clients have sent so far, without line ends: commands,
// literals and passwords.
func (s *Server) Transcript() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.transcript)
}

// record records a line from the client ('C') or the server ('S').
func (s *Server) record(c *conn, from byte, line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from == 'C' {
		s.transcript = append(s.transcript, string(line))
	}
	line = c.printable(from, line)
	s.talk.add(c.name, from, line)
	if s.log != nil {
		fmt.Fprintf(s.log, "%s %c: %s\n", c.name, from, line)
	}
}
