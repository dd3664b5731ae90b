package imapcompat

import "strings"

// UTF7Decode decodes what [UTF7Encode] encodes, as imap_utf7_decode does. The syntax is
// that of modified UTF-7, but the base64 has octets and not UTF-16. So it does not decode
// the mailbox names of servers, unless they are ASCII; [MUTF7ToUTF8] does.
//
// The error matches [ErrInvalidArgument] where PHP returns false, and has the text of PHP's
// warning.
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

// utf7Digits returns the digits up to the "-", which has to be there.
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

// utf7Error is PHP's warning, which ends at a NUL.
func utf7Error(text string, octet byte) error {
	return warning("imap_utf7_decode", cString(text+": `"+string([]byte{octet})+"'"), ErrInvalidArgument)
}
