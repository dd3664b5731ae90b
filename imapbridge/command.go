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

// send sends a command of ours, syntax and literals by turns, and returns it with
// its answers to come, which are the untagged responses of that name. Before each
// literal the server is waited for (RFC 9051 section 4.3).
func (s *Session) send(name string, pieces ...string) (*command, error) {
	for i := 0; i < len(pieces); i += 2 { // before anything of it is sent
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

// unaskedContinuation is the error of a login in which the server waits for more of a
// command that has no more.
const unaskedContinuation = "Continuation request that answers nothing"

// unasked is what a continuation request means where nothing is to be continued: like
// c-client, that the server calls the command BAD.
func unasked(continuation *response) *response {
	return &response{name: "BAD", rest: bytes.Clone(continuation.rest)}
}

// unexpectedTag is said of the answer to something else, which is passed over.
const unexpectedTag = "Unexpected tagged response: "

// goAhead waits for a continuation request, or the response that ends the
// command before one; nil is the end of the connection.
func goAhead(cmd *command) *response {
	for resp := range cmd.responses() {
		if resp.tag != "*" {
			return resp
		}
	}
	return nil
}

// ask sends a command of ours and shows answer each untagged response of a
// name. One that does not parse costs no other. The responses are read to the end
// whatever answer returns, so that the next command finds its own.
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

// order sends a command of ours that is answered by a status, and by what observe takes
// note of.
func (s *Session) order(ctx context.Context, text string) error {
	return s.ask(ctx, "", text, nothing)
}

// nothing is made of a response without a name, which nobody has asked for.
func nothing(*lexer) error { return nil }

// noteOdd tells of what was odd in a response.
func (s *Session) noteOdd(resp *response, l *lexer) {
	switch {
	case l.note == "":
	case resp.num < 0:
		s.odd(resp.name + " response: " + l.note)
	default:
		s.odd(fmt.Sprintf("%s response of message %d: %s", resp.name, resp.num, l.note))
	}
}

// odd tells of something that a server should not have said.
func (s *Session) odd(text string) { s.notify(backend.NoticeOdd, s.secrets.Text(text)) }

// command is a command of ours on its way.
type command struct {
	wire      *wire
	tag       string
	name      string    // of the untagged responses that answer it, beside "+"
	unread    *response // one that was put back
	completed bool      // the tagged response was read
	octets    int       // of the answers so far
	divert    divert    // of a FETCH
}

// responses are the answers that were not read yet, the tagged one at the end
// unless the connection ends before. Each is there until the next. They may be
// iterated over in several pieces.
func (c *command) responses() iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for resp := c.next(); resp != nil && yield(resp); resp = c.next() {
		}
	}
}

// elsewhere is where literals may go while a command is on its way. A FETCH that
// nobody waits for is held to its limit.
func (c *command) elsewhere() divert {
	switch {
	case c == nil || c.name != "FETCH":
		return nil
	case c.divert == nil:
		return func(*response, []byte) io.Writer { return nil }
	}
	return c.divert
}

// next is the next answer to a command, nil at the end.
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

// tagOf is the tag of the n-th command of ours.
func tagOf(n int) string { return "I" + strconv.Itoa(n) }

// send sends a command of ours. go-imap must be idle.
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
