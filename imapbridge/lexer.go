package imapbridge

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxDepth bounds the nesting of body structures and of their extensions. Each level of a
// MIME tree takes two levels here.
const maxDepth = 200

// maxParts bounds the parts of a BODYSTRUCTURE. A part takes two octets on the wire and a
// hundred times as many in memory.
const maxParts = 100_000

// maxValues bounds the addresses, flags, parameters and languages of a response, all of
// them together. A flag takes two octets on the wire and eight times as many in memory. An
// address takes ten octets and ten times as many.
const maxValues = 100_000

var (
	errTooDeep   = errors.New("nested too deep")
	errTooParts  = errors.New("too many parts")
	errTooValues = errors.New("too many addresses, flags or parameters")
)

// lexer reads the data of a response (RFC 9051 section 9) as c-client does. A value that
// does not parse is NIL or 0, and reading continues at the octet where it did not parse. So
// each method consumes exactly as many octets as c-client does. The lexer notes the first
// value that did not parse.
//
// The data ends at the end of the line and at NUL, except in a literal.
type lexer struct {
	b     []byte
	i     int
	depth int
	parts int   // of body structures
	kept  int   // number of list values, see maxValues
	err   error // a bound was exceeded; there is no more data then
	note  string

	shared strings.Builder // see string
}

// fail ends the data because a bound is exceeded.
func (l *lexer) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

// keep counts a list value.
func (l *lexer) keep() {
	if l.kept++; l.kept > maxValues {
		l.fail(errTooValues)
	}
}

// odd notes that expected is missing at this place.
func (l *lexer) odd(expected string) {
	if l.note == "" && l.err == nil {
		rest := l.b[min(l.i, len(l.b)):]
		l.note = fmt.Sprintf("%s expected at octet %d, before %.40q", expected, l.i, rest)
	}
}

// peek returns the next octet, or 0 at the end.
func (l *lexer) peek() byte {
	if l.err != nil || l.i >= len(l.b) {
		return 0
	}
	if c := l.b[l.i]; c != '\r' && c != '\n' {
		return c
	}
	return 0
}

// next consumes and returns the next octet, or returns 0 at the end.
func (l *lexer) next() byte {
	c := l.peek()
	if c != 0 {
		l.i++
	}
	return c
}

func (l *lexer) spaces() {
	for l.peek() == ' ' {
		l.i++
	}
}

// first skips spaces, and consumes and returns the first octet of a value.
func (l *lexer) first() byte {
	l.spaces()
	return l.next()
}

// skip consumes up to n octets.
func (l *lexer) skip(n int) {
	for range n {
		l.next()
	}
}

// take consumes c if it is the next octet.
func (l *lexer) take(c byte) bool {
	if l.peek() != c {
		return false
	}
	l.i++
	return true
}

// end consumes the parenthesis that ends a list.
func (l *lexer) end(of string) {
	if !l.take(')') {
		l.odd("end of " + of)
	}
}

// until consumes everything before the next octet of stop, or before the end.
func (l *lexer) until(stop string) []byte {
	start := l.i
	for c := l.peek(); c != 0 && strings.IndexByte(stop, c) < 0; c = l.peek() {
		l.i++
	}
	return l.b[start:l.i]
}

// word consumes a word, which ends at a space or a closing parenthesis.
func (l *lexer) word() []byte {
	l.spaces()
	return l.until(" )")
}

// number reads a number as C's strtoul does: it stops at the first octet that is no digit,
// and returns 0 if there is no digit. A number that overflows 64 bits is the largest one,
// which PHP shows as -1.
func (l *lexer) number() int {
	start := l.i
	l.spaces()
	minus := l.take('-')
	if !minus {
		l.take('+')
	}
	n, digits := uint64(0), 0
	for c := l.peek(); c >= '0' && c <= '9'; c = l.peek() {
		digit := uint64(c - '0')
		if n > (math.MaxUint64-digit)/10 {
			n, minus = math.MaxUint64, false
		} else {
			n = n*10 + digit
		}
		l.i++
		digits++
	}
	if digits == 0 {
		l.i = start
		l.odd("number")
	}
	if minus {
		n = -n
	}
	if wide := int64(n); int64(int(wide)) != wide {
		return math.MaxInt // do not wrap around to another number in 32 bits
	}
	return int(n)
}

// bytes reads an nstring. It returns nil for NIL. The result shares the response's memory.
func (l *lexer) bytes() []byte {
	switch l.first() {
	case '"':
		return l.quoted()
	case '{':
		return l.literal()
	case 'N', 'n':
		l.skip(2)
	default:
		l.odd("string")
	}
	return nil
}

// ownBytes is bytes whose result stays valid when the next response is read. A response
// with literals has its own memory already.
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

// quoted reads a quoted string after its opening quote.
func (l *lexer) quoted() []byte {
	start := l.i
	escaped := false
	for {
		switch l.next() {
		case 0:
			l.odd("end of a quoted string")
			return nil
		case '\\':
			l.next()
			escaped = true
		case '"':
			text := l.b[start : l.i-1]
			if escaped {
				text = unescape(text)
			}
			return text[:len(text):len(text)]
		}
	}
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

// literal reads a literal after its opening brace. If it does not parse, it consumes the
// rest of the line.
func (l *lexer) literal() []byte {
	rest := l.b[l.i-1:]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		start := l.i + end
		if size, ok := literalAtEnd(rest[:end]); ok && size <= len(l.b)-start && rest[1] >= '0' && rest[1] <= '9' {
			l.i = start + size
			return l.b[start:l.i:l.i]
		}
	}
	l.odd("literal")
	l.until("")
	return nil
}

// text reads an nstring of an envelope or a body structure. In a literal, c-client shows
// CR, LF and tab as spaces.
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

// string converts b to a string. Short strings are parts of a shared longer one, so that an
// envelope or a body structure takes few allocations. A caller who keeps a short string
// keeps at most maxShared octets.
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

// maxShared bounds a shared string, in octets.
const maxShared = 512

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ", "\t", " ")

// astring reads a string or an atom, and reports whether there is one. Like c-client, it
// ends an atom only at a blank or the end.
func (l *lexer) astring() (string, bool) {
	l.spaces()
	if c := l.peek(); c == '"' || c == '{' {
		b := l.bytes()
		return string(b), b != nil
	}
	start := l.i
	for c := l.peek(); c > ' '; c = l.peek() {
		l.i++
	}
	if l.i == start {
		l.odd("name")
	}
	return string(l.b[start:l.i]), l.i > start
}
