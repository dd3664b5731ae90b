package imapbridge

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// unknownType is c-client's media type of a part when the server sends NIL.
const unknownType = "X-UNKNOWN"

// bodyStructure reads a BODYSTRUCTURE or BODY (RFC 9051 section 7.5.2). Some servers send
// NIL or "()" for a body without text.
func (l *lexer) bodyStructure() *backend.BodyStructure {
	b := &backend.BodyStructure{}
	switch l.first() {
	case '(':
	case 'N', 'n':
		l.skip(2)
		return b
	default:
		l.odd("body structure")
		return b
	}
	defer l.nest()()
	if l.parts++; l.parts > maxParts {
		l.fail(errTooParts)
	}
	switch l.peek() {
	case '(':
		l.multipart(b)
	case ')':
	default:
		l.onePart(b)
	}
	l.end("the body structure")
	return b
}

// nest enters a nesting level. The caller leaves it by calling leave.
func (l *lexer) nest() (leave func()) {
	if l.depth++; l.depth > maxDepth {
		l.fail(errTooDeep)
	}
	return func() { l.depth-- }
}

func (l *lexer) multipart(b *backend.BodyStructure) {
	b.Type = "MULTIPART"
	for l.peek() == '(' {
		b.Parts = append(b.Parts, l.bodyStructure())
	}
	b.Subtype = l.text()
	if l.peek() == ' ' {
		b.Params = l.params()
	}
	l.extension(b)
}

// onePart reads a body that is not a multipart.
func (l *lexer) onePart(b *backend.BodyStructure) {
	b.Type = unknownType
	if t := l.text(); t.Valid {
		b.Type = t.Value
	}
	b.Subtype = l.text()
	b.Params = l.params()
	b.ID, b.Description, b.Encoding = l.text(), l.text(), l.text()
	b.Size = l.number()
	switch {
	case strings.EqualFold(b.Type, "TEXT"):
		b.Lines = l.number()
	case strings.EqualFold(b.Type, "MESSAGE") && strings.EqualFold(b.Subtype.Value, "RFC822"):
		if b.Envelope = l.envelope(); b.Envelope == nil {
			b.Subtype = backend.String(noEnvelope)
			break
		}
		b.Body = l.bodyStructure()
		b.Lines = l.number()
	}
	if l.peek() == ' ' {
		b.MD5 = l.text()
	}
	l.extension(b)
}

// noEnvelope is c-client's subtype of a message without an envelope.
const noEnvelope = "RFC822_MISSING_ENVELOPE"

// extension reads the extension data that multiparts and other parts have in common. Each
// item is optional. Items that are not defined yet are skipped.
func (l *lexer) extension(b *backend.BodyStructure) {
	if l.peek() == ' ' {
		b.Disposition, b.DispositionParams = l.disposition()
	}
	if l.peek() == ' ' {
		b.Language = l.language()
	}
	if l.peek() == ' ' {
		b.Location = l.text()
	}
	for l.peek() == ' ' {
		l.unknownExtension()
	}
}

func (l *lexer) params() []backend.Param {
	switch l.first() {
	case '(':
	case 'N', 'n':
		if strings.EqualFold(string(l.b[l.i:min(l.i+2, len(l.b))]), "IL") {
			l.skip(2)
			return nil
		}
		fallthrough
	default:
		l.odd("parameters")
		return nil
	}
	if l.take(')') {
		return nil
	}
	var params []backend.Param
	depth := 1 // nesting level of lists that stand where a name should
	for {
		for l.spaces(); l.take('('); l.spaces() {
			l.odd("name of a parameter")
			depth++
		}
		param := backend.Param{Name: l.text()}
		if l.peek() != ')' { // c-client continues after a parameter without a value
			param.Value = l.text()
		}
		l.keep()
		params = append(params, param)
		for l.take(')') {
			if depth--; depth == 0 {
				return params
			}
		}
		l.spaces()
		switch l.peek() {
		case 0:
			l.odd("end of the parameters")
			return params
		case ')': // c-client does not consume it after a blank
			return params
		}
	}
}

// disposition reads a blank and the disposition after it.
func (l *lexer) disposition() (name backend.NString, params []backend.Param) {
	l.next()
	switch l.peek() {
	case '(':
		l.next()
		name, params = l.text(), l.params()
		l.end("the disposition")
	case 'N', 'n':
		l.skip(3)
	default:
		l.skipToken("disposition")
	}
	return name, params
}

// skipToken skips an unexpected token.
func (l *lexer) skipToken(expected string) {
	l.odd(expected)
	l.next()
	l.until(" )")
}

func (l *lexer) language() []string {
	if l.next(); l.peek() == '(' {
		return l.stringList()
	}
	if s := l.text(); s.Valid {
		return []string{s.Value}
	}
	return nil
}

// stringList reads a list of strings. Like c-client, it returns nil for an empty list and
// for one that does not parse, and does not consume it.
func (l *lexer) stringList() []string {
	start := l.i
	l.next()
	var list []string
	for !l.take(')') {
		s, ok := l.atom()
		if !ok {
			list = nil
			break
		}
		l.keep()
		list = append(list, s)
		l.take(' ')
	}
	if list == nil {
		l.odd("list of strings")
		l.i = start
	}
	return list
}

// atom reads a string or an atom. It stops at the first octet that an atom cannot have, and
// reports whether it has read one.
func (l *lexer) atom() (string, bool) {
	l.spaces()
	if c := l.peek(); c == '"' || c == '{' {
		b := l.bytes()
		return string(b), b != nil
	}
	start := l.i
	for c := l.peek(); c > ' ' && c < 0x80 && strings.IndexByte(`(){%*"\`, c) < 0; c = l.peek() {
		l.i++
	}
	return string(l.b[start:l.i]), l.i > start
}

// unknownExtension skips one octet and the value after it.
func (l *lexer) unknownExtension() {
	l.next()
	switch c := l.peek(); {
	case c == '(':
		leave := l.nest()
		for c := l.peek(); c != 0 && c != ')'; c = l.peek() {
			l.unknownExtension()
		}
		leave()
		l.take(')')
	case c == '"', c == '{':
		l.bytes()
	case c == 'N', c == 'n':
		l.skip(3)
	case c >= '0' && c <= '9':
		l.number()
	default:
		l.skipToken("extension")
	}
}
