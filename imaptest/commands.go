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

// imapConn is a connection as imapserver sees it. It hands out a command line at a time,
// and answers itself the commands that are to be refused and those that imapserver does
// not know: ID (RFC 2971). imapserver asks for more only when it has answered what it
// got, so the answers are in the order of the commands.
//
// STARTTLS is imapserver's to consent to. Then the connection goes on, encrypted, in a
// new imapConn and the server that has no more STARTTLS; what the client sent before is
// forgotten (RFC 3501 section 6.2.1).
type imapConn struct {
	*conn
	r       *bufio.Reader
	line    []byte // what is left of a line to hand out
	skip    int64  // octets of a literal to be passed over
	refused bool   // what comes next belongs to a command that was answered

	mu       sync.Mutex // an IDLE writes while its end is awaited
	tag      string     // of the last command
	command  string     // its name; "" before the first one
	awaited  int64      // octets of a literal that the server has yet to ask for
	literal  int64      // octets of a literal that are to be handed out as they are
	upgraded bool       // STARTTLS was consented to
	greets   bool       // another greeting comes, which the client must not see
}

func newIMAPConn(c *conn) *imapConn {
	return &imapConn{conn: c, r: bufio.NewReaderSize(c, maxLogLine)}
}

var (
	imapCommand = regexp.MustCompile(`^([^ ()]+) (?:(?i:UID) )?([A-Za-z]+)(?: |\r?\n|$)`)
	imapLiteral = regexp.MustCompile(`\{([0-9]{1,18})(\+?)\}\r?\n$`)
	idArguments = regexp.MustCompile(`^[^ ]+ [^ ]+ (?:(?i:NIL)|\(.*\))\r?\n$`)
	// capabilityResponse begins a list of capabilities, on its own or in a response code.
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

// take returns what imapserver is to have of a line, which is nothing of a command that
// is answered here.
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

// passOver has the rest of a command passed over that was answered before its end. A
// client that waits for consent to a literal does not send the rest.
func (c *imapConn) passOver(octets int64, kind literalKind) {
	c.refused, c.skip = kind == nonSynchronizing, 0
	if c.refused {
		c.skip = octets
	}
}

// literalKind is what a line ends with.
type literalKind int

const (
	noLiteral        literalKind = iota
	synchronizing                // the client waits for consent
	nonSynchronizing             // it does not (RFC 7888)
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

// answer is the response to a command that imapserver does not get. LOGIN is not refused
// here but where all logins are.
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

// Write gets a whole line at a time, or a piece of a literal.
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

// Close leaves a connection open that goes on encrypted.
func (c *imapConn) Close() error {
	c.mu.Lock()
	upgraded := c.upgraded
	c.mu.Unlock()
	if upgraded {
		return nil
	}
	return c.conn.Close()
}
