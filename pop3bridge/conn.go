package pop3bridge

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// conn is a connection to a server, with its commands and answers.
type conn struct {
	*wire
	pop   goPOP3
	last  string            // the last status line
	trace func(line string) // may be nil

	open       bool // the session is in the TRANSACTION state
	unanswered int  // commands without an answer so far, the greeting included

	secrets sasl.Concealed // of the login; the server may quote them
}

// newConn returns a connection on which the greeting was not read yet.
func newConn(w *wire) (*conn, error) {
	pop, err := newGoPOP3(w)
	return &conn{wire: w, pop: pop, unanswered: 1}, err
}

// send sends commands, all of them before it reads an answer. Only here, a caller's text
// becomes a line of the protocol.
func (c *conn) send(commands ...string) error {
	for _, command := range commands {
		if strings.ContainsAny(command, "\r\n\x00") {
			return &backend.Error{Kind: backend.ErrInvalidArgument,
				Text: "a line break or NUL in an argument of a POP3 command"}
		}
	}
	// A POP3 server sends nothing but answers. Octets that arrived before a command would
	// be taken for its answer. The sender of a message may have written them after a dot
	// that the server has not byte-stuffed.
	if c.open && c.unanswered == 0 && !c.isSilent() {
		return c.fail(errOutOfStep)
	}
	c.unanswered += len(commands)
	if c.trace != nil {
		for _, command := range commands {
			c.trace("C: " + command)
		}
	}
	return c.pop.send(commands)
}

// status reads a status line. The error is a [refusal] if the server refuses.
func (c *conn) status() (text string, err error) {
	c.unanswered--
	c.last, err = c.pop.statusLine()
	return c.verdict(err)
}

// verdict interprets the last status line. err is go-pop3's error for it. The text is what
// c-client shows: everything after the first blank, or the whole line.
func (c *conn) verdict(err error) (text string, _ error) {
	if failure := c.failure(); failure != nil {
		return "", failure
	}
	line := c.last
	if c.trace != nil {
		c.trace("S: " + c.secrets.Text(line))
	}
	text = line
	if _, behind, ok := strings.Cut(line, " "); ok {
		text = behind
	}
	if c.open && !strings.HasPrefix(line, "+") && !strings.HasPrefix(line, "-") {
		return "", c.fail(errOutOfStep)
	}
	// For c-client, any line that begins with "+" is success. For go-pop3, an empty line
	// is.
	if err != nil && !strings.HasPrefix(line, "+") || line == "" {
		return "", refusal(dial.Cut(c.secrets.Status(text), maxText))
	}
	return text, nil
}

// maxText bounds the server's text in an error, in octets. RFC 1939 section 3 allows 512.
const maxText = 8192

// refusal is the text of an -ERR. Until the login is complete, any line that is not +OK
// counts as a refusal, as in c-client.
type refusal string

func (r refusal) Error() string { return string(r) }

// command sends a command and reads its status line.
func (c *conn) command(format string, args ...any) (text string, err error) {
	if err := c.send(fmt.Sprintf(format, args...)); err != nil {
		return "", err
	}
	return c.status()
}

// skipText reads and discards an answer, whose text may have at most limit octets. It
// ignores a refusal.
func (c *conn) skipText(limit int) error {
	if _, err := c.status(); isRefusal(err) {
		return nil
	} else if err != nil {
		return err
	}
	_, err := c.scanText(limit, func([]byte) error { return nil })
	return err
}
