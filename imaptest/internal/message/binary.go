package message

import "bytes"

// Binary returns BINARY[section] (RFC 3516): a part without its transfer encoding; for an empty
// number the whole message, in which each part is decoded. known is false if an encoding is
// unknown, and the answer is NO [UNKNOWN-CTE]. If ok is false there is no such part, and the answer
// is an empty string, or the text of the part is not what its encoding says, and the answer is NO
// [PARSE]. If such a text ends too early, Dovecot even ends the session.
func (m *Message) Binary(number []int) (data []byte, known, ok bool) {
	b := m.binary(number)
	return b.data, b.known, b.ok
}

// IsLiteral8 reports whether Dovecot sends BINARY[section] as a literal8: if a text is decoded, or
// has a NUL.
func (m *Message) IsLiteral8(number []int) bool {
	b := m.binary(number)
	return b.decoded || b.hasNUL
}

func (m *Message) binary(number []int) *binaryWriter {
	b := &binaryWriter{text: m.text, known: true, behind: maxBehind}
	if p := m.root().find(number); p != nil {
		withHeader := len(number) == 0
		b.ok, b.pos = true, p.start
		b.add(p, withHeader)
		if !b.decoded {
			b.data = b.original(p, withHeader)
		}
		if !b.decoded && !b.hasNUL {
			b.data = withoutNUL(b.data) // those between parts
		}
	}
	return b
}

// original returns the text of a message without a text to decode, as long as it would be if
// decoded: as in Dovecot headers stay as they are then, but their new length counts.
func (b *binaryWriter) original(p *part, withHeader bool) []byte {
	start := p.bodyStart()
	if withHeader {
		start = p.start
	}
	return b.text[start:min(start+len(b.data), len(b.text))]
}

// maxBehind is the number of octets that are read behind the headers of a message's parts.
const maxBehind = 64 << 10

// binaryWriter writes a message without its transfer encodings.
type binaryWriter struct {
	text []byte
	// pos is the position up to which the text is copied.
	pos  int
	data []byte
	// decoded is whether a text is, and hasNUL whether a header or a text that is not has a NUL.
	decoded, hasNUL bool
	// behind is the number of octets that may still be read behind headers.
	behind    int
	known, ok bool
}

// copyTo copies the text up to a position.
func (b *binaryWriter) copyTo(end int) {
	if end > b.pos {
		b.data = append(b.data, b.text[b.pos:end]...)
	}
	b.pos = end
}

// headerOf returns the header of a part. Behind a part without blank line Dovecot reads on; so does
// this, but not for too long in all.
func (b *binaryWriter) headerOf(p *part) []byte {
	end := p.bodyStart()
	length := headerLength(b.text[p.start:min(end+b.behind, len(b.text))])
	if p.start+length < len(b.text) && atBlankLine(b.text[p.start+length:]) {
		length += len("\r\n")
	}
	b.behind = max(0, b.behind-max(0, p.start+length-end))
	return b.text[p.start : p.start+length]
}

func (b *binaryWriter) add(p *part, withHeader bool) {
	header := b.headerOf(p)
	encoding := transferEncodingOf(header)
	if encoding == unknownEncoding {
		b.known = false
		return
	}
	b.hasNUL = b.hasNUL || bytes.IndexByte(header, 0) >= 0
	isEncoded := encoding == quotedPrintable || encoding == base64Encoding
	switch {
	case withHeader && isEncoded:
		b.copyTo(p.start)
		b.addHeader(header)
	case withHeader:
		b.copyTo(p.bodyStart())
	}
	b.pos = p.bodyStart()
	end := p.bodyStart() + p.bodySize
	if len(p.children) > 0 {
		for _, child := range p.children {
			b.add(child, true)
		}
		b.copyTo(end)
		return
	}
	if p.bodySize > 0 {
		body := b.text[b.pos:end]
		text, ok := encoding.decode(body)
		b.ok = b.ok && ok
		b.decoded = b.decoded || isEncoded
		b.hasNUL = b.hasNUL || !isEncoded && bytes.IndexByte(body, 0) >= 0
		b.data = append(b.data, text...)
	}
	b.pos = end
}

// addHeader adds a header that says binary.
func (b *binaryWriter) addHeader(header []byte) {
	for f := range fields(header) {
		if f.key() != "content-transfer-encoding" {
			b.data = append(b.data, f.raw...)
		}
	}
	if headerLength(header) < len(header) {
		b.data = append(b.data, "Content-Transfer-Encoding: binary\r\n\r\n"...)
	}
}
