package message

import (
	"bytes"
	"strings"
)

// first returns the raw value of the first field with a name, or nil.
func (m *Message) first(name string) []byte {
	for f := range m.named(name) {
		return withReplacement(f.lines())
	}
	return nil
}

// firstAddress returns the first address of the first field with a name.
func (m *Message) firstAddress(name string) address {
	if list := parseAddresses(m.first(name)); len(list) > 0 {
		return list[0]
	}
	return address{}
}

// FirstMailbox returns the mailbox of the first address in a field, which is the key of SORT FROM,
// TO and CC (RFC 5256 section 3), normalized.
func (m *Message) FirstMailbox(name string) string {
	return Normalize(string(m.firstAddress(name).mailbox))
}

// DisplayName returns the key of SORT DISPLAYFROM and DISPLAYTO (RFC 5957), normalized: the name
// in the first address of a field, or its mailbox and host.
func (m *Message) DisplayName(field string) string {
	a := m.firstAddress(field)
	if name := decodeWords(a.name, false); len(name) > 0 {
		name, _, _ = bytes.Cut(name, []byte{0})
		return Normalize(string(name))
	}
	name := string(a.mailbox)
	if a.mailbox != nil && a.host != nil {
		name += "@" + string(a.host)
	}
	return Normalize(name)
}

// BaseSubject returns the base subject (RFC 5256 section 2.1), normalized, and whether the subject
// is that of a reply or of a forwarded message. A message without Subject has an empty one.
func (m *Message) BaseSubject() (base string, isReply bool) {
	subject := m.first("subject")
	s := decodeWords(subject, true)
	b := baseSubject{rest: s}
	// As in Dovecot a NUL ends a subject with white space to pack before it, and otherwise only
	// the base subject.
	text, _, hasNUL := bytes.Cut(s, []byte{0})
	if packed := packSpace(text); !hasNUL || !bytes.Equal(packed, text) {
		b.rest = packed
	}
	for {
		b.cutTrailers()
		for b.cutLeader() || b.cutBlob() {
		}
		if !b.cutForward() {
			base, _, _ := strings.Cut(string(b.rest), "\x00")
			return base, b.isReply
		}
	}
}

// packSpace replaces white space by one blank. As in Dovecot a blank before the first other white
// space stays.
func packSpace(s []byte) []byte {
	packed := make([]byte, 0, len(s))
	inSpace := false
	for len(s) > 0 && !isSpace(s[0]) || len(s) > 1 && s[0] == ' ' && !isBlank(s[1]) {
		packed, s = append(packed, s[0]), s[1:]
	}
	for _, c := range s {
		if !isSpace(c) {
			packed = append(packed, c)
		} else if !inSpace {
			packed = append(packed, ' ')
		}
		inSpace = isSpace(c)
	}
	return packed
}

// baseSubject is a subject in upper case from which RFC 5256 section 2.1 cuts.
type baseSubject struct {
	rest    []byte
	isReply bool
}

// cutTrailers cuts "(FWD)" and blanks from the end, step 2.
func (b *baseSubject) cutTrailers() {
	for {
		if rest, ok := bytes.CutSuffix(b.rest, []byte(" ")); ok {
			b.rest = rest
		} else if rest, ok := bytes.CutSuffix(b.rest, []byte("(FWD)")); ok {
			b.rest, b.isReply = rest, true
		} else {
			return
		}
	}
}

// cutLeader cuts a blank, and "RE:", "FW:" or "FWD:" with blobs before it, step 3.
func (b *baseSubject) cutLeader() bool {
	rest, found := bytes.CutPrefix(b.rest, []byte(" "))
	b.rest = rest
	for len(rest) > 0 && rest[0] == '[' {
		var ok bool
		if rest, ok = cutBlob(rest); !ok {
			return found
		}
	}
	for _, prefix := range []string{"RE", "FWD", "FW"} {
		after, ok := bytes.CutPrefix(rest, []byte(prefix))
		if !ok {
			continue
		}
		after = bytes.TrimPrefix(after, []byte(" "))
		if len(after) > 0 && after[0] == '[' {
			if after, ok = cutBlob(after); !ok {
				return found
			}
		}
		if len(after) == 0 || after[0] != ':' {
			return found
		}
		b.rest, b.isReply = after[1:], true
		return true
	}
	return found
}

// cutBlob cuts a blob if something follows it, step 4.
func (b *baseSubject) cutBlob() bool {
	rest, ok := cutBlob(b.rest)
	if !ok || len(rest) == 0 {
		return false
	}
	b.rest = rest
	return true
}

// cutForward cuts "[FWD:" and "]", step 6.
func (b *baseSubject) cutForward() bool {
	rest, ok := bytes.CutPrefix(b.rest, []byte("[FWD:"))
	if !ok || len(rest) == 0 || rest[len(rest)-1] != ']' {
		return false
	}
	b.rest, b.isReply = rest[:len(rest)-1], true
	return true
}

// cutBlob cuts "[text]" and a blank.
func cutBlob(s []byte) (rest []byte, ok bool) {
	if len(s) == 0 || s[0] != '[' {
		return s, false
	}
	end := bytes.IndexAny(s[1:], "[]")
	if end < 0 || s[1+end] != ']' {
		return s, false
	}
	return bytes.TrimPrefix(s[end+2:], []byte(" ")), true
}
