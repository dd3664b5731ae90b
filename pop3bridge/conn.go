package pop3bridge

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// conn is a connection to a server, and the commands and answers on it.
type conn struct {
	*wire
	pop   goPOP3
	last  string            // the last status line
	trace func(line string) // may be nil

	open       bool // the session is in the TRANSACTION state
	unanswered int  // commands, and the greeting

	secrets sasl.Concealed // what was sent at the login, and the server may quote then and later
}

// newConn makes a connection on which the greeting is the next thing to read.
func newConn(w *wire) (*conn, error) {
	pop, err := newGoPOP3(w)
	return &conn{wire: w, pop: pop, unanswered: 1}, err
}

// send sends commands, all of them before the first answer. It is the one
// place where text of a caller becomes a line of the protocol.
func (c *conn) send(commands ...string) error {
	for _, command := range commands {
		if strings.ContainsAny(command, "\r\n\x00") {
			return &backend.Error{Kind: backend.ErrInvalidArgument,
				Text: "a line break or NUL in an argument of a POP3 command"}
		}
	}
	// A POP3 server speaks when it is spoken to. What is there before a command
	// would be taken for its answer, and may be what the sender of a message wrote
	// behind a dot that the server should have stuffed.
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

// status reads a status line. The error is a [refusal] when that is what it
// says.
func (c *conn) status() (text string, err error) {
	c.unanswered--
	c.last, err = c.pop.statusLine()
	return c.verdict(err)
}

// verdict is what the last status line means, given what go-pop3 thinks of it.
// The text is what c-client shows: all behind the first blank, or the whole
// line.
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
	// To c-client all that begins with a plus is success, and to go-pop3 an empty line.
	if err != nil && !strings.HasPrefix(line, "+") || line == "" {
		return "", refusal(dial.Cut(c.secrets.Status(text), maxText))
	}
	return text, nil
}

// maxText bounds what an error shows of the server's text, in octets. RFC 1939
// section 3 allows 512.
const maxText = 8192

// refusal is the text of an -ERR. Whatever is neither that nor +OK is taken
// for one, as c-client does, up to the login.
type refusal string

func (r refusal) Error() string { return string(r) }

// command sends a command and reads its status line.
func (c *conn) command(format string, args ...any) (text string, err error) {
	if err := c.send(fmt.Sprintf(format, args...)); err != nil {
		return "", err
	}
	return c.status()
}

// skipText reads an answer with a text of at most so many octets, or a refusal, and
// makes no use of it.
func (c *conn) skipText(most int) error {
	if _, err := c.status(); isRefusal(err) {
		return nil
	} else if err != nil {
		return err
	}
	_, err := c.scanText(most, func([]byte) error { return nil })
	return err
}
