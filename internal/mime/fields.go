package mime

import (
	"bytes"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

const contentPrefix = "CONTENT-"

// messageFields parses the Content-* fields of a message's header into b, if they count.
func (p *parser) messageFields(b *backend.BodyStructure, header []byte) {
	var known, isMIME bool
	envelope := header // the fields from the last Content-* field on
	for rest := header; len(rest) > 0; {
		field, next := cutField(rest)
		switch {
		case hasPrefixFold(field, "MIME-VERSION"):
			if name, _ := splitField(p.unfoldMessageField(field)); name == "MIME-VERSION" {
				known, isMIME = true, true
			}
		case hasPrefixFold(field, contentPrefix):
			name, body := splitField(p.unfoldMessageField(field))
			if name == "" {
				break
			}
			p.envelope(envelope[:len(envelope)-len(rest)])
			envelope = next
			name = name[len(contentPrefix):]
			if !known {
				known, isMIME = true, p.isMIME(name, body, header[len(header)-len(next)-1:])
			}
			if isMIME {
				p.contentField(b, name, body)
			}
		}
		rest = next
	}
	p.envelope(envelope)
}

// envelope reports what PHP reports about fields that are not Content-*. PHP's report of a
// field does not depend on the others.
func (p *parser) envelope(fields []byte) {
	// Often no fields stand between two Content-* fields.
	if p.notice != nil && len(fields) > 0 {
		rfc822.ParseEnvelope(fields, rfc822.MissingHost, p.notice)
	}
}

// isMIME decides, at the first Content-* field of a header without an earlier MIME-Version,
// whether the message is MIME. It is if a MIME-Version follows, where following includes the
// end of the field's line, or if the field itself looks like MIME.
func (p *parser) isMIME(name, value string, following []byte) bool {
	if hasMIMEVersion(following) {
		return true
	}
	if name == "TRANSFER-ENCODING" || name == "TYPE" && strings.Contains(value, "/") {
		p.note("Warning: MIME header encountered in non-MIME message")
		return true
	}
	return false
}

// hasMIMEVersion reports whether a line of header, other than the first, begins with
// MIME-Version. The last octet of header does not count.
func hasMIMEVersion(header []byte) bool {
	for {
		i := bytes.IndexByte(header, '\n')
		if i < 0 {
			return false
		}
		header = header[i+1:]
		if len(header) > len("MIME-VERSION") && hasPrefixFold(header, "MIME-VERSION") {
			return true
		}
	}
}

// partFields parses the header of a part into b, and returns its length, including the empty
// line after it.
func (p *parser) partFields(b *backend.BodyStructure, text []byte) int {
	rest := text
	for len(rest) > 0 && rest[0] != '\r' && rest[0] != '\n' {
		var line []byte
		line, rest = cutField(rest)
		if line = bytes.TrimLeft(line, " \t\r\n"); hasPrefixFold(line, contentPrefix) {
			if name, value := splitField(p.unfoldPartField(line)); name != "" {
				p.contentField(b, name[len(contentPrefix):], value)
			}
		}
	}
	return len(text) - len(rest) + breakLen(rest)
}

// cutField cuts the first field off a header. A field ends at a line break that no white space
// follows, or at a NUL. Neither result contains the terminator.
func cutField(header []byte) (field, rest []byte) {
	for at := 0; ; {
		i := bytes.IndexAny(header[at:], "\r\n\x00")
		if i < 0 {
			return header, nil
		}
		at += i
		if header[at] == 0 {
			return header[:at], header[at+1:]
		}
		next := at + breakLen(header[at:])
		if next == len(header) || header[next] != ' ' && header[next] != '\t' {
			return header[:at], header[next:]
		}
		at = next
	}
}

// breakLen returns the length of the line break at the start of text, or 0.
func breakLen(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\r\n")):
		return 2
	case len(text) > 0 && isBreak(text[0]):
		return 1
	}
	return 0
}

func isBreak(c byte) bool { return c == '\r' || c == '\n' }

// unfoldMessageField removes the line breaks from a field of a message's header, and replaces
// tabs by spaces. The result is valid until the next field is unfolded.
func (p *parser) unfoldMessageField(field []byte) []byte {
	p.buf = p.buf[:0]
	for _, c := range field {
		switch c {
		case '\r', '\n':
		case '\t':
			p.buf = append(p.buf, ' ')
		default:
			p.buf = append(p.buf, c)
		}
	}
	return p.buf
}

// unfoldPartField does the same for a field of a part's header. There any run of white space
// becomes one space, even within a quoted string.
func (p *parser) unfoldPartField(field []byte) []byte {
	p.buf = p.buf[:0]
	for _, c := range field {
		switch c {
		case '\r', '\n':
		case '\t', ' ':
			if n := len(p.buf); n == 0 || p.buf[n-1] != ' ' {
				p.buf = append(p.buf, ' ')
			}
		default:
			p.buf = append(p.buf, c)
		}
	}
	return p.buf
}

