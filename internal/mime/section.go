package mime

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxSection limits the length of a section argument for imap_fetchbody and imap_fetchmime, in
// octets.
const maxSection = 1004

// isMultipart reports whether b has parts of its own.
func isMultipart(b *backend.BodyStructure) bool { return strings.EqualFold(b.Type, "MULTIPART") }

// isMessage reports whether b is a message with header and body.
func isMessage(b *backend.BodyStructure) bool {
	return strings.EqualFold(b.Type, "MESSAGE") && strings.EqualFold(b.Subtype.Value, "RFC822")
}

// Part returns a part by its number (RFC 9051 section 6.4.5), as imap_bodystruct does, or nil.
// Leading zeros do not matter. A body that is not a multipart is its own part 1. The parts of a
// nested message have no extra level for the message.
func Part(b *backend.BodyStructure, number string) *backend.BodyStructure {
	for {
		first, rest, more := strings.Cut(number, ".")
		n, ok := partNumber(first)
		if !ok {
			return nil
		}
		if b = subpart(b, n); b == nil || !more {
			return b
		}
		if isMessage(b) {
			b = b.Body
		} else if !isMultipart(b) {
			return nil
		}
		if b == nil { // an empty part of a multipart/digest
			return nil
		}
		number = rest
	}
}

// subpart returns part n of a body.
func subpart(b *backend.BodyStructure, n int) *backend.BodyStructure {
	switch {
	case !isMultipart(b) && n == 1:
		return b
	case isMultipart(b) && n <= len(b.Parts):
		return b.Parts[n-1]
	}
	return nil
}

// partNumber reads a number from 1. Numbers above maxParts are all alike, since no message has
// such a part.
func partNumber(digits string) (n int, ok bool) {
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || '9' < c {
			return 0, false
		}
		n = min(10*n+int(c-'0'), maxParts+1)
	}
	return n, n > 0
}

// BodySection converts the section argument of imap_fetchbody to the name of a section in RFC
// 9051 section 6.4.5. ok is false if PHP returns an empty string because the message has no
// such section.
//
// In addition to part numbers it accepts "" for the whole message, "0" for the header of the
// message, and a number followed by ".0" for the header of a nested message. It does not accept
// the names of RFC 9051.
func BodySection(b *backend.BodyStructure, section string) (name string, ok bool) {
	if section == "" {
		return "", true
	}
	if len(section) > maxSection {
		return "", false
	}
	if number, ok := headerSection(section); ok {
		if number == "" {
			return "HEADER", true
		}
		if part := Part(b, number); part == nil || !isMessage(part) {
			return "", false
		}
		return number + ".HEADER", true
	}
	return section, Part(b, section) != nil
}

// headerSection returns the number before the ".0" of a nested message's header, or "" for the
// message's header. A number that contains another ".0" is not accepted, as "1.0.0" and
// "1.01.0".
func headerSection(section string) (number string, ok bool) {
	if section == "0" {
		return "", true
	}
	number, rest, found := strings.Cut(section, ".0")
	return number, found && rest == ""
}

// MIMESection converts the section argument of imap_fetchmime, as [BodySection] does for
// imap_fetchbody.
func MIMESection(b *backend.BodyStructure, section string) (name string, ok bool) {
	if len(section) > maxSection || Part(b, section) == nil {
		return "", false
	}
	return section + ".MIME", true
}

// Section returns the text of a section, by its name in RFC 9051 section 6.4.5: "" is the whole
// message, then "HEADER", "TEXT", "1", "1.2.HEADER", "2.MIME". ok is false if the message has
// no such section.
//
// If a message is not a multipart, its only part has an empty MIME header. If the content has
// no octets, the text is empty and ok is true.
func (m *Message) Section(name string) (text []byte, ok bool) {
	s, ok := m.locate(name)
	if !ok {
		return nil, false
	}
	return m.text[s.start:s.end:s.end], true
}

func (m *Message) locate(name string) (span, bool) {
	switch name {
	case "":
		return span{0, len(m.text)}, true
	case "HEADER":
		return span{0, m.body}, true
	case "TEXT":
		return span{m.body, len(m.text)}, true
	}
	number, kind := splitSection(name)
	b := Part(m.Structure, number)
	if b == nil {
		return span{}, false
	}
	at := m.places[b]
	switch kind {
	case "":
		return at.content, true
	case "MIME":
		return at.mime, true
	case "HEADER":
		return at.header, isMessage(b)
	case "TEXT":
		return at.body, isMessage(b)
	}
	return span{}, false
}

// splitSection splits the name of a section into the number of the part and the kind of text,
// "" for its content.
func splitSection(name string) (number, kind string) {
	i := strings.LastIndexByte(name, '.')
	switch kind := name[i+1:]; kind {
	case "HEADER", "TEXT", "MIME":
		return name[:max(i, 0)], kind
	}
	return name, ""
}
