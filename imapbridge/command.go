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

// send sends a command whose pieces alternate between syntax and literals. It returns the
// command, whose answers are the untagged responses with that name. Before each literal it
// waits for the server's continuation request (RFC 9051 section 4.3).
func (s *Session) send(name string, pieces ...string) (*command, error) {
	for i := 0; i < len(pieces); i += 2 { // checked before anything is sent
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

// unaskedContinuation is the error of a login in which the server waits for more of a complete
// command.
const unaskedContinuation = "Continuation request that answers nothing"

// unasked turns an unexpected continuation request into a BAD response, as c-client does.
func unasked(continuation *response) *response {
	return &response{name: "BAD", rest: bytes.Clone(continuation.rest)}
}

// unexpectedTag is the error text of a tagged response to another command, which is skipped.
const unexpectedTag = "Unexpected tagged response: "

// goAhead waits for a continuation request, or for the tagged response that comes first. It
// returns nil at the end of the connection.
func goAhead(cmd *command) *response {
	for resp := range cmd.responses() {
		if resp.tag != "*" {
			return resp
		}
	}
	return nil
}

// ask sends a command and calls answer for each untagged response with that name. If one does
// not parse, the others are still read. All responses are read, whatever answer returns, so
// that the next command finds its own.
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

// order sends a command that is answered only by a status, and by what observe reads.
func (s *Session) order(ctx context.Context, text string) error {
	return s.ask(ctx, "", text, nothing)
}

// nothing ignores a response.
func nothing(*lexer) error { return nil }

// noteOdd reports what was odd in a response.
func (s *Session) noteOdd(resp *response, l *lexer) {
	switch {
	case l.note == "":
	case resp.num < 0:
		s.odd(resp.name + " response: " + l.note)
	default:
		s.odd(fmt.Sprintf("%s response of message %d: %s", resp.name, resp.num, l.note))
	}
}

// odd reports a fault of the server.
func (s *Session) odd(text string) { s.notify(backend.NoticeOdd, s.secrets.Text(text)) }

// command is a command that was sent and whose answers are awaited.
type command struct {
	wire      *wire
	tag       string
	name      string    // name of the untagged responses that answer it, in addition to "+"
	unread    *response // a response that was put back
	completed bool      // the tagged response was read
	octets    int       // octets of the answers so far
	divert    divert    // for FETCH
}

// responses returns the answers that were not read yet, and the tagged one at the end unless
// the connection ends before. A response is valid until the next one. The answers may be read
// in several iterations.
func (c *command) responses() iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for resp := c.next(); resp != nil && yield(resp); resp = c.next() {
		}
	}
}

// elsewhere returns where the literals of a command go. A FETCH response that nobody waits for
// is held to its limit.
func (c *command) elsewhere() divert {
	switch {
	case c == nil || c.name != "FETCH":
		return nil
	case c.divert == nil:
		return func(*response, []byte) io.Writer { return nil }
	}
	return c.divert
}

// next returns the next answer to the command, or nil at the end.
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

// tagOf returns the tag of the bridge's n-th command.
func tagOf(n int) string { return "I" + strconv.Itoa(n) }

// send sends a command. go-imap must be idle.
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
