package imapcompat

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// mutf7 is the base64 of modified UTF-7 (RFC 3501, section 5.1.3): with a
// comma for the slash, and without padding.
var mutf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// UTF7Decode decodes what [UTF7Encode] encodes, as imap_utf7_decode does. It
// has the syntax of modified UTF-7, but its base64 is one of octets and not of
// UTF-16: a server's mailbox name comes out as ISO-8859-1 only if it is ASCII.
// [MUTF7ToUTF8] decodes mailbox names.
//
// Where PHP returns false and warns there is an error with the text of the
// warning that matches [ErrInvalidArgument].
func UTF7Decode(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case isMUTF7Special(c):
			return "", utf7Error("Invalid modified UTF-7 character", c)
		case c != '&':
			b.WriteByte(c)
		case strings.HasPrefix(text[i+1:], "-"):
			b.WriteByte('&')
			i++
		default:
			digits, err := utf7Digits(text[i+1:])
			if err != nil {
				return "", err
			}
			octets, _ := mutf7.DecodeString(digits) // whose digits are known
			b.Write(octets)
			i += len(digits) + len("-")
		}
	}
	return b.String(), nil
}

// utf7Digits are those up to the "-", which there must be.
func utf7Digits(s string) (string, error) {
	n := mutf7Length(s)
	switch {
	case n == len(s):
		return "", warning("imap_utf7_decode", "Unexpected end of string", ErrInvalidArgument)
	case s[n] != '-':
		return "", utf7Error("Invalid modified base64 character", s[n])
	case n%4 == 1:
		return "", utf7Error("Stray modified base64 character", s[n-1])
	}
	return s[:n], nil
}

// utf7Error is PHP's warning, which a NUL cuts short.
func utf7Error(text string, octet byte) error {
	return warning("imap_utf7_decode", cString(text+": `"+string([]byte{octet})+"'"), ErrInvalidArgument)
}

// UTF7Encode encodes octets in the syntax of modified UTF-7, as
// imap_utf7_encode does: those outside of printable ASCII in base64, and "&" as
// "&-". The base64 is one of octets and not of UTF-16, so that "\xe4" becomes
// "&5A-", which is another mailbox name to a server than "ä". [UTF8ToMUTF7]
// encodes mailbox names.
func UTF7Encode(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && isMUTF7Special(text[i]) {
			i++
		}
		if start < i {
			out = append(out, '&')
			out = mutf7.AppendEncode(out, []byte(text[start:i]))
			out = append(out, '-')
			continue
		}
		out = append(out, text[i])
		if text[i] == '&' {
			out = append(out, '-')
		}
		i++
	}
	return string(out)
}

// UTF8ToMUTF7 encodes a mailbox name in modified UTF-7 (RFC 3501, section
// 5.1.3), as imap_utf8_to_mutf7 does. As in PHP control characters stay as they
// are, and a NUL ends the name.
//
// Where PHP returns false, for text that is not UTF-8, there is an error that
// matches [ErrInvalidArgument].
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

// utf16Octets is big-endian.
func utf16Octets(text string) []byte {
	var b []byte
	for _, c := range utf16.Encode([]rune(text)) {
		b = append(b, byte(c>>8), byte(c))
	}
	return b
}

// MUTF7ToUTF8 decodes a mailbox name in modified UTF-7, as imap_mutf7_to_utf8
// does. As in PHP characters outside the basic plane are left out, "&" and "+"
// in base64, where they need not be, come out as each other, and an encoded NUL
// ends the name.
//
// Where PHP returns false, for text that is not modified UTF-7, there is an
// error that matches [ErrInvalidArgument].
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

// mutf7Text is what stands between "&" and "-". Bits and octets that make no
// code unit are dropped.
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

// isMUTF7Special is whether an octet has to be encoded. DEL has.
func isMUTF7Special(c byte) bool { return c < ' ' || c > '~' }

// mutf7Length is the length of the base64 that s begins with.
func mutf7Length(s string) int {
	for i := range len(s) {
		if c := s[i]; !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == ',') {
			return i
		}
	}
	return len(s)
}
