package imapbridge

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxDepth limits the nesting of body structures and of their extensions. A level of MIME takes
// two.
const maxDepth = 200

// maxParts limits the parts of a BODYSTRUCTURE. A part takes two octets to send and two hundred
// to hold.
const maxParts = 100_000

// maxValues limits the addresses, flags, parameters and languages of a response, all together.
// A flag takes two octets to send and eight times as much to hold, an address ten octets and
// ten times as much.
const maxValues = 100_000

var (
	errTooDeep   = errors.New("nested too deep")
	errTooParts  = errors.New("too many parts")
	errTooValues = errors.New("too many addresses, flags or parameters")
)

// lexer reads the data of a response (RFC 9051 section 9) as c-client does. A value that does
// not parse becomes NIL or 0, and the next one is read from where the first stopped making
// sense. So each method advances exactly as far as c-client does. The lexer records the first
// oddity.
//
// The data ends at the end of the line or at a NUL, except in a literal.
type lexer struct {
	b     []byte
	i     int
	depth int
	parts int   // parts of body structures
	kept  int   // values of lists, see maxValues
	err   error // ends the data
	note  string

	shared strings.Builder // see string
}

// fail ends the data because of an error.
func (l *lexer) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

// keep counts a value of a list.
func (l *lexer) keep() {
	if l.kept++; l.kept > maxValues {
		l.fail(errTooValues)
	}
}

// odd records what was expected and is missing.
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

// next consumes the next octet, and returns 0 at the end.
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

// first skips spaces and consumes the first octet of a value.
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

// take consumes c if it comes next.
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

// until consumes the data up to one of the octets in stop, or the end.
func (l *lexer) until(stop string) []byte {
	start := l.i
	for c := l.peek(); c != 0 && strings.IndexByte(stop, c) < 0; c = l.peek() {
		l.i++
	}
	return l.b[start:l.i]
}

// word consumes a word up to a space or the end of a list.
func (l *lexer) word() []byte {
	l.spaces()
	return l.until(" )")
}

// number reads a number as C's strtoul does: as far as it goes, or 0. A number above 64 bits is
// the largest one, which PHP shows as -1.
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
		return math.MaxInt // an int of 32 bits must not show another number
	}
	return int(n)
}

// bytes reads an nstring; nil is NIL. The result is a part of the response.
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

// ownBytes is bytes whose result stays valid after the next response. The data of responses
// with literals stays valid anyway.
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

// quoted reads a quoted string after its first quote.
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

// literal reads a literal after its first brace. If it is not a literal, the rest of the line
// is consumed.
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

// text reads an nstring of an envelope or body structure. c-client shows a line break or tab in
// a literal as a space.
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

// string converts b to a string. Short strings share one allocation, so that an envelope or
// body structure takes a few allocations instead of one for each string. A kept string holds at
// most maxShared octets.
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

// maxShared limits a shared string, in octets.
const maxShared = 512

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ", "\t", " ")

// astring reads a string or an atom, which ends at a blank as in c-client, and reports whether
// there is one.
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
