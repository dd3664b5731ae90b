package prove

import (
	"bytes"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"sync"
)

const earlyCapabilities = "IMAP4rev1 SASL-IR LITERAL+ ID AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER"

func (c *client) capabilities() string {
	if c.encrypted {
		return earlyCapabilities
	}
	return earlyCapabilities + " STARTTLS"
}

// serveIMAP answers until the login. Then the server of the user does.
func (c *client) serveIMAP() {
	if c.say("* OK [CAPABILITY %s] ready", c.capabilities()) != nil {
		return
	}
	for {
		text, err := c.command()
		if err != nil {
			return
		}
		tag, rest := word(text)
		name, args := word(rest)
		c.side.count()
		switch strings.ToUpper(name) {
		case "CAPABILITY":
			c.say("* CAPABILITY %s\r\n%s OK done", c.capabilities(), tag)
		case "NOOP":
			c.say("%s OK done", tag)
		case "ID":
			c.say("* ID NIL\r\n%s OK done", tag)
		case "LOGOUT":
			c.say("* BYE\r\n%s OK done", tag)
			return
		case "STARTTLS":
			if c.encrypted {
				c.say("%s BAD TLS is active", tag)
				continue
			}
			c.say("%s OK begin", tag)
			if c.startTLS() != nil {
				return
			}
		case "LOGIN":
			user, rest := word(args)
			password, _ := word(rest)
			if c.enter(tag, user, password) {
				return
			}
		case "AUTHENTICATE":
			mechanism, initial := word(args)
			user, password, err := c.authenticate(mechanism, strings.TrimSpace(initial), "+ ")
			if err != nil {
				c.say("%s BAD %v", tag, err)
				continue
			}
			if c.enter(tag, user, password) {
				return
			}
		default:
			c.say("%s BAD not logged in", tag)
		}
	}
}

// command reads a command with its literals.
func (c *client) command() (string, error) {
	var k kept
	for {
		line, err := readLine(c.r)
		if err != nil {
			return "", err
		}
		n, synchronizing, ok := announced(line)
		if !ok {
			k.add(bytes.TrimRight(line, "\r\n"))
			return k.text.String(), nil
		}
		k.add(line)
		if synchronizing {
			if err := c.say("+ go on"); err != nil {
				return "", err
			}
		}
		if err := k.copyLiteral(io.Discard, c.r, n); err != nil {
			return "", err
		}
	}
}

// authenticate reads the user and the secret of a SASL exchange. prompt is what begins a challenge.
func (c *client) authenticate(mechanism, initial, prompt string) (user, secret string, err error) {
	ask := func(challenge string) (string, error) {
		if err := c.say("%s%s", prompt, base64.StdEncoding.EncodeToString([]byte(challenge))); err != nil {
			return "", err
		}
		line, err := readLine(c.r)
		if err != nil {
			return "", err
		}
		return decode(strings.TrimSpace(string(line)))
	}
	first := func() (string, error) {
		if initial == "" {
			return ask("")
		}
		if initial == "=" {
			return "", nil
		}
		return decode(initial)
	}
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		response, err := first()
		parts := strings.Split(response, "\x00")
		if err != nil || len(parts) != 3 {
			return "", "", errSASL
		}
		return parts[1], parts[2], nil
	case "LOGIN":
		if initial != "" {
			user, err = decode(initial)
		} else {
			user, err = ask("User Name\x00")
		}
		if err != nil {
			return "", "", errSASL
		}
		secret, err = ask("Password\x00")
		return user, secret, err
	case "XOAUTH2", "OAUTHBEARER":
		response, err := first()
		if err != nil {
			return "", "", errSASL
		}
		user, secret = bearer(response)
		return user, secret, nil
	}
	return "", "", errMechanism
}

func decode(text string) (string, error) {
	octets, err := base64.StdEncoding.DecodeString(text)
	return string(octets), err
}

// bearer reads the user and the token of XOAUTH2 or OAUTHBEARER (RFC 7628).
func bearer(response string) (user, token string) {
	for _, field := range strings.FieldsFunc(response, func(r rune) bool { return r == '\x01' || r == ',' }) {
		switch name, value, _ := strings.Cut(field, "="); name {
		case "user", "a":
			user = value
		case "auth":
			token = strings.TrimPrefix(value, "Bearer ")
		}
	}
	return user, token
}

// enter logs in, and passes the connection on to the user's server until its end. It returns false
// after a refused login.
func (c *client) enter(tag, user, password string) bool {
	account, session, err := c.side.login(user, password)
	if err != nil {
		c.say("%s NO [AUTHENTICATIONFAILED] %v", tag, err)
		return false
	}
	server, err := account.server.imap()
	if err != nil {
		c.side.fail(err)
		c.say("* BYE %v", err)
		return true
	}
	defer server.Close()
	if c.say("%s OK [CAPABILITY %s] Logged in", tag, server.capabilities) != nil {
		return true
	}
	s := &imapSession{client: c, account: account, number: session, server: server, pending: map[string]string{}}
	s.run()
	return true
}

// imapSession passes a session on after its login.
type imapSession struct {
	client  *client
	account *account
	number  int
	server  *session

	mu       sync.Mutex
	pending  map[string]string // commands by their tags
	literal  string            // the tag of the command that waits for consent to its literal
	consent  chan bool
	readOnly bool
}

