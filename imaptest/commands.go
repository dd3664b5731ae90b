package imaptest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// imapConn is the connection that imapserver reads. It passes on one command line at a time. It
// answers refused commands itself, and ID (RFC 2971), which imapserver does not know.
// imapserver reads on only after it has answered, so the answers keep the order of the
// commands.
//
// imapserver answers STARTTLS. The encrypted connection then continues with a new imapConn and
// a server without STARTTLS. What the client sent before is forgotten (RFC 3501 section 6.2.1).
type imapConn struct {
	*conn
	r       *bufio.Reader
	line    []byte // rest of a line to pass on
	skip    int64  // octets of a literal to skip
	refused bool   // the next data belongs to an answered command

	mu       sync.Mutex // an IDLE writes while its end is awaited
	tag      string     // tag of the last command
	command  string     // its name; "" before the first one
	awaited  int64      // octets of a literal that the server has not asked for yet
	literal  int64      // octets of a literal to pass on unchanged
	upgraded bool       // STARTTLS was accepted
	greets   bool       // another greeting follows, which the client must not see
}

func newIMAPConn(c *conn) *imapConn {
	return &imapConn{conn: c, r: bufio.NewReaderSize(c, maxLogLine)}
}

var (
	imapCommand = regexp.MustCompile(`^([^ ()]+) (?:(?i:UID) )?([A-Za-z]+)(?: |\r?\n|$)`)
	imapLiteral = regexp.MustCompile(`\{([0-9]{1,18})(\+?)\}\r?\n$`)
	idArguments = regexp.MustCompile(`^[^ ]+ [^ ]+ (?:(?i:NIL)|\(.*\))\r?\n$`)
	// capabilityResponse matches the start of a list of capabilities, as a response or in a
	// response code.
	capabilityResponse = regexp.MustCompile(`^(?:\* CAPABILITY|[^ ]+ OK \[CAPABILITY) IMAP4rev1`)
)

func (c *imapConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	upgraded, literal := c.upgraded, c.literal
	c.mu.Unlock()
	switch {
	case upgraded:
		c.srv.encrypt(c.conn)
		return 0, io.EOF
	case len(c.line) == 0 && literal > 0:
		n, err := c.r.Read(p[:min(int64(len(p)), literal)])
		c.mu.Lock()
		c.literal -= int64(n)
		c.mu.Unlock()
		return n, err
	}
	for len(c.line) == 0 {
		if _, err := io.CopyN(io.Discard, c.r, c.skip); err != nil {
			return 0, err
		}
		c.skip = 0
		line, err := c.r.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		if c.line, err = c.take(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.line)
	c.line = c.line[n:]
	return n, nil
}

// take returns what imapserver must read of a line: nothing of a command that is answered here.
func (c *imapConn) take(line []byte) ([]byte, error) {
	octets, kind := literalAt(line)
	if c.refused {
		c.passOver(octets, kind)
		return nil, nil
	}
	tag, name := "", ""
	if m := imapCommand.FindSubmatch(line); m != nil {
		tag, name = string(m[1]), strings.ToUpper(string(m[2]))
	}
	if answer, ok := c.answer(tag, name, line); ok {
		c.passOver(octets, kind)
		_, err := io.WriteString(c.conn, answer)
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if name != "" {
		c.tag, c.command = tag, name
	}
	switch kind {
	case synchronizing:
		c.awaited = octets
	case nonSynchronizing:
		c.literal = octets
	}
	return line, nil
}

// passOver skips the rest of a command that was answered before its end. A client that waits
// for a continuation request does not send the rest.
func (c *imapConn) passOver(octets int64, kind literalKind) {
	c.refused, c.skip = kind == nonSynchronizing, 0
	if c.refused {
		c.skip = octets
	}
}

// literalKind tells how a line ends.
type literalKind int

const (
	noLiteral        literalKind = iota
	synchronizing                // the client waits for a continuation request
	nonSynchronizing             // the client does not wait (RFC 7888)
)

func literalAt(line []byte) (octets int64, kind literalKind) {
	m := imapLiteral.FindSubmatch(line)
	if m == nil {
		return 0, noLiteral
	}
	octets, _ = strconv.ParseInt(string(m[1]), 10, 64) // 18 digits fit
	if len(m[2]) > 0 {
		return octets, nonSynchronizing
	}
	return octets, synchronizing
}

// answer returns the response to a command that imapserver does not read. LOGIN is refused
// elsewhere, with all logins.
func (c *imapConn) answer(tag, name string, line []byte) (string, bool) {
	if name == "" {
		return "", false
	}
	if name != loginCommand {
		if text, ok := c.srv.refused(name); ok {
			return fmt.Sprintf("%s NO %s\r\n", tag, text), true
		}
	}
	switch {
	case name != "ID" || !c.srv.offers("ID"):
		return "", false
	case !idArguments.Match(line):
		return tag + " BAD ID takes a list or NIL, without literals\r\n", true
	}
	return "* ID (\"name\" \"imaptest\")\r\n" + tag + " OK ID completed\r\n", true
}

// Write receives a whole line at a time, or a piece of a literal.
func (c *imapConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	suppressed := c.upgraded || c.greets
	c.greets = false
	switch {
	case bytes.HasPrefix(p, []byte("+")):
		c.literal, c.awaited = c.literal+c.awaited, 0
	case c.command == "STARTTLS" && bytes.HasPrefix(p, []byte(c.tag+" OK ")):
		c.upgraded = true
	}
	listsCapabilities := c.command == "" || c.command == "CAPABILITY" || c.command == loginCommand || c.command == "AUTHENTICATE"
	c.mu.Unlock()
	if suppressed {
		return len(p), nil
	}
	out := p
	if listsCapabilities && c.srv.offers("ID") {
		out = capabilityResponse.ReplaceAll(p, []byte("$0 ID"))
	}
	if _, err := c.conn.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close does not close a connection that continues encrypted.
func (c *imapConn) Close() error {
	c.mu.Lock()
	upgraded := c.upgraded
	c.mu.Unlock()
	if upgraded {
		return nil
	}
	return c.conn.Close()
}
