package readable

import (
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Text returns the text of the message as people read it, in UTF-8 with lines that end in LF.
//
// The text is what stands in the body: of alternatives the plain text, or if that is empty the
// richest one that is not. HTML becomes plain text, and format=flowed is joined (RFC 3676). The texts of a
// multipart/mixed follow one another, with an empty line between. Attachments, nested messages,
// files in uuencode, and the signatures of S/MIME and PGP are left out. Without any text it is
// that of winmail.dat, where Outlook puts it. Text that is encrypted, or within an S/MIME
// signature, is not there, or as it stands, and a doubt says so.
//
// A message without text has "".
func (m *Message) Text() (string, Doubts, error) {
	t := texts{m: m, body: map[*imapcompat.Structure]*leaf{}}
	for _, l := range m.leaves() {
		if l.role == roleBody {
			t.body[l.part] = l
		}
	}
	text, err := t.of(m.Structure)
	if err != nil {
		return "", t.doubts, err
	}
	if text == "" {
		if text, err = t.ofTNEF(); err != nil {
			return "", t.doubts, err
		}
	}
	if text == "" {
		if text, err = t.ofLostParts(); err != nil {
			return "", t.doubts, err
		}
	}
	for _, l := range m.leaves() {
		switch p, ok := protectionOf(l.part); {
		case ok && !p.Signed:
			t.doubts.add(DoubtEncrypted, 0, p.Standard)
		case ok && l.role == roleFile:
			t.doubts.add(DoubtFormat, 0, p.Standard) // the text is within the signature
		}
	}
	return text, t.doubts, nil
}

// PartText returns the text of one part by its section number, as [imapcompat.Structure.Sections]
// has it: of a text, or of a part that reports something to programs. A part that is no text,
// or that the message does not have, has "".
func (m *Message) PartText(section string) (string, Doubts, error) {
	for _, l := range m.leaves() {
		if l.section != section {
			continue
		}
		mediaType := l.mediaType()
		if !strings.HasPrefix(mediaType, "text/") && (!strings.HasPrefix(mediaType, "message/") || m.nested(l) != nil) {
			return "", nil, nil
		}
		t := texts{m: m}
		text, err := t.ofLeaf(l)
		return text, t.doubts, err
	}
	return "", nil, nil
}

// HTML returns the HTML of the message in UTF-8, and "" if it has none. Images in it with
// "cid:" are those of [Message.ByContentID]. The HTML is the sender's: it must be sanitized
// before a browser shows it.
func (m *Message) HTML() (string, Doubts, error) {
	for _, l := range m.leaves() {
		if l.role == roleBody && l.mediaType() == "text/html" {
			return m.content(l)
		}
	}
	return "", nil, nil
}

// texts joins the texts of a message.
type texts struct {
	m      *Message
	body   map[*imapcompat.Structure]*leaf // the parts with text
	doubts Doubts
}

// of returns the text of a part.
func (t *texts) of(s *imapcompat.Structure) (string, error) {
	switch {
	case s == nil:
		return "", nil
	case s.Type != imapcompat.TYPEMULTIPART:
		return t.ofLeaf(t.body[s])
	case strings.EqualFold(s.Subtype, "ALTERNATIVE"):
		return t.ofAlternatives(s.Parts)
	case strings.EqualFold(s.Subtype, "RELATED"):
		return t.ofRelated(s)
	}
	var joined []string
	for _, part := range s.Parts {
		text, err := t.of(part)
		if err != nil {
			return "", err
		}
		if text != "" {
			joined = append(joined, text)
		}
	}
	return strings.Join(joined, "\n\n"), nil
}

// ofAlternatives returns the first alternative in plain text, or if it is empty the last one
// that is not: the richest is last (RFC 2046 section 5.1.4).
func (t *texts) ofAlternatives(parts []*imapcompat.Structure) (string, error) {
	plain := -1
	for i, part := range parts {
		if t.isPlain(part) {
			plain = i
			break
		}
	}
	if plain >= 0 {
		if text, err := t.of(parts[plain]); text != "" || err != nil {
			return text, err
		}
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if i == plain {
			continue
		}
		if text, err := t.of(parts[i]); text != "" || err != nil {
			return text, err
		}
	}
	return "", nil
}

// isPlain reports whether all texts of a part are plain, and whether it has any.
func (t *texts) isPlain(s *imapcompat.Structure) bool {
	if s == nil {
		return false
	}
	if s.Type != imapcompat.TYPEMULTIPART {
		l := t.body[s]
		return l != nil && l.mediaType() == "text/plain"
	}
	found := false
	for _, part := range s.Parts {
		switch {
		case t.isPlain(part):
			found = true
		case part != nil && (part.Type == imapcompat.TYPEMULTIPART && t.hasText(part) || t.body[part] != nil):
			return false
		}
	}
	return found
}

func (t *texts) hasText(s *imapcompat.Structure) bool {
	for _, part := range s.Parts {
		if part != nil && (t.body[part] != nil || part.Type == imapcompat.TYPEMULTIPART && t.hasText(part)) {
			return true
		}
	}
	return false
}

// ofRelated returns the text of the root of a multipart/related (RFC 2387), which is the first
// part unless the parameter start names another.
func (t *texts) ofRelated(s *imapcompat.Structure) (string, error) {
	if start := contentID(parameter(s.Parameters, "start")); start != "" {
		for _, part := range s.Parts {
			if part != nil && contentID(part.ID) == start {
				return t.of(part)
			}
		}
	}
	for _, part := range s.Parts {
		if text, err := t.of(part); text != "" || err != nil {
			return text, err
		}
	}
	return "", nil
}

// ofLeaf returns the text of a part that has one.
func (t *texts) ofLeaf(l *leaf) (string, error) {
	if l == nil {
		return "", nil
	}
	text, doubts, err := t.m.content(l)
	t.doubts.merge(doubts)
	if err != nil {
		return "", err
	}
	switch l.mediaType() {
	case "text/html", "text/x-amp-html", "text/enriched", "text/richtext":
		text, doubts = HTML(text)
		t.doubts.merge(doubts)
		return trimText(text), nil
	}
	text, doubts = Clean(text)
	t.doubts.merge(doubts)
	text = withoutUU(text)
	text, state := withoutPGP(text)
	if state.Encrypted {
		t.doubts.add(DoubtEncrypted, 0, "PGP")
	}
	if strings.EqualFold(parameter(l.part.Parameters, "format"), "flowed") {
		text = Flowed(text, strings.EqualFold(parameter(l.part.Parameters, "delsp"), "yes"))
	}
	return trimText(text), nil
}

// ofLostParts returns the body as it stands of a multipart whose parts were not found, since its
// boundary is wrong.
func (t *texts) ofLostParts() (string, error) {
	if t.m.Structure.Type != imapcompat.TYPEMULTIPART {
		return "", nil
	}
	for _, l := range t.m.leaves() {
		if l.part.Bytes > 0 {
			return "", nil
		}
	}
	whole, doubts, err := t.m.read(t.m.Section, unknownLength)
	t.doubts.merge(doubts)
	if err != nil {
		return "", err
	}
	_, body := splitHeader(whole)
	if strings.TrimSpace(body) == "" || strings.Contains(body, "\x00") {
		return "", nil
	}
	t.doubts.add(DoubtLostParts, 0, parameter(t.m.Structure.Parameters, "boundary"))
	text, doubts := UTF8(body, "")
	t.doubts.merge(doubts)
	text, doubts = Clean(text)
	t.doubts.merge(doubts)
	return trimText(text), nil
}

// trimText returns a text without the empty lines around it, and without blanks at its end. A
// text of blanks is empty.
func trimText(text string) string {
	text = strings.TrimRight(text, " \t\r\n\u00a0\u200b\ufeff")
	for {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok || strings.TrimSpace(line) != "" {
			return text
		}
		text = rest
	}
}