// splitField splits an unfolded field into its name, in upper case, and its body. A line
// without a colon has no name.
func splitField(field []byte) (name, body string) {
	n, b, ok := bytes.Cut(field, []byte(":"))
	if !ok {
		return "", ""
	}
	return Upper(string(bytes.TrimRight(n, " "))), string(bytes.TrimLeft(b, " "))
}

// hasPrefixFold reports whether text begins, in any case, with prefix, which is in upper case.
func hasPrefixFold(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := text[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// contentField parses a Content-* field into b. name is in upper case, without "Content-".
func (p *parser) contentField(b *backend.BodyStructure, name, body string) {
	s := p.scan(body)
	s.skipSpace()
	name, _, _ = strings.Cut(name, " ")
	switch name {
	case "TYPE":
		p.contentType(b, s)
	case "TRANSFER-ENCODING":
		p.transferEncoding(b, s)
	case "DISPOSITION":
		disposition(b, s)
	case "LANGUAGE":
		language(b, s)
	case "ID":
		setFirst(&b.ID, s.rest())
	case "DESCRIPTION":
		setFirst(&b.Description, s.rest())
	case "MD5":
		setFirst(&b.MD5, s.rest())
	case "LOCATION":
		setFirst(&b.Location, s.rest())
	}
}

// setFirst sets a field that is not set yet.
func setFirst(field *backend.NString, value string) {
	if !field.Valid {
		*field = backend.String(value)
	}
}

// contentType parses a Content-Type (RFC 2045 section 5.1). A later field replaces one that had
// neither subtype nor parameter.
func (p *parser) contentType(b *backend.BodyStructure, s *scanner) {
	if b.Subtype.Valid || b.Params != nil {
		return
	}
	word, ok := s.word()
	if !ok {
		return
	}
	name := unquote(word)
	b.Type = Upper(name)
	switch _, novelty := p.names.Type(b.Type); novelty {
	case New:
		p.note("Unknown MIME type: " + clip(b.Type, 100))
	case Overflow:
		p.note("MIME type table overflow: " + clip(name, 100))
	}
	s.skipSpace()
	if s.accept('/') {
		if word, ok := s.word(); ok {
			b.Subtype = backend.String(Upper(unquote(word)))
		}
		s.skipSpace()
	}
	b.Params = s.params()
}

// transferEncoding parses a Content-Transfer-Encoding (RFC 2045 section 6.1). It ignores what
// follows the word.
func (p *parser) transferEncoding(b *backend.BodyStructure, s *scanner) {
	word, ok := s.word()
	if !ok {
		return
	}
	name := unquote(word)
	b.Encoding = backend.String(Upper(name))
	switch _, novelty := p.names.Encoding(b.Encoding.Value); novelty {
	case New:
		p.note("Unknown MIME transfer encoding: " + clip(b.Encoding.Value, 100))
	case Overflow:
		p.note("MIME encoding table overflow: " + clip(name, 100))
	}
}

// disposition parses a Content-Disposition (RFC 2183). Quotes around the type stay.
func disposition(b *backend.BodyStructure, s *scanner) {
	if b.Disposition.Valid {
		return
	}
	word, ok := s.word()
	if !ok {
		return
	}
	b.Disposition = backend.String(Upper(word))
	s.skipSpace()
	b.DispositionParams = s.params()
}

// language parses a Content-Language (RFC 3282): a list of tags, up to the first text that is
// no tag.
func language(b *backend.BodyStructure, s *scanner) {
	if b.Language != nil {
		return
	}
	for {
		word, ok := s.word()
		if !ok || !s.spend() {
			return
		}
		b.Language = append(b.Language, Upper(word))
		s.skipSpace()
		if !s.accept(',') {
			return
		}
		s.skipSpace() // so that PHP reports two of several open comments
	}
}

// params parses a parameter list (RFC 2045 section 5.1) to its end. Names are in upper case,
// values without their quotes. Duplicates and RFC 2231 continuations stay.
func (s *scanner) params() []backend.Param {
	var params []backend.Param
	for s.accept(';') {
		name, ok := s.word()
		if !ok {
			s.note("Missing parameter")
			return params
		}
		if !s.spend() {
			return params
		}
		name = Upper(name)
		s.skipSpace()
		param := backend.Param{Name: backend.String(name)}
		if s.accept('=') {
			var word string
			if word, ok = s.word(); ok {
				param.Value = backend.String(unquote(word))
				s.skipSpace()
			}
		}
		if !param.Value.Valid {
			param.Value = backend.String("MISSING_PARAMETER_VALUE")
			s.note("Missing parameter value: " + clip(name, 80))
		}
		params = append(params, param)
		if !ok {
			s.note("Missing parameter")
			return params
		}
	}
	if rest := s.rest(); rest != "" {
		s.note("Unexpected characters at end of parameters: " + clip(rest, 80))
	}
	return params
}
