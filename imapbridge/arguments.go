package imapbridge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// arguments builds a command.
type arguments struct {
	pieces []string        // syntax and literal alternate, up to the last literal
	line   strings.Builder // the syntax after the last literal
	err    error           // a line is too long; nothing more is added
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

// command returns all pieces for send, with a prefix before the first.
func (a *arguments) command(prefix string) ([]string, error) {
	pieces := append(slices.Clone(a.pieces), a.line.String())
	pieces[0] = prefix + pieces[0]
	return pieces, a.err
}

// maxQuoted is the greatest length of a quoted string; longer strings are literals.
const maxQuoted = 1000

// astring adds a string as an atom if possible, or else as a quoted string or a literal.
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

// quote returns a printable text as a quoted string.
func quote(s string) string {
	return `"` + escapes.Replace(s) + `"`
}

// escapes escapes the quoted-specials of RFC 9051.
var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// maxCommand bounds a line of a command, in octets. Servers accept at least 8,192 (RFC 7162
// section 4), and many accept no more than maxCommand. Some end the connection when a line
// is longer.
const maxCommand = 64 << 10

// checkLength returns an error for texts that would make a command line too long.
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

// maxOverhead bounds what a command has besides the caller's arguments: its tag, its name,
// and a set of messages.
const maxOverhead = 8 << 10

// isPrintable reports whether a text is printable ASCII.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
