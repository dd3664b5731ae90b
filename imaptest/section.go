package imaptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	parser "github.com/imapcompat/imapcompat/imaptest/internal/message"
)

// section is a section of a message (RFC 3501 section 6.4.5).
type section struct {
	part      []int
	specifier string // "", HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, MIME or TEXT
	fields    []string

	partial        bool
	offset, octets uint64
}

// item returns the item of FETCH for a section.
func (sec section) item(sees bool) fetchItem {
	return fetchItem{sees: sees, missing: "NIL", value: func(s *imapSession, i int) ([]byte, error) {
		text := sec.of(s.view.messages[i].message)
		if !s.srv.provider.wholePartials {
			text = sec.cut(text)
		}
		return literalValue(text), nil
	}}
}

// of returns the section of a message. A section that does not exist is empty, as in Dovecot.
func (sec section) of(m *message) []byte {
	text, _ := m.content.Section(sec.part, sec.specifier, sec.fields)
	return text
}

// cut returns the partial text.
func (sec section) cut(b []byte) []byte {
	if !sec.partial {
		return b
	}
	b = b[min(sec.offset, uint64(len(b))):]
	return b[:min(sec.octets, uint64(len(b)))]
}

// binaryItem returns the item for the decoded octets of a part (RFC 3516).
func (sec section) binaryItem(sees bool) fetchItem {
	return fetchItem{sees: sees, missing: "NIL", value: func(s *imapSession, i int) ([]byte, error) {
		content := s.view.messages[i].content
		b, known, ok := content.Binary(sec.part)
		if err := sec.refusal(content, known, ok); err != nil {
			return []byte("NIL"), err
		}
		value := literalValue(sec.cut(b))
		if content.IsLiteral8(sec.part) {
			return append([]byte("~"), value...), nil
		}
		return value, nil
	}}
}

// binarySizeItem returns the item for the number of decoded octets.
func (sec section) binarySizeItem() fetchItem {
	return fetchItem{missing: "0", value: func(s *imapSession, i int) ([]byte, error) {
		content := s.view.messages[i].content
		b, known, ok := content.Binary(sec.part)
		return fmt.Appendf(nil, "%d", len(b)), sec.refusal(content, known, ok)
	}}
}

// refusal returns Dovecot's answer for a part that cannot be decoded. A part that does not exist is
// empty.
func (sec section) refusal(content *parser.Message, known, ok bool) error {
	_, exists := content.Section(sec.part, "", nil)
	switch {
	case !known:
		return no("UNKNOWN-CTE", "Unknown Content-Transfer-Encoding")
	case !ok && exists:
		return no("PARSE", "Invalid data in MIME part")
	}
	return nil
}

// sectionKind is a kind of item that names a section in brackets.
type sectionKind struct {
	name  string
	needs string // capability
	item  func(section) fetchItem
}

var sectionKinds = []sectionKind{
	{"BODY", "", func(sec section) fetchItem { return sec.item(true) }},
	{"BODY.PEEK", "", func(sec section) fetchItem { return sec.item(false) }},
	{"BINARY", "BINARY", func(sec section) fetchItem { return sec.binaryItem(true) }},
	{"BINARY.PEEK", "BINARY", func(sec section) fetchItem { return sec.binaryItem(false) }},
	{"BINARY.SIZE", "BINARY", section.binarySizeItem},
}

// parse reads a section after its bracket. The fields of HEADER.FIELDS are the next argument, and
// what follows them the one after that.
func (kind sectionKind) parse(text string, args []argument) (item fetchItem, used int, err error) {
	var sec section
	label, tail, closed := strings.Cut(text, "]")
	name, used := label, 1
	if !closed && len(args) > 2 && args[1].kind == listArgument {
		names, fields, err := headerList(args[1].list)
		if err != nil {
			return fetchItem{}, 0, err
		}
		sec.fields = fields
		label += " (" + names + ")"
		tail, closed = strings.CutPrefix(args[2].text, "]")
		used = 3
	}
	if !closed {
		return fetchItem{}, 0, bodyError("Missing ']'")
	}
	if err := sec.parse(name); err != nil {
		return fetchItem{}, 0, err
	}
	if err := sec.parsePartial(tail); err != nil {
		return fetchItem{}, 0, err
	}
	item = kind.item(sec)
	item.name = strings.TrimSuffix(kind.name, ".PEEK") + "[" + label + "]"
	if sec.partial {
		item.name += fmt.Sprintf("<%d>", sec.offset)
	}
	return item, used, nil
}

func bodyError(text string) syntaxError { return syntaxError("Invalid BODY[..] parameter: " + text) }

// takesFields reports whether names of header fields follow a specifier.
func takesFields(text string) bool {
	return strings.HasSuffix(text, "HEADER.FIELDS") || strings.HasSuffix(text, "HEADER.FIELDS.NOT")
}

// headerList reads the names of header fields, and returns them as the response has them too.
func headerList(args []argument) (label string, fields []string, err error) {
	var labels []string
	for _, arg := range args {
		name := strings.ToUpper(arg.text)
		switch arg.kind {
		case listArgument:
			return "", nil, bodyError("Header list contains non-strings")
		case atomArgument:
			labels = append(labels, name)
		default:
			labels = append(labels, string(parser.Quote([]byte(name))))
		}
		fields = append(fields, name)
	}
	return strings.Join(labels, " "), fields, nil
}

var specifiers = []string{"", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "MIME", "TEXT"}

// parse reads the number of a part and a specifier, such as "1.2.MIME".
func (sec *section) parse(name string) error {
	rest := name
	for rest != "" {
		digits, after, dotted := strings.Cut(rest, ".")
		n, err := strconv.ParseUint(digits, 10, 31)
		if err != nil {
			break
		}
		if dotted && after == "" {
			return syntaxError("Invalid BODY[..] section")
		}
		sec.part = append(sec.part, int(n))
		rest = after
	}
	sec.specifier = rest
	if !slices.Contains(specifiers, rest) || rest == "MIME" && len(sec.part) == 0 || takesFields(rest) != (len(sec.fields) > 0) {
		return syntaxError("Invalid BODY[..] section")
	}
	return nil
}

// parsePartial reads "<0.1024>". Dovecot also takes "<0>", which has no end.
func (sec *section) parsePartial(text string) (err error) {
	if text == "" {
		return nil
	}
	text, ok := strings.CutPrefix(text, "<")
	if !ok {
		return bodyError("Unexpected data after ']'")
	}
	text, after, ok := strings.Cut(text, ">")
	switch {
	case !ok:
		return bodyError("Missing '>' in partial")
	case after != "":
		return bodyError("Unexpected data after '>'")
	}
	offset, octets, bounded := strings.Cut(text, ".")
	sec.partial = true
	if sec.offset, err = strconv.ParseUint(offset, 10, 63); err != nil {
		return bodyError("Too big partial start")
	}
	sec.octets = 1<<63 - 1
	if bounded {
		if sec.octets, err = strconv.ParseUint(octets, 10, 63); err != nil {
			return bodyError("Too big partial end")
		}
	}
	return nil
}
