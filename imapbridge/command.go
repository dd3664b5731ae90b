package imapbridge

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// send sends a command, in which syntax and literals alternate. The command's responses
// method returns its answers, which are the untagged responses of that name. send waits for
// the server before each literal (RFC 9051 section 4.3).
func (s *Session) send(name string, pieces ...string) (*command, error) {
	for i := 0; i < len(pieces); i += 2 { // check all lines before sending anything
		if err := checkLength(pieces[i]); err != nil {
			return nil, err
		}
	}
	s.tag++
	cmd, err := s.wire.send(s.tag, name, pieces[0])
	for i := 1; err == nil && i < len(pieces); i += 2 {
		resp := goAhead(cmd)
		switch {
		case resp == nil:
			return nil, s.wire.failure()
		case resp.tag == cmd.tag:
			cmd.unread = resp
			return cmd, nil
		}
		rest := ""
		if i+1 < len(pieces) {
			rest = pieces[i+1]
		}
		err = s.wire.sendLiteral(strings.NewReader(pieces[i]), rest)
	}
	return cmd, err
}

// unaskedContinuation is the error when, during the login, the server requests continuation
// of a complete command.
const unaskedContinuation = "Continuation request that answers nothing"

// unasked returns the response that stands for a continuation request to a complete
// command. As in c-client, that is a BAD.
func unasked(continuation *response) *response {
	return &response{name: "BAD", rest: bytes.Clone(continuation.rest)}
}

// unexpectedTag begins the notice about a tagged response that answers no pending command.
// Such a response is skipped.
const unexpectedTag = "Unexpected tagged response: "

// goAhead waits for a continuation request, or for the tagged response if that comes first.
// It returns nil when the connection ends.
func goAhead(cmd *command) *response {
	for resp := range cmd.responses() {
		if resp.tag != "*" {
			return resp
		}
	}
	return nil
}

// ask sends a command and calls answer with each untagged response of a name. A response
// that does not parse does not affect the others. ask reads all responses even after answer
// fails, so that the next command finds its own.
func (s *Session) ask(ctx context.Context, name, text string, answer func(*lexer) error) error {
	return s.run(ctx, func() error { return s.exchange(name, text, answer) })
}

func (s *Session) exchange(name, text string, answer func(*lexer) error) error {
	cmd, err := s.send(name, text)
	if err != nil {
		return err
	}
	var failure error
	for resp := range cmd.responses() {
		switch {
		case resp.tag == cmd.tag:
			return cmp.Or(s.statusError(resp), failure)
		case resp.tag == "+":
			return s.statusError(unasked(resp))
		case failure == nil:
			l := lexer{b: resp.rest}
			failure = answer(&l)
			s.noteOdd(resp, &l)
		}
	}
	return s.wire.failure()
}

// order sends a command that has no answer but a status. observe handles the untagged
// responses.
func (s *Session) order(ctx context.Context, text string) error {
	return s.ask(ctx, "", text, nothing)
}

// nothing ignores a response.
func nothing(*lexer) error { return nil }

// noteOdd reports the first parse error of a response.
func (s *Session) noteOdd(resp *response, l *lexer) {
	switch {
	case l.note == "":
	case resp.num < 0:
		s.odd(resp.name + " response: " + l.note)
	default:
		s.odd(fmt.Sprintf("%s response of message %d: %s", resp.name, resp.num, l.note))
	}
}

// odd reports that the server has violated the protocol.
func (s *Session) odd(text string) { s.notify(backend.NoticeOdd, s.secrets.Text(text)) }

// command is a command that this package has sent, not go-imap.
type command struct {
	wire      *wire
	tag       string
	name      string    // of the untagged responses that answer it; "+" always does
	unread    *response // a response that was put back
	completed bool      // the tagged response was read
	octets    int       // of the answers received
	divert    divert    // for literals of a FETCH
}

// responses iterates over the answers that were not read yet. The tagged response is the
// last, unless the connection ends first. Each response is valid until the next. The
// iteration may be continued by another call.
func (c *command) responses() iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for resp := c.next(); resp != nil && yield(resp); resp = c.next() {
		}
	}
}

// elsewhere returns where literals may go while a command is pending. A FETCH response that
// answers no FETCH command has no such place: a literal above the limit is an error.
func (c *command) elsewhere() divert {
	switch {
	case c == nil || c.name != "FETCH":
		return nil
	case c.divert == nil:
		return func(*response, []byte) io.Writer { return nil }
	}
	return c.divert
}

// next returns the next answer to a command, or nil at the end.
func (c *command) next() *response {
	if resp := c.unread; resp != nil {
		c.unread = nil
		return resp
	}
	for !c.completed {
		resp, err := c.wire.next(c)
		switch {
		case err != nil:
			c.wire.fail(err)
			return nil
		case resp.answers(c.tag):
			c.completed = true
			resp.tag = c.tag
			return resp
		case resp.tag == "+" || resp.isUntagged(c.name):
			return resp
		case resp.tag != "*":
			c.wire.odd(unexpectedTag + dial.Cut(string(resp.raw), 80))
		}
	}
	return nil
}

// tagOf returns the tag of the n-th command that this package sends.
func tagOf(n int) string { return "I" + strconv.Itoa(n) }

// send sends a command. go-imap must not be running one.
func (w *wire) send(tag int, name, text string) (*command, error) {
	if err := w.failure(); err != nil {
		return nil, err
	}
	cmd := &command{wire: w, tag: tagOf(tag), name: name}
	if _, err := io.WriteString(w, cmd.tag+" "+text+"\r\n"); err != nil {
		return nil, err
	}
	return cmd, nil
}
