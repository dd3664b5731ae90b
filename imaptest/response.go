package imaptest

import (
	"fmt"
	"strings"

	parser "github.com/imapcompat/imapcompat/imaptest/internal/message"
)

// reply is a tagged response (RFC 3501 section 7.1). As an error it is NO or BAD.
type reply struct {
	status string
	code   string // response code, without brackets
	text   string
}

func (r reply) Error() string { return r.text }

// line returns the response without its tag, on one line whatever the text quotes.
func (r reply) line() string {
	line := r.status + " "
	if r.code != "" {
		line += "[" + r.code + "] "
	}
	return line + strings.Map(func(c rune) rune {
		if c < ' ' {
			return '?'
		}
		return c
	}, r.text)
}

func ok(text string) reply          { return reply{"OK", "", text} }
func no(code, text string) reply    { return reply{"NO", code, text} }
func bad(text string) reply         { return reply{"BAD", "", text} }
func (r reply) with(c string) reply { r.code = c; return r }

// untagged writes an untagged response.
func (s *imapSession) untagged(format string, args ...any) {
	fmt.Fprintf(s.out, "* "+format+"\r\n", args...) // errors show at the next Flush
}

// untaggedStart writes an untagged response up to its values.
func (s *imapSession) untaggedStart(format string, args ...any) {
	fmt.Fprintf(s.out, "* "+format, args...)
}

// tagged ends a command.
func (s *imapSession) tagged(tag string, r reply) error {
	fmt.Fprintf(s.out, "%s %s\r\n", tag, r.line())
	return s.out.Flush()
}

// ask writes a continuation request.
func (s *imapSession) ask(text string) error {
	fmt.Fprintf(s.out, "+ %s\r\n", text)
	return s.out.Flush()
}

// astring writes a string as an atom if it can, as Dovecot does.
func astring(s string) string {
	special := strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`(){%*"\`, r)
	})
	if s == "" || special || strings.EqualFold(s, "NIL") {
		return string(parser.Quote([]byte(s)))
	}
	return s
}

// flagList writes flags in parentheses.
func flagList(flags []string) string { return "(" + strings.Join(flags, " ") + ")" }
