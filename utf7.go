package imapcompat

import "encoding/base64"

// mutf7 is the base64 of modified UTF-7 (RFC 3501 section 5.1.3), with a comma for the
// slash and without padding.
var mutf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// isMUTF7Special reports whether an octet has to be encoded. DEL has.
func isMUTF7Special(c byte) bool { return c < ' ' || c > '~' }

// mutf7Length returns the length of the base64 that s begins with.
func mutf7Length(s string) int {
	for i := range len(s) {
		if c := s[i]; !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == ',') {
			return i
		}
	}
	return len(s)
}
