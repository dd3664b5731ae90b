package mime

import (
	"bytes"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// maxDepth is the number of levels of multiparts and messages that are parsed. Observed.
	maxDepth = 50
	// maxParts limits the memory for a message that consists only of boundaries.
	maxParts = 50_000
	// maxParams limits the parameters and language tags of a message, in all its parts
	// together.
	maxParams = 100_000
)

// Message is a parsed message with the positions of its parts. It does not change once parsed,
// and several goroutines may use it.
type Message struct {
	// Structure is the structure of the message. Type, Subtype, Encoding, Disposition, Language
	// and the names of parameters are in upper case.
	//
	// A nested message has no Envelope here: its header is a section of its own. An empty part
	// of a multipart/digest is a message without a Body.
	Structure *backend.BodyStructure

	text   []byte
	body   int // start of the body
	places map[*backend.BodyStructure]place
}

// place has the positions of a part in the text of its message. What a part does not have is
// empty.
type place struct {
	mime    span // its MIME header, with the empty line that ends it
	content span
	header  span // header of a nested message, with the empty line that ends it
	body    span // body of a nested message
}

// span is the range of octets from start up to, but not including, end.
type span struct{ start, end int }

func (s span) len() int { return s.end - s.start }

// Parse parses the structure of a message. It keeps text, which must not be changed afterwards.
//
// notice receives what PHP would add to imap_errors, in PHP's words and order, including reports
// about envelopes; it may be nil. Whether a media type is unknown depends on those met before.
// names has them; nil means none.
func Parse(text []byte, names *Names, notice func(string)) *Message {
	if names == nil {
		names = new(Names)
	}
	m := &Message{
		Structure: newPart("TEXT"),
		text:      text,
		body:      headerEnd(text),
		places:    map[*backend.BodyStructure]place{},
	}
	p := &parser{message: m, names: names, notice: notice, room: maxParts, params: maxParams}
	p.messageFields(m.Structure, text[:m.body])
	p.content(m.Structure, place{content: span{m.body, len(text)}}, 0)
	return m
}

// parser is the state of one Parse.
type parser struct {
	message *Message
	names   *Names
	notice  func(string) // may be nil
	room    int          // parts that may still follow
	params  int          // parameters and language tags that may still follow
	buf     []byte       // a field while it is unfolded
}

// note passes a notice on.
func (p *parser) note(text string) {
	if p.notice != nil {
		p.notice(text)
	}
}

func (p *parser) scan(text string) *scanner {
	return &scanner{text: text, note: p.note, room: &p.params}
}

func (p *parser) octets(s span) []byte { return p.message.text[s.start:s.end] }

func newPart(mediaType string) *backend.BodyStructure {
	return &backend.BodyStructure{Type: mediaType, Encoding: backend.String("7BIT")}
}

// headerEnd returns where the body of a message begins: after the first empty line, or at the
// end.
func headerEnd(text []byte) int {
	for at := 0; ; {
		if n := breakLen(text[at:]); n == 2 || n == 1 && text[at] == '\n' {
			return at + n
		}
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
}

// nestedHeaderEnd is headerEnd for a nested message, in which a line of only CRs is empty.
func nestedHeaderEnd(text []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		if len(bytes.TrimLeft(text[at:at+i], "\r")) == 0 {
			return at + i + 1
		}
		at += i + 1
	}
}

// content parses the content of b, whose fields were parsed before.
func (p *parser) content(b *backend.BodyStructure, at place, depth int) {
	if depth > maxDepth {
		b.Type = "TEXT"
		p.note("Ignoring excessively deep MIME recursion")
	}
	setFirst(&b.Subtype, DefaultSubtype(b.Type))
	b.Size = at.content.len()
	switch {
	case b.Type == "TEXT":
		p.text(b, p.octets(at.content))
	case isMessage(b):
		p.nested(b, &at, depth)
	case b.Type == "MESSAGE":
		b.Lines = countLines(p.octets(at.content))
	case b.Type == "MULTIPART":
		p.multipart(b, at.content, depth)
	}
	p.message.places[b] = at
}

// DefaultSubtype returns the subtype of a media type without one. mediaType is in upper case.
func DefaultSubtype(mediaType string) string {
	switch mediaType {
	case "TEXT":
		return "PLAIN"
	case "MULTIPART":
		return "MIXED"
	case "MESSAGE":
		return "RFC822"
	case "APPLICATION":
		return "OCTET-STREAM"
	case "AUDIO":
		return "BASIC"
	}
	return "UNKNOWN"
}

// text completes the body of a text part.
func (p *parser) text(b *backend.BodyStructure, text []byte) {
	b.Lines = countLines(text)
	if b.Params == nil {
		b.Params = []backend.Param{{
			Name:  backend.String("CHARSET"),
			Value: backend.String(guessCharset(text, isIdentity(b.Encoding.Value))),
		}}
	}
}

func countLines(text []byte) int { return bytes.Count(text, []byte("\n")) }

// isIdentity reports whether an encoding leaves the octets unchanged (RFC 2045 section 6.2).
// Only such encodings are allowed for multiparts and messages.
func isIdentity(encoding string) bool {
	return encoding == "7BIT" || encoding == "8BIT" || encoding == "BINARY"
}

// guessCharset guesses the charset of a text without one. The first octet with the high bit
// decides, or the first escape to JIS X 0208 (RFC 1468). The octets of such an escape are not
// examined again.
func guessCharset(text []byte, identity bool) string {
	const escape = 0x1b
	for i := 0; i < len(text); i++ {
		if text[i] == escape && i+1 < len(text) {
			i++
			if text[i] == '$' && i+1 < len(text) {
				i++
				if text[i] == '@' || text[i] == 'B' {
					return "ISO-2022-JP"
				}
			}
		}
		if text[i] >= 0x80 {
			return "X-UNKNOWN"
		}
	}
	if !identity {
		return "X-UNKNOWN"
	}
	return "US-ASCII"
}

// nested parses a nested message.
func (p *parser) nested(b *backend.BodyStructure, at *place, depth int) {
	if !isIdentity(b.Encoding.Value) {
		p.note("Ignoring nested encoding of message contents")
	}
	text := p.octets(at.content)
	b.Lines = countLines(text)
	split := at.content.start + nestedHeaderEnd(text)
	at.header = span{at.content.start, split}
	at.body = span{split, at.content.end}
	b.Body = newPart("TEXT")
	p.messageFields(b.Body, p.octets(at.header))
	p.content(b.Body, place{content: at.body}, depth+1)
}
