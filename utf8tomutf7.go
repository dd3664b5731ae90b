package imapcompat

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF8ToMUTF7 encodes a mailbox name in modified UTF-7 (RFC 3501 section 5.1.3), as
// imap_utf8_to_mutf7 does. As in PHP control characters stay as they are, and a NUL ends
// the name.
//
// The error matches [ErrInvalidArgument] where PHP returns false, for text that is not
// UTF-8.
func UTF8ToMUTF7(text string) (string, error) {
	text = cString(text)
	if !utf8.ValidString(text) {
		return "", valueError("imap_utf8_to_mutf7", "not UTF-8")
	}
	var b strings.Builder
	for text != "" {
		n := strings.IndexFunc(text, func(r rune) bool { return r < utf8.RuneSelf })
		if n < 0 {
			n = len(text)
		}
		if n > 0 {
			b.WriteString("&" + mutf7.EncodeToString(utf16Octets(text[:n])) + "-")
			text = text[n:]
			continue
		}
		b.WriteByte(text[0])
		if text[0] == '&' {
			b.WriteByte('-')
		}
		text = text[1:]
	}
	return b.String(), nil
}

// utf16Octets returns text in UTF-16, big-endian.
func utf16Octets(text string) []byte {
	var b []byte
	for _, c := range utf16.Encode([]rune(text)) {
		b = append(b, byte(c>>8), byte(c))
	}
	return b
}
