package imapbridge

import (
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
	return `"` + escapes.Replace(s) + `"`
}

// escapes are what a quoted string needs.
var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

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
