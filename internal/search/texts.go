package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/transfer"
)

// texts searches the texts of a message, in headers and in parts.
type texts struct {
	structure *backend.BodyStructure
	message   *mime.Message
	notice    func(string)

	missing [][]byte
	headers bool // headers are searched too
}

func newTexts(msg *backend.Message, notice func(string)) *texts {
	return &texts{
		structure: msg.Structure,
		message:   mime.Parse(msg.Sections[0], new(mime.Names), nil),
		notice:    notice,
	}
}

// contains reports whether the message contains each text: in the text of a part or, with
// headers, in the header of the message or of a part.
func (t *texts) contains(list [][]byte, headers bool) bool {
	if len(list) == 0 {
		return true
	}
	t.missing, t.headers = slices.Clone(list), headers
	if t.inHeader("HEADER") {
		return true
	}
	switch b := t.structure; {
	case b == nil:
	case isType(b, "MULTIPART"):
		return t.parts(b, "")
	default:
		return t.content(b, "1")
	}
	return false
}

// parts searches the parts of a multipart, whose numbers begin with prefix.
func (t *texts) parts(b *backend.BodyStructure, prefix string) bool {
	for i, part := range b.Parts {
		if t.part(part, prefix+strconv.Itoa(i+1)) {
			return true
		}
	}
	return false
}

func (t *texts) part(b *backend.BodyStructure, number string) bool {
	if t.inHeader(number + ".MIME") {
		return true
	}
	if isType(b, "MULTIPART") {
		return t.parts(b, number+".")
	}
	return t.content(b, number)
}

// content searches the content of a part that is not a multipart.
func (t *texts) content(b *backend.BodyStructure, number string) bool {
	switch {
	case isType(b, "MESSAGE") && strings.EqualFold(b.Subtype.Value, "RFC822"):
		if t.inHeader(number + ".HEADER") {
			return true
		}
		switch {
		case b.Body == nil:
			return false
		case isType(b.Body, "MULTIPART"):
			return t.part(b.Body, number)
		}
		return t.part(b.Body, number+".1")
	case isType(b, "MESSAGE") || isType(b, "TEXT"):
		return t.inText(b, number)
	}
	return false
}

func isType(b *backend.BodyStructure, name string) bool { return strings.EqualFold(b.Type, name) }

func (t *texts) inHeader(section string) bool {
	if !t.headers {
		return false
	}
	text, _ := t.message.Section(section)
	return remove(&t.missing, canonicalHeader(text))
}

func (t *texts) inText(b *backend.BodyStructure, number string) bool {
	text, _ := t.message.Section(number)
	decoded, ok := t.decode(text, b.Encoding.Value)
	return ok && remove(&t.missing, canonical(decoded, charsetOf(b)))
}

// decode decodes the content transfer encoding, and reports what is wrong in it as c-client
// does.
func (t *texts) decode(text []byte, encoding string) ([]byte, bool) {
	switch strings.ToUpper(encoding) {
	case "BASE64":
		encoded := string(text)
		octets, surplus, ok := transfer.DecodeBase64(encoded)
		if surplus >= 0 {
			t.notice(transfer.SurplusNotice(encoded[surplus:]))
		}
		return []byte(octets), ok
	case "QUOTED-PRINTABLE":
		encoded := string(text)
		octets, invalid := transfer.DecodeQuotedPrintable(encoded)
		if invalid >= 0 {
			t.notice(transfer.InvalidNotice(encoded[invalid:]))
		}
		return []byte(octets), true
	}
	return text, true
}

func charsetOf(b *backend.BodyStructure) string {
	for _, p := range b.Params {
		if strings.EqualFold(p.Name.Value, "CHARSET") && p.Value.Valid {
			return p.Value.Value
		}
	}
	return ""
}
