package transfer

import (
	"io"
	"strings"
)

// DecodeQuotedPrintable decodes quoted-printable text. It drops blanks before a line break,
// which are transport padding (RFC 2045, section 6.7, rule 3). It keeps tabs, and blanks at the
// end of the text.
//
// An invalid sequence stays unchanged, but if its first digit is valid and the second is not,
// the second character is lost. invalid is the index of the invalid character of the first such
// sequence, or -1.
func DecodeQuotedPrintable(text string) (decoded string, invalid int) {
	out := inMemory(len(text))
	invalid = decodeQuotedPrintable(out, text)
	return out.text(), invalid
}

// DecodeQuotedPrintableTo is DecodeQuotedPrintable for a writer.
func DecodeQuotedPrintableTo(w io.Writer, text string) (invalid int, err error) {
	out := toWriter(w)
	invalid = decodeQuotedPrintable(out, text)
	return invalid, out.flush()
}

func decodeQuotedPrintable(out *output, text string) (invalid int) {
	blanks := 0 // blanks to drop if the line ends here
	addBlanks := func() {
		for ; blanks > 0; blanks-- {
			out.add(' ')
		}
	}
	invalid = -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ':
			blanks++
		case '=':
			addBlanks()
			octets, used, ok := unquote(text[i+1:])
			out.add([]byte(octets)...)
			i += used
			if !ok && invalid < 0 {
				invalid = i
			}
		case '\r', '\n':
			blanks = 0
			out.add(c)
		default:
			addBlanks()
			out.add(c)
		}
	}
	addBlanks()
	return invalid
}

// unquote reads what follows "=". It returns the octets that it stands for, and the number of
// characters read.
func unquote(s string) (octets string, used int, ok bool) {
	switch {
	case s == "" || s[0] == 0:
		return "", 0, true
	case strings.HasPrefix(s, "\r\n"):
		return "", 2, true
	case s[0] == '\r' || s[0] == '\n':
		return "", 1, true
	}
	if octet, ok := Octet(s); ok {
		return string([]byte{octet}), 2, true
	}
	if isHex(s[0]) && len(s) > 1 {
		return "=" + s[:1], 2, false
	}
	return "=" + s[:1], 1, false
}

// Octet returns the octet for the two hexadecimal digits at the start of s.
func Octet(s string) (octet byte, ok bool) {
	if len(s) < 2 || !isHex(s[0]) || !isHex(s[1]) {
		return 0, false
	}
	return hexValue(s[0])<<4 | hexValue(s[1]), true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// EncodeQuotedPrintable encodes everything but printable ASCII and CRLF. Lines have at most 76
// characters, including the "=" of a soft line break. A lone CR or LF is encoded like other
// octets.
func EncodeQuotedPrintable(text string) string {
	out := inMemory(len(text) + len(text)/8)
	encodeQuotedPrintable(out, text)
	return out.text()
}

// EncodeQuotedPrintableTo is EncodeQuotedPrintable for a writer.
func EncodeQuotedPrintableTo(w io.Writer, text string) error {
	out := toWriter(w)
	encodeQuotedPrintable(out, text)
	return out.flush()
}

func encodeQuotedPrintable(out *output, text string) {
	const maxLine, hex = 75, "0123456789ABCDEF"
	line := 0
	add := func(s ...byte) {
		if line += len(s); line > maxLine {
			out.add('=', '\r', '\n')
			line = len(s)
		}
		out.add(s...)
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch beforeCR := strings.HasPrefix(text[i+1:], "\r"); {
		case c == '\r' && strings.HasPrefix(text[i+1:], "\n"):
			out.add('\r', '\n')
			line = 0
			i++
		case c < ' ' || c >= 0x7f || c == '=' || c == ' ' && beforeCR:
			add('=', hex[c>>4], hex[c&0xf])
		default:
			add(c)
		}
	}
}
