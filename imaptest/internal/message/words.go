package message

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// decodeWords decodes the encoded words of a value (RFC 2047) to UTF-8. Blanks between two of
// them disappear, and so do the blanks between text and a word that does not parse. normal is
// whether the result is normalized, as it is for comparisons; then words in an unknown charset
// stay as they are.
func decodeWords(value []byte, normal bool) []byte {
	var dst []byte
	start := 0
	for pos := 0; pos+1 < len(value); {
		if value[pos] != '=' || value[pos+1] != '?' {
			pos++
			continue
		}
		if between := value[start:pos]; len(bytes.Trim(between, " \t\r\n")) > 0 {
			dst = appendUTF8(dst, between, "", normal)
		}
		charset, text, length, ok := readWord(value[pos+2:])
		if !ok {
			start = pos
			pos += 2
			continue
		}
		if len(text) > 0 {
			dst = appendUTF8(dst, text, charset, normal)
		}
		pos += 2 + length
		start = pos
	}
	if start < len(value) {
		dst = appendUTF8(dst, value[start:], "", normal)
	}
	return dst
}

// readWord reads an encoded word behind "=?".
func readWord(s []byte) (charset string, text []byte, length int, ok bool) {
	var marks [3]int
	n := 0
	for i := 0; i < len(s) && n < len(marks); i++ {
		if s[i] == '?' {
			marks[n] = i
			n++
		}
	}
	if n < len(marks) || marks[2]+1 >= len(s) || s[marks[2]+1] != '=' {
		return "", nil, 0, false
	}
	name, _, _ := bytes.Cut(s[:marks[0]], []byte{0})
	text = s[marks[1]+1 : marks[2]]
	switch s[marks[0]+1] {
	case 'q', 'Q':
		text = decodeQ(text)
	case 'b', 'B':
		text, _ = decodeBase64(text)
	default:
		return "", nil, 0, false
	}
	return string(name), text, marks[2] + 2, true
}

// decodeQ decodes the "Q" encoding. What does not parse stays.
func decodeQ(s []byte) []byte {
	dst := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case '_':
			c = ' '
		case '=':
			if len(s)-i < len("=XX") {
				return append(dst, s[i:]...)
			}
			if octet, ok := hexOctet(s[i:]); ok {
				c = octet
				i += 2
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// hexOctet returns the octet that "=" and two hexadecimal digits stand for.
func hexOctet(s []byte) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	var octet [1]byte
	_, err := hex.Decode(octet[:], s[1:3])
	return octet[0], err == nil
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// decodeBase64 decodes up to the first character that is wrong. ok is false if there is one, or
// if the last octet is incomplete. White space may be anywhere.
func decodeBase64(s []byte) (decoded []byte, ok bool) {
	decoded = make([]byte, 0, len(s)/4*3+3)
	bits, n := uint32(0), 0
	for i, c := range s {
		if isSpace(c) {
			continue
		}
		digit := strings.IndexByte(base64Digits, c)
		if digit < 0 {
			return decoded, n > 1 && isPadding(s[i:], 4-n)
		}
		bits = bits<<6 | uint32(digit)
		n = (n + 1) % 4
		switch n {
		case 2:
			decoded = append(decoded, byte(bits>>4))
		case 3:
			decoded = append(decoded, byte(bits>>2))
		case 0:
			decoded = append(decoded, byte(bits))
		}
	}
	return decoded, n == 0
}

// isPadding reports whether a text is n "=", and white space.
func isPadding(s []byte, n int) bool {
	for _, c := range s {
		switch {
		case isSpace(c):
		case c == '=' && n > 0:
			n--
		default:
			return false
		}
	}
	return n == 0
}
