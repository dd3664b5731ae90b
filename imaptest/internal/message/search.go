package message

import (
	"bytes"
	"strings"
)

// Fields returns the values of all fields with a name, in order, raw but on one line each.
func (m *Message) Fields(name string) (values []string) {
	for f := range m.named(name) {
		values = append(values, string(oneLine(f)))
	}
	return values
}

// named yields the fields of the message with a name.
func (m *Message) named(name string) func(func(field) bool) {
	key := lower([]byte(name))
	return func(yield func(field) bool) {
		for f := range fields(m.root().header) {
			if f.key() == key && !yield(f) {
				return
			}
		}
	}
}

// oneLine returns the value of a field as SEARCH reads it: without line breaks, a blank for the
// tab that a folded line begins with, and without the first blank of the value only.
func oneLine(f field) []byte {
	value := firstLine(f.raw)
	value = value[min(f.bare(), len(value)):]
	if !f.isFolded() {
		return value
	}
	value = bytes.Clone(value)
	for line := range f.foldedLines() {
		value = append(value, line...)
		if n := len(value) - len(line); len(line) > 0 && line[0] == '\t' {
			value[n] = ' '
		}
	}
	return value
}

// bare returns the length of what precedes the value for SEARCH: the name, the colon and a blank.
func (f field) bare() int {
	n := f.colon + 1
	if n > 0 && n < len(f.raw) && isBlank(f.raw[n]) {
		n++
	}
	return n
}

// HasField reports whether a field with the name contains a text, as SEARCH HEADER asks. An empty
// text is in each field.
func (m *Message) HasField(name, text string) bool {
	return m.search(name, text, oneLine)
}

// HasSubject answers SEARCH SUBJECT, in which white space counts as one blank.
func (m *Message) HasSubject(text string) bool {
	return m.search("subject", text, func(f field) []byte {
		return packBlanks(oneLine(f))
	})
}

// packBlanks replaces blanks by one, and removes those at the begin.
func packBlanks(value []byte) []byte {
	packed := make([]byte, 0, len(value))
	last := byte(' ')
	for _, c := range value {
		if isBlank(c) {
			c = ' '
		}
		if c != ' ' || last != ' ' {
			packed = append(packed, c)
		}
		last = c
	}
	return packed
}

// HasAddress answers SEARCH FROM, TO, CC and BCC. The field is compared in the form "name
// <mailbox@host>", whatever it was written like.
func (m *Message) HasAddress(name, text string) bool {
	return m.search(name, text, func(f field) []byte {
		return formatAddresses(parseAddresses(oneLine(f)))
	})
}

func (m *Message) search(name, text string, value func(field) []byte) bool {
	key := Normalize(text)
	for f := range m.named(name) {
		if text == "" {
			return true
		}
		if key != "" && bytes.Contains(append(decodeWords(value(f), true), "\r\n"...), []byte(key)) {
			return true
		}
	}
	return false
}

// HasBody answers SEARCH BODY: whether a part that is text or a message contains a text, decoded.
// An empty text is in each message.
func (m *Message) HasBody(text string) bool { return m.contains(text, false) }

// HasText answers SEARCH TEXT, which is SEARCH BODY with the headers of all parts.
func (m *Message) HasText(text string) bool { return m.contains(text, true) }

func (m *Message) contains(text string, withHeaders bool) bool {
	key := Normalize(text)
	if text == "" || key == "" {
		return text == ""
	}
	return m.containsIn(m.root(), []byte(key), withHeaders)
}

func (m *Message) containsIn(p *part, key []byte, withHeaders bool) bool {
	if withHeaders && bytes.Contains(searchedHeader(p.header), key) {
		return true
	}
	for _, child := range p.children {
		if m.containsIn(child, key, withHeaders) {
			return true
		}
	}
	return len(p.children) == 0 && bytes.Contains(m.searchedBody(p), key)
}

// searchedHeader returns a header as SEARCH TEXT reads it.
func searchedHeader(header []byte) []byte {
	var text []byte
	for f := range fields(header) {
		text = appendNormal(text, f.name)
		text = append(text, f.raw[len(f.name):f.bare()]...)
		text = append(text, decodeWords(oneLine(f), true)...)
		text = append(text, "\r\n"...)
	}
	return text
}

// searchedBody returns the body of a part as SEARCH reads it: nothing of what is no text and no
// message.
func (m *Message) searchedBody(p *part) []byte {
	if p.isMultipart() {
		return nil
	}
	searched, charset := true, ""
	first := true
	for f := range fields(p.header) {
		if f.key() != "content-type" {
			continue
		}
		ct := parseContentType(f.value)
		kind := lower([]byte(ct.kind))
		searched = ct.subtype != "" && (kind == "text" || kind == "message")
		if first {
			charset, first = ct.param("charset"), false
		}
	}
	if !searched {
		return nil
	}
	encoding := identity
	for f := range fields(p.header) {
		if f.key() == "content-transfer-encoding" {
			encoding = parseTransferEncoding(f.value)
		}
	}
	text, _ := encoding.decode(m.bodyOf(p))
	if decoderOf(charset) == nil {
		charset = ""
	}
	return appendUTF8(nil, text, charset, true)
}

func (ct *contentType) param(name string) string {
	for _, p := range ct.params {
		if strings.EqualFold(p.name, name) {
			return p.value
		}
	}
	return ""
}

// formatAddresses writes addresses as in a field.
func formatAddresses(list []address) []byte {
	var dst []byte
	separator, inGroup := "", false
	for _, a := range list {
		switch {
		case a.host != nil:
			dst = append(dst, separator...)
			dst = a.format(dst)
			separator = ", "
		case inGroup:
			dst = append(bytes.TrimSuffix(dst, []byte(" ")), ';')
			inGroup, separator = false, ", "
		default:
			dst = append(dst, separator...)
			if len(a.mailbox) > 0 {
				dst = appendPhrase(dst, a.mailbox)
			} else {
				dst = append(dst, `""`...)
			}
			dst = append(dst, ": "...)
			inGroup, separator = true, ""
		}
	}
	return dst
}

func (a address) format(dst []byte) []byte {
	if len(a.name) > 0 {
		dst = appendPhrase(dst, a.name)
		dst = append(dst, ' ')
	}
	dst = append(dst, '<')
	if a.route != nil {
		dst = append(dst, a.route...)
		dst = append(dst, ':')
	}
	if len(a.mailbox) == 0 {
		dst = append(dst, `""`...)
	} else {
		dst = appendWord(dst, a.mailbox, isWord)
	}
	dst = append(dst, '@')
	dst = append(dst, a.host...)
	return append(dst, '>')
}

// appendPhrase quotes a phrase if necessary, but no encoded words.
func appendPhrase(dst, s []byte) []byte {
	if bytes.Contains(s, []byte("=?")) {
		return append(dst, s...)
	}
	return appendWord(dst, s, isAtom)
}

// appendWord quotes what does not consist of the characters.
func appendWord(dst, s []byte, plain func(byte) bool) []byte {
	quoted := false
	for _, c := range s {
		quoted = quoted || !plain(c)
	}
	if !quoted {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for _, c := range s {
		if c == '"' || c == '\\' || c == '\'' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}
