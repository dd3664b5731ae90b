package imapbridge

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// arguments are a command that is being made.
type arguments struct {
	pieces []string        // syntax and literal by turns, up to the last literal
	line   strings.Builder // the syntax behind that
	err    error           // a line is too long; nothing is added any more
}

func (a *arguments) syntax(s string) {
	if a.err == nil {
		a.err = checkLength(a.line.String(), s)
	}
	if a.err == nil {
		a.line.WriteString(s)
	}
}

func (a *arguments) literal(s string) {
	a.syntax(fmt.Sprintf("{%d}", len(s)))
	if a.err == nil {
		a.pieces = append(a.pieces, a.line.String(), s)
		a.line.Reset()
	}
}

// command is all of it, with a prefix, for send.
func (a *arguments) command(prefix string) ([]string, error) {
	pieces := append(slices.Clone(a.pieces), a.line.String())
	pieces[0] = prefix + pieces[0]
	return pieces, a.err
}

// maxQuoted is the longest string that is not sent as a literal.
const maxQuoted = 1000

// astring adds a string: an atom where it can be one, a quoted string or a
// literal.
func (a *arguments) astring(s string) {
	switch {
	case len(s) > maxQuoted || !isPrintable(s) || strings.ContainsAny(s, `"\`):
		a.literal(s)
	case isAtom(s):
		a.syntax(s)
	default:
		a.syntax(quote(s))
	}
}

// quote is a printable text as a quoted string, for a command of ours.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// maxCommand bounds a line of a command, in octets. Servers read 8,192 at least (RFC
// 7162 section 4), and many no more than this; some end the connection over a longer
// one.
const maxCommand = 64 << 10

// checkLength refuses a text that would make a line of a command too long.
func checkLength(texts ...string) error {
	length := 0
	for _, text := range texts {
		length += len(text)
	}
	if length > maxCommand-maxOverhead {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "An argument is too long for an IMAP command"}
	}
	return nil
}

// maxOverhead is what a command has besides the arguments of the caller: its tag
// and name, a set of messages.
const maxOverhead = 8 << 10

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
	return s.run(ctx, func() error {
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
	})
}

// order sends a command of ours that is answered by a status, and by what observe takes
// note of.
func (s *Session) order(ctx context.Context, text string) error {
	// A response without a name has that of no response that is asked for.
	return s.ask(ctx, "", text, func(*lexer) error { return nil })
}

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
