package mime

import (
	"bytes"

	"github.com/imapcompat/imapcompat/backend"
)

// multipart parses the parts of a multipart (RFC 2046 section 5.1).
func (p *parser) multipart(b *backend.BodyStructure, content span, depth int) {
	if !isIdentity(b.Encoding.Value) {
		p.note("Ignoring nested encoding of multipart contents")
	}
	partType := "TEXT"
	if b.Subtype.Value == "DIGEST" {
		partType = "MESSAGE" // RFC 2046 section 5.1.5
	}
	parts := splitParts(p.octets(content), boundary(b), p.room)
	p.room -= len(parts)
	if len(parts) == 0 {
		parts, partType = []span{{}}, "TEXT"
	}
	b.Parts = make([]*backend.BodyStructure, len(parts))
	for i, s := range parts {
		b.Parts[i] = newPart(partType)
		p.part(b.Parts[i], span{content.start + s.start, content.start + s.end}, depth+1)
	}
}

// boundary returns the boundary of a multipart. Without a boundary parameter PHP uses a hyphen.
func boundary(b *backend.BodyStructure) string {
	for _, param := range b.Params {
		if param.Name.Value == "BOUNDARY" {
			return param.Value.Value
		}
	}
	return "-"
}

// part parses a part between two delimiters.
func (p *parser) part(b *backend.BodyStructure, at span, depth int) {
	if at.len() == 0 {
		p.emptyPart(b)
		return
	}
	body := at.start + p.partFields(b, p.octets(at))
	p.content(b, place{mime: span{at.start, body}, content: span{body, at.end}}, depth)
}

// emptyPart completes a part without even a line break. If a message is expected, it is one
// without header and body.
func (p *parser) emptyPart(b *backend.BodyStructure) {
	b.Subtype = backend.String(DefaultSubtype(b.Type))
	if b.Type == "TEXT" {
		p.text(b, nil)
	}
	p.message.places[b] = place{}
}

// splitParts finds the parts of a multipart's text, at most limit, but at least one.
func splitParts(text []byte, boundary string, limit int) []span {
	var parts []span
	delimiter := []byte("--" + boundary)
	for at := 0; len(parts) == 0 || len(parts) < limit; {
		line, ok := nextDelimiter(text, at, delimiter)
		if !ok {
			break
		}
		if n := len(parts); n > 0 {
			parts[n-1].end = max(line.start, parts[n-1].start)
		}
		if line.closing {
			break
		}
		parts = append(parts, span{line.end, len(text)})
		at = line.end
	}
	return parts
}

// delimiterLine is a line that ends one part and, unless it is the closing delimiter, begins
// another.
type delimiterLine struct {
	start   int // start of the line break before it (RFC 2046 section 5.1.1)
	end     int // start of the part after it
	closing bool
}

// nextDelimiter finds the next delimiter line from at, the start of a line.
func nextDelimiter(text []byte, at int, delimiter []byte) (delimiterLine, bool) {
	for from := at; ; {
		i := bytes.Index(text[from:], delimiter)
		if i < 0 {
			return delimiterLine{}, false
		}
		i += from
		if i == at || isBreak(text[i-1]) {
			before := text[at:i]
			line := delimiterLine{start: i - trailingBreakLen(before)}
			tail := text[i+len(delimiter):]
			// A delimiter at the end of the text counts only after a CRLF. Observed; RFC 2046
			// would accept any line break.
			if len(tail) > 0 || bytes.HasSuffix(before, []byte("\r\n")) {
				var n int
				if n, line.closing = delimiterTail(tail); n >= 0 {
					line.end = i + len(delimiter) + n
					return line, true
				}
			}
		}
		next := bytes.IndexAny(text[i:], "\r\n")
		if next < 0 {
			return delimiterLine{}, false
		}
		from = i + next
	}
}

// delimiterTail returns the length of what may follow a delimiter on its line, including the
// line break, and whether it makes the delimiter the closing one. The length is -1 if the line
// is no delimiter line.
//
// White space may follow a delimiter, but not the hyphens of the closing one, where RFC 2046
// allows it.
func delimiterTail(tail []byte) (n int, closing bool) {
	if bytes.HasPrefix(tail, []byte("--")) && (len(tail) == 2 || isBreak(tail[2])) {
		return 2, true
	}
	space := len(tail) - len(bytes.TrimLeft(tail, " \t"))
	if rest := tail[space:]; len(rest) == 0 || isBreak(rest[0]) {
		return space + breakLen(rest), false
	}
	return -1, false
}

// trailingBreakLen returns the length of the line break at the end of text, or 0.
func trailingBreakLen(text []byte) int {
	switch {
	case bytes.HasSuffix(text, []byte("\r\n")):
		return 2
	case len(text) > 0 && isBreak(text[len(text)-1]):
		return 1
	}
	return 0
}
