package transfer

import (
	"encoding/base64"
	"strings"
)

// Classes of characters that are no digits of base64.
const (
	blank byte = 64 + iota
	pad
	junk
)

// digits has the value or the class of each character.
var digits = func() (t [256]byte) {
	for i := range t {
		t[i] = junk
	}
	for _, c := range "\x00\t\n\f\r " {
		t[c] = blank
	}
	t['='] = pad
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i, c := range alphabet {
		t[c] = byte(i)
	}
	return t
}()

// DecodeBase64 decodes up to the padding or, without one, up to the end, where
// bits that make no octet are dropped. Blanks and NULs may be anywhere but
// between two padding characters. Other characters that are not in the
// alphabet, and padding in the wrong place, make it fail.
//
// What is behind the padding is not looked at, except that surplus is the
// index of the first digit there, or -1.
func DecodeBase64(text string) (decoded string, surplus int, ok bool) {
	out := make([]byte, 0, len(text)/4*3+3)
	var bits uint32
	n := 0 // digits of this group of four
	for i := range len(text) {
		switch v := digits[text[i]]; v {
		case blank:
		case junk:
			return "", -1, false
		case pad:
			if n < 2 || n == 2 && !strings.HasPrefix(text[i+1:], "=") {
				return "", -1, false
			}
			return string(out), indexDigit(text, i+1), true
		default:
			bits = bits<<6 | uint32(v)
			if n > 0 {
				out = append(out, byte(bits>>(6-2*n)))
			}
			n = (n + 1) % 4
		}
	}
	return string(out), -1, true
}

func indexDigit(text string, from int) int {
	for i := from; i < len(text); i++ {
		if digits[text[i]] < blank {
			return i
		}
	}
	return -1
}

// EncodeBase64 encodes in lines of 60 characters. There is a line break after
// each full line and one more at the end.
func EncodeBase64(text string) string {
	const lineOctets, lineChars = 45, 60
	var b strings.Builder
	b.Grow(base64.StdEncoding.EncodedLen(len(text)) + 2*(len(text)/lineOctets+2))
	for len(text) > 0 {
		n := min(lineOctets, len(text))
		line := base64.StdEncoding.EncodeToString([]byte(text[:n]))
		b.WriteString(line)
		if len(line) == lineChars {
			b.WriteString("\r\n")
		}
		text = text[n:]
	}
	b.WriteString("\r\n")
	return b.String()
}
