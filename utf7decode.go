package imapcompat

import "strings"

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