// run returns when both directions have ended.
func (s *imapSession) run() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.commands()
		// The server gets no more commands. It ends the session, or has.
		s.server.closeWrite()
	}()
	s.responses()
	s.client.conn.Close()
	s.server.Close()
	s.mu.Lock()
	if s.consent != nil {
		close(s.consent)
		s.consent = nil
	}
	s.mu.Unlock()
	<-done
	s.client.side.completed(s.account, s.number, "the end of the connection", "")
}

// commands passes commands on to the server.
func (s *imapSession) commands() {
	for s.passCommand() == nil {
	}
}

func (s *imapSession) passCommand() error {
	var k kept
	tag := ""
	for {
		line, err := readLine(s.client.r)
		if err != nil {
			return err
		}
		k.add(line)
		n, synchronizing, ok := announced(line)
		if tag == "" {
			tag, _ = word(string(line))
		}
		if !ok {
			s.register(tag, k.text.String())
			_, err := s.server.conn.Write(line)
			return err
		}
		var consent chan bool
		if synchronizing {
			consent = s.await(tag, k.text.String())
		}
		if _, err := s.server.conn.Write(line); err != nil {
			return err
		}
		if synchronizing && !<-consent {
			return nil // refused, or the end
		}
		if err := k.copyLiteral(s.server.conn, s.client.r, n); err != nil {
			return err
		}
	}
}

func (s *imapSession) register(tag, text string) {
	if strings.EqualFold(strings.TrimSpace(text), "DONE") {
		return // the end of IDLE
	}
	s.client.side.count()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[tag] = strings.TrimLeft(strings.TrimPrefix(text, tag), " ")
}

// await registers a command that waits for consent to its literal.
func (s *imapSession) await(tag, text string) chan bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[tag] = strings.TrimLeft(strings.TrimPrefix(text, tag), " ")
	s.literal, s.consent = tag, make(chan bool, 1)
	return s.consent
}

func (s *imapSession) answer(tag string, consent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.consent != nil && (consent || tag == s.literal) {
		s.consent <- consent
		s.consent = nil
	}
}

// responses passes responses on to the client. A tagged one waits until its effects are seen.
func (s *imapSession) responses() {
	for {
		line, err := readLine(s.server.r)
		if err != nil {
			s.client.conn.Write(line)
			return
		}
		switch {
		case bytes.HasPrefix(line, []byte("+")):
			s.answer("", true)
		case !bytes.HasPrefix(line, []byte("* ")):
			s.complete(string(line))
		}
		if s.pass(line) != nil {
			return
		}
	}
}

// pass passes a response on, with its literals.
func (s *imapSession) pass(line []byte) error {
	for {
		if _, err := s.client.conn.Write(line); err != nil {
			return err
		}
		n, _, ok := announced(line)
		if !ok {
			return nil
		}
		if _, err := io.CopyN(s.client.conn, s.server.r, n); err != nil {
			return err
		}
		var err error
		if line, err = readLine(s.server.r); err != nil {
			return err
		}
	}
}

// complete notes the effects of a command, by its tagged response.
func (s *imapSession) complete(line string) {
	tag, status := word(line)
	s.mu.Lock()
	text, ok := s.pending[tag]
	delete(s.pending, tag)
	readOnly := s.readOnly
	s.mu.Unlock()
	s.answer(tag, false)
	if !ok {
		return
	}
	name, args := commandName(text)
	switch name {
	case "SELECT", "EXAMINE":
		s.mu.Lock()
		s.readOnly = name == "EXAMINE"
		s.mu.Unlock()
		return
	}
	if !mayChange(name, args, readOnly) {
		return
	}
	refusal := ""
	if status := strings.TrimSpace(status); !strings.HasPrefix(status, "OK") {
		refusal = status
	}
	s.client.side.completed(s.account, s.number, plainCommand(text), refusal)
}

// commandName returns the name of a command, "UID STORE" for example, and its arguments.
func commandName(text string) (name, args string) {
	name, args = word(text)
	name = strings.ToUpper(strings.TrimRight(name, "\r\n"))
	if name == "UID" {
		second, rest := word(args)
		return name + " " + strings.ToUpper(second), rest
	}
	return name, args
}

// readers are the commands that change nothing.
var readers = []string{
	"CAPABILITY", "NOOP", "CHECK", "LIST", "LSUB", "STATUS", "SEARCH", "SORT", "THREAD", "ID", "NAMESPACE", "ENABLE", "IDLE",
	"GETQUOTA", "GETQUOTAROOT", "GETACL", "MYRIGHTS", "LISTRIGHTS", "UNSELECT", "LOGOUT", "UID SEARCH", "UID SORT", "UID THREAD",
}

// mayChange reports whether a command may change a mailbox.
func mayChange(name, args string, readOnly bool) bool {
	switch name {
	case "FETCH", "UID FETCH":
		args = strings.ToUpper(args)
		return !readOnly && (strings.Contains(args, "BODY[") || strings.Contains(args, "BINARY[") || strings.Contains(args, "RFC822"))
	}
	return !slices.Contains(readers, name)
}
