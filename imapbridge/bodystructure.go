package imapbridge

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// unknownType is the media type of a part where the server has NIL for it.
const unknownType = "X-UNKNOWN"

// bodyStructure reads a BODYSTRUCTURE or BODY (RFC 9051 section 7.5.2). Some
// servers have NIL or "()" in the place of a body without text.
func (l *lexer) bodyStructure() *backend.BodyStructure {
	b := &backend.BodyStructure{}
	if l.spaces(); l.peek() == 'N' || l.peek() == 'n' {
		l.bytes()
		return b
	}
	l.expect('(')
	if l.depth++; l.depth > maxDepth {
		l.fail("%v", errTooDeep)
		return b
	}
	if l.parts++; l.parts > maxParts {
		l.fail("too many parts")
	}
	switch l.spaces(); l.peek() {
	case '(':
		l.multipart(b)
	case ')':
	default:
		l.onePart(b)
	}
	for l.err == nil && !l.accept(')') {
		l.skip() // an extension to come
	}
	l.depth--
	return b
}

func (l *lexer) multipart(b *backend.BodyStructure) {
	b.Type = "MULTIPART"
	for l.spaces(); l.peek() == '('; l.spaces() {
		b.Parts = append(b.Parts, l.bodyStructure())
	}
	b.Subtype = l.text()
	if !l.atEnd() {
		b.Params = l.params()
	}
	l.extension(b)
}

// onePart reads all but a multipart. Mailutils has nothing but a subtype,
// parameters, disposition and language for a multipart without parts, which
// c-client takes for the beginning of another type's.
func (l *lexer) onePart(b *backend.BodyStructure) {
	b.Type = unknownType
	if t := l.text(); t.Valid {
		b.Type = t.Value
	}
	if l.spaces(); l.peek() == '(' {
		return
	}
	b.Subtype = l.text()
	b.Params = l.params()
	for _, field := range []*backend.NString{&b.ID, &b.Description, &b.Encoding} {
		if l.atEnd() {
			return
		}
		*field = l.text()
	}
	b.Size = l.number()
	switch {
	case strings.EqualFold(b.Type, "TEXT"):
		b.Lines = l.number()
	case strings.EqualFold(b.Type, "MESSAGE") && strings.EqualFold(b.Subtype.Value, "RFC822"):
		b.Envelope = l.envelope()
		b.Body = l.bodyStructure()
		b.Lines = l.number()
	}
	if !l.atEnd() {
		b.MD5 = l.text()
	}
	l.extension(b)
}

// extension reads what a multipart and a part have in common at their ends,
// each of it optional.
func (l *lexer) extension(b *backend.BodyStructure) {
	if !l.atEnd() {
		b.Disposition, b.DispositionParams = l.disposition()
	}
	if !l.atEnd() {
		b.Language = l.language()
	}
	if !l.atEnd() {
		b.Location = l.text()
	}
}

func (l *lexer) atEnd() bool {
	l.spaces()
	c := l.peek()
	return c == ')' || c == 0
}

func (l *lexer) params() []backend.Param {
	if l.spaces(); l.peek() != '(' {
		l.skip() // NIL
		return nil
	}
	var params []backend.Param
	l.list(func() {
		params = append(params, backend.Param{Name: l.text(), Value: l.text()})
	})
	return params
}

func (l *lexer) disposition() (backend.NString, []backend.Param) {
	if !l.accept('(') {
		return l.text(), nil // NIL, or a bare string of an old server
	}
	name, params := l.text(), l.params()
	l.expect(')')
	return name, params
}

func (l *lexer) language() []string {
	if l.spaces(); l.peek() != '(' {
		if s := l.text(); s.Valid {
			return []string{s.Value}
		}
		return nil
	}
	var tags []string
	l.list(func() { tags = append(tags, l.text().Value) })
	return tags
}
