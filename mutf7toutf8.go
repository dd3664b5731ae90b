package imapcompat

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MUTF7ToUTF8 decodes a mailbox name in modified UTF-7 (RFC 3501 section 5.1.3), as
// imap_mutf7_to_utf8 does. As in PHP characters outside the basic plane are left out, an
// encoded NUL ends the name, and "&" and "+" that are encoded in base64 without need are
// exchanged.
//
// The error matches [ErrInvalidArgument] where PHP returns false, for text that is not
// modified UTF-7.
func MUTF7ToUTF8(text string) (string, error) {
	text = cString(text)
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			return "", mutf7Error("mailbox name with 8-bit octet")
		case c != '&':
			b.WriteByte(c)
		default:
			rest := text[i+1:]
			n := mutf7Length(rest)
			if n == len(rest) {
				return "", mutf7Error("unterminated modified UTF-7 name")
			}
			if rest[n] != '-' {
				return "", mutf7Error("invalid modified UTF-7 name")
			}
			b.WriteString(mutf7Text(rest[:n]))
			i += n + len("-")
		}
	}
	return cString(b.String()), nil
}

func mutf7Error(text string) error { return valueError("imap_mutf7_to_utf8", text) }

// mutf7Text returns the text between "&" and "-". It drops bits and octets that make no
// code unit.
func mutf7Text(digits string) string {
	if digits == "" {
		return "&"
	}
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	octets, _ := mutf7.DecodeString(digits) // whose digits are known
	var b strings.Builder
	for ; len(octets) >= 2; octets = octets[2:] {
		switch r := rune(octets[0])<<8 | rune(octets[1]); {
		case utf16.IsSurrogate(r):
		case r == '&':
			b.WriteByte('+')
		case r == '+':
			b.WriteByte('&')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
