package imapbridge

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxDepth bounds the nesting of parentheses. A MIME tree costs two levels for
// each of its own.
const maxDepth = 200

// maxParts bounds the parts of a BODYSTRUCTURE. One takes two octets to send, and
// a hundred times that to hold.
const maxParts = 100_000

// lexer reads the tokens of a response's data (RFC 9051 section 9). After an
// error every method returns zero values, and err says what was wrong first.
type lexer struct {
	b     []byte
	i     int
	depth int
	parts int // of body structures
	err   error

	shared strings.Builder // see string
}

var errTooDeep = errors.New("nested too deep")

func (l *lexer) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("%s at octet %d", fmt.Sprintf(format, args...), l.i)
	}
}

// peek is the next octet, 0 at the end and after an error.
func (l *lexer) peek() byte {
	if l.err != nil || l.i >= len(l.b) {
		return 0
	}
	return l.b[l.i]
}

func (l *lexer) spaces() {
	for l.peek() == ' ' {
		l.i++
	}
}

// accept skips c if it comes next, spaces before it included.
func (l *lexer) accept(c byte) bool {
	l.spaces()
	if l.peek() != c {
		return false
	}
	l.i++
	return true
}

func (l *lexer) expect(c byte) {
	if !l.accept(c) {
		l.fail("%q expected", c)
	}
}

// list reads "(…)", calling item before each element.
func (l *lexer) list(item func()) {
	l.expect('(')
	if l.depth++; l.depth > maxDepth {
		l.fail("%v", errTooDeep)
	}
	for l.err == nil && !l.accept(')') {
		before := l.i
		item()
		if l.err == nil && l.i == before {
			l.fail("unexpected %q", l.peek())
		}
	}
	l.depth--
}

// word reads up to a space, a parenthesis or a bracket that is not opened in
// it: an atom, a flag, a number, or the name of a fetch item.
func (l *lexer) word() []byte {
	l.spaces()
	start := l.i
	if l.err == nil {
		for l.i < len(l.b) && isWord(l.b[l.i]) {
			l.i++
		}
	}
	return l.b[start:l.i]
}

func isWord(c byte) bool {
	return c > ' ' && c != '(' && c != ')' && c != '[' && c != '"' && c != '{'
}

func (l *lexer) number() int {
	n, err := parseNumber(l.word())
	if err != nil {
		l.fail("number expected")
	}
	return n
}

// bytes reads an nstring; nil is NIL. The result is part of the response.
func (l *lexer) bytes() []byte {
	l.spaces()
	switch l.peek() {
	case '"':
		return l.quoted()
	case '{':
		return l.literal()
	}
	if word := l.word(); string(word) != "NIL" && upper(word) != "NIL" {
		l.fail("string expected")
	}
	return nil
}

// ownBytes is bytes that stay when the next response is read. Responses with
// literals do.
func (l *lexer) ownBytes() []byte {
	if l.atLiteral() {
		return l.bytes()
	}
	return bytes.Clone(l.bytes())
}

// atLiteral reports whether a literal comes next.
func (l *lexer) atLiteral() bool {
	l.spaces()
	return l.peek() == '{'
}

func (l *lexer) quoted() []byte {
	l.i++
	start := l.i
	escaped := false
	for ; l.i < len(l.b); l.i++ {
		switch l.b[l.i] {
		case 0, '\r', '\n':
			l.fail("unterminated quoted string")
			return nil
		case '\\':
			l.i++
			escaped = true
		case '"':
			text := l.b[start:l.i]
			l.i++
			if escaped {
				text = unescape(text)
			}
			return text[:len(text):len(text)]
		}
	}
	l.i = len(l.b)
	l.fail("unterminated quoted string")
	return nil
}

func unescape(quoted []byte) []byte {
	text := make([]byte, 0, len(quoted))
	for i := 0; i < len(quoted); i++ {
		if quoted[i] == '\\' && i+1 < len(quoted) {
			i++
		}
		text = append(text, quoted[i])
	}
	return text
}

func (l *lexer) literal() []byte {
	end := bytes.IndexByte(l.b[l.i:], '\n')
	if end < 0 {
		l.fail("literal expected")
		return nil
	}
	size, ok := literalAtEnd(l.b[l.i : l.i+end])
	start := l.i + end + 1
	if !ok || size > len(l.b)-start {
		l.fail("literal expected")
		return nil
	}
	l.i = start + size
	return l.b[start:l.i:l.i]
}

// text reads an nstring of an envelope or a body structure. c-client shows a
// line break or tab in a literal as a space.
func (l *lexer) text() backend.NString {
	isLiteral := l.atLiteral()
	b := l.bytes()
	if b == nil {
		return backend.NString{}
	}
	s := l.string(b)
	if isLiteral {
		s = lineBreaks.Replace(s)
	}
	return backend.String(s)
}

// string is b as a string. Short ones are pieces of a longer one, so that an
// envelope or a body structure takes a few allocations instead of one for each
// of its strings; what a caller keeps holds on to no more than that.
func (l *lexer) string(b []byte) string {
	if len(b) > maxShared/4 {
		return string(b)
	}
	if l.shared.Cap()-l.shared.Len() < len(b) {
		l.shared.Reset()
		l.shared.Grow(min(maxShared, len(l.b)-l.i+len(b)))
	}
	start := l.shared.Len()
	l.shared.Write(b)
	return l.shared.String()[start:]
}

// maxShared bounds a string that others are pieces of, in octets.
const maxShared = 512

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ", "\t", " ")

// skip passes over a value of any form.
func (l *lexer) skip() {
	l.spaces()
	switch l.peek() {
	case '(':
		l.list(l.skip)
	case '"', '{':
		l.bytes()
	default:
		if len(l.word()) == 0 {
			l.fail("unexpected %q", l.peek())
		}
	}
}
