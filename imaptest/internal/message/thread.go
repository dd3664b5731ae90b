package message

import "bytes"

// MessageID returns the first message-id of Message-ID without its angle brackets, or "".
func (m *Message) MessageID() string { return firstOf(messageIDs(m.first("message-id"))) }

// References returns the message-ids by which THREAD finds the parents of a message, the nearest
// last: those of References, or if there are none the first of In-Reply-To (RFC 5256 section 3).
func (m *Message) References() []string {
	if list := messageIDs(m.first("references")); len(list) > 0 {
		return list
	}
	list := messageIDs(m.first("in-reply-to"))
	return list[:min(len(list), 1)]
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// maxInvalid is the number of invalid message-ids behind which none is looked for. Each may take
// reading the value to its end.
const maxInvalid = 100

// messageIDs returns the message-ids in a value. One needs an "@".
func messageIDs(value []byte) (ids []string) {
	for invalid := 0; invalid < maxInvalid; {
		i := bytes.IndexByte(value, '<')
		if i < 0 {
			return ids
		}
		value = value[i+1:]
		end := bytes.IndexAny(value, `>"(`)
		if end < 0 {
			return ids
		}
		if value[end] != '>' {
			if id, length, ok := readMessageID(value); ok {
				ids = append(ids, id)
				value = value[length:]
			} else {
				invalid++
			}
			continue
		}
		if id := value[:end]; bytes.IndexByte(id, '@') >= 0 {
			ids = append(ids, string(withoutSpace(id)))
		}
		value = value[end+1:]
	}
	return ids
}

func withoutSpace(s []byte) []byte {
	var b []byte
	for _, c := range s {
		if !isSpace(c) {
			b = append(b, c)
		}
	}
	return b
}

// readMessageID reads a message-id with strings, comments or domain-literals behind its "<".
func readMessageID(value []byte) (id string, length int, ok bool) {
	s := scanner{text: value}
	s.skip()
	var b []byte
	var o outcome
	if s.at('"') {
		b, o = s.quotedString(nil)
	} else {
		b, o = s.dotAtom(nil)
	}
	if o != more || !s.at('@') {
		return "", 0, false
	}
	b = append(b, '@')
	s.pos++
	s.skip()
	if b, o = s.dotAtom(b); o != more || !s.at('>') {
		return "", 0, false
	}
	return string(b), s.pos + 1, true
}
