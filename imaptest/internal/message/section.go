package message

import "slices"

// Section returns BODY[section] (RFC 3501 section 6.4.5), with 0x80 for each NUL. The part is
// empty for the message itself. The specifier is "", "HEADER", "HEADER.FIELDS",
// "HEADER.FIELDS.NOT", "MIME" or "TEXT"; the fields are those of HEADER.FIELDS, in any case.
//
// If ok is false there is no such section: no such part, or one that is no message and has
// neither HEADER nor TEXT. Dovecot sends an empty string for it.
func (m *Message) Section(number []int, specifier string, names []string) (data []byte, ok bool) {
	if specifier == "" && len(number) == 0 {
		return withoutNUL(m.text), true
	}
	p := m.root().find(number)
	if p != nil && len(number) > 0 && specifier != "" && specifier != "MIME" {
		p = p.message()
	}
	if p == nil {
		return nil, false
	}
	switch specifier {
	case "", "TEXT":
		data = m.bodyOf(p)
	case "MIME":
		if len(number) == 0 {
			return nil, false
		}
		data = p.header
	case "HEADER":
		data = p.header
	case "HEADER.FIELDS":
		data = m.selectFields(p, names, true)
	case "HEADER.FIELDS.NOT":
		data = m.selectFields(p, names, false)
	default:
		return nil, false
	}
	return withoutNUL(data), true
}

func (m *Message) bodyOf(p *part) []byte {
	start := p.bodyStart()
	return m.text[start : start+p.bodySize]
}

// find returns the part with a section number, or nil. A message without parts has itself as
// part 1. The parts of a message in a message are those of the inner one. Part 0 is part 1 if
// there are several.
func (p *part) find(number []int) *part {
	for i, n := range number {
		if i > 0 && p.kind == nested {
			p = p.children[0]
		}
		switch {
		case p.isMultipart():
			n = max(n, 1)
			if n > len(p.children) {
				return nil
			}
			p = p.children[n-1]
		case n != 1 || i < len(number)-1 && p.kind != nested:
			return nil
		}
	}
	return p
}

// message returns the message in a part, or nil.
func (p *part) message() *part {
	if p.kind != nested {
		return nil
	}
	return p.children[0]
}

// selectFields returns the fields with the names, or all others, and the blank line. Behind a part
// without blank line Dovecot reads on. It adds a missing blank line only to wanted fields of the
// message itself.
func (m *Message) selectFields(p *part, names []string, wanted bool) (data []byte) {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = lower([]byte(name))
	}
	header := m.text[p.start:]
	for f := range fields(header) {
		if slices.Contains(keys, f.key()) == wanted {
			data = append(data, f.raw...)
		}
	}
	switch {
	case headerLength(header) < len(header):
		data = append(data, "\r\n"...)
	case wanted && p.parent == nil:
		if n := len(data); n > 0 && data[n-1] != '\n' {
			data = append(data, "\r\n"...)
		}
		data = append(data, "\r\n"...)
	}
	return data
}
