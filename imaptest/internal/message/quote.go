package message

import (
	"bytes"
	"strconv"
)

// maxEscapes is the number of quoted-specials up to which a string is quoted.
const maxEscapes = 4

// Quote returns an IMAP string (RFC 3501 section 4.3): quoted, or a literal if it has a line
// break, an octet above 127, or more than four characters that need a backslash.
func Quote(s []byte) []byte { return appendString(nil, s) }

// QuoteN is Quote, but for nil returns NIL.
func QuoteN(s []byte) []byte { return appendNString(nil, s) }

func appendNString(dst, s []byte) []byte {
	if s == nil {
		return append(dst, "NIL"...)
	}
	return appendString(dst, s)
}

func appendString(dst, s []byte) []byte {
	escapes := 0
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			escapes++
		case c == '\r' || c == '\n' || c == 0 || c >= 0x80:
			return appendLiteral(dst, s)
		}
	}
	if escapes > maxEscapes {
		return appendLiteral(dst, s)
	}
	dst = append(dst, '"')
	for _, c := range s {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// appendLiteral appends a literal. A literal has no NUL; Dovecot sends 0x80 instead.
func appendLiteral(dst, s []byte) []byte {
	dst = append(dst, '{')
	dst = strconv.AppendInt(dst, int64(len(s)), 10)
	dst = append(dst, "}\r\n"...)
	return append(dst, withoutNUL(s)...)
}

// withoutNUL returns the text itself if it has no NULs.
func withoutNUL(text []byte) []byte {
	if bytes.IndexByte(text, 0) < 0 {
		return text
	}
	return bytes.ReplaceAll(text, []byte{0}, []byte{0x80})
}

// appendUnfolded appends the value of a field without its line breaks. A blank replaces a line
// break that no white space follows.
func appendUnfolded(dst, s []byte) []byte {
	if s == nil || !bytes.ContainsAny(s, "\r\n") {
		return appendNString(dst, s)
	}
	line := make([]byte, 0, len(s))
	for i, c := range s {
		switch {
		case c != '\r' && c != '\n':
			line = append(line, c)
		case i+1 < len(s) && !isSpace(s[i+1]):
			line = append(line, ' ')
		}
	}
	return appendString(dst, line)
}

func isSpace(c byte) bool { return isBlank(c) || c == '\r' || c == '\n' }

// appendReadable appends a text for people, a subject or a name: white space becomes one blank,
// and none at its begin and end. A text that changes is a literal, as is one with a quoted-special
// or an octet above 127.
func appendReadable(dst, s []byte) []byte {
	if s == nil {
		return append(dst, "NIL"...)
	}
	packed := bytes.Join(bytes.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }), []byte(" "))
	plain := bytes.Equal(packed, s) && !bytes.ContainsAny(s, `"\`)
	for _, c := range s {
		plain = plain && c < 0x80
	}
	if plain || len(packed) == 0 {
		dst = append(dst, '"')
		dst = append(dst, packed...)
		return append(dst, '"')
	}
	return appendLiteral(dst, packed)
}
