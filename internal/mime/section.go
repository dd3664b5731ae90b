package mime

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxSection is how long a section may be for imap_fetchbody and imap_fetchmime
// to look at it, in octets.
const maxSection = 1004

// isMultipart reports whether b has parts of its own.
func isMultipart(b *backend.BodyStructure) bool { return strings.EqualFold(b.Type, "MULTIPART") }

// isMessage reports whether b is a message, header and body.
func isMessage(b *backend.BodyStructure) bool {
	return strings.EqualFold(b.Type, "MESSAGE") && strings.EqualFold(b.Subtype.Value, "RFC822")
}

// Part finds a part by its number (RFC 9051 section 6.4.5), as imap_bodystruct
// does: nil if there is none. Leading zeros do not matter. A body that is no
// multipart is its own part 1; the parts of a nested message are counted
// without a level for the message itself.
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

// subpart is part n of a body.
func subpart(b *backend.BodyStructure, n int) *backend.BodyStructure {
	switch {
	case !isMultipart(b) && n == 1:
		return b
	case isMultipart(b) && n <= len(b.Parts):
		return b.Parts[n-1]
	}
	return nil
}

// partNumber reads a number from 1. Beyond maxParts all are alike, since no
// message has such a part.
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

// BodySection translates the section argument of imap_fetchbody into the name
// of a section as in RFC 9051 section 6.4.5. It is not ok where PHP returns an
// empty string because the message has no such section.
//
// Besides part numbers there are "", the whole message, and "0" and a number
// with ".0" behind it, the header of the message or of a nested one. The names
// of RFC 9051 are not understood.
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

// headerSection returns the number before the ".0" of a nested message's
// header, "" for that of the message. A number with a ".0" further on the left
// is none: "1.0.0" and "1.01.0" are not understood.
func headerSection(section string) (number string, ok bool) {
	if section == "0" {
		return "", true
	}
	number, rest, found := strings.Cut(section, ".0")
	return number, found && rest == ""
}

// MIMESection does for imap_fetchmime what [BodySection] does for
// imap_fetchbody.
func MIMESection(b *backend.BodyStructure, section string) (name string, ok bool) {
	if len(section) > maxSection || Part(b, section) == nil {
		return "", false
	}
	return section + ".MIME", true
}

// Section returns the text of a section, by its name in RFC 9051 section 6.4.5:
// "" is the whole message, then "HEADER", "TEXT", "1", "1.2.HEADER", "2.MIME".
// It is not ok if the message has no such section.
//
// The only part of a message that is no multipart has an empty MIME header;
// where the content has no octets, its text is empty and ok.
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

// splitSection splits the name of a section into the part's number and what of
// the part is meant, "" for its content.
func splitSection(name string) (number, kind string) {
	i := strings.LastIndexByte(name, '.')
	switch kind := name[i+1:]; kind {
	case "HEADER", "TEXT", "MIME":
		return name[:max(i, 0)], kind
	}
	return name, ""
}
