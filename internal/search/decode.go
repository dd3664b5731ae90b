package search

import "bytes"

// decodeBase64 decodes base64 (RFC 2045 section 6.8) up to the padding. Blanks
// may be anywhere; any other octet, or padding in the wrong place, makes it fail.
// surplus is what is behind the padding from the first digit on.
func decodeBase64(text []byte) (octets, surplus []byte, ok bool) {
	octets = make([]byte, 0, len(text)*3/4)
	var quantum uint32
	digits := 0
	for i, c := range text {
		v, isDigit := base64Digit(c)
		switch {
		case isDigit:
			quantum = quantum<<6 | uint32(v)
			if digits++; digits == 4 {
				octets = append(octets, byte(quantum>>16), byte(quantum>>8), byte(quantum))
				digits = 0
			}
		case isBase64Blank(c):
		case c == '=' && (digits == 3 || digits == 2 && i+1 < len(text) && text[i+1] == '='):
			return lastQuantum(octets, quantum, digits), firstDigit(text[i+1:]), true
		default:
			return nil, nil, false
		}
	}
	return lastQuantum(octets, quantum, digits), nil, true
}

func lastQuantum(octets []byte, quantum uint32, digits int) []byte {
	switch digits {
	case 2:
		return append(octets, byte(quantum>>4))
	case 3:
		return append(octets, byte(quantum>>10), byte(quantum>>2))
	}
	return octets
}

func base64Digit(c byte) (byte, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A', true
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26, true
	case '0' <= c && c <= '9':
		return c - '0' + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

func isBase64Blank(c byte) bool { return c == 0 || c == '\f' || isSpace(c) }

func firstDigit(text []byte) []byte {
	for i, c := range text {
		if _, ok := base64Digit(c); ok {
			return text[i:]
		}
	}
	return nil
}

// decodeQuotedPrintable decodes quoted-printable text (RFC 2045 section 6.7).
// A sequence that is none stays, but where its first digit is one and what
// follows is not, that is lost. invalid is the text from the octet that gave the
// first such sequence away.
func decodeQuotedPrintable(text []byte) (octets, invalid []byte) {
	octets = make([]byte, 0, len(text))
	solid := 0 // the length of octets without blanks at the end of the line
	for i := 0; i < len(text); {
		c := text[i]
		i++
		switch {
		case c == ' ':
			octets = append(octets, c)
			continue
		case c == '\r' || c == '\n':
			octets = append(octets[:solid], c)
		case c != '=':
			octets = append(octets, c)
		case i == len(text):
			return octets, invalid
		case text[i] == '\r' || text[i] == '\n':
			i += len(lineBreak(text[i:]))
		default:
			octet, ok := hexOctet(text[i:])
			if ok {
				octets = append(octets, octet)
				i += 2
				break
			}
			octets = append(octets, '=', text[i])
			if _, digit := hexDigit(text[i]); digit && i+1 < len(text) {
				i++
			}
			if invalid == nil {
				invalid = text[i:]
			}
			i++
		}
		solid = len(octets)
	}
	return octets, invalid
}

func lineBreak(text []byte) []byte {
	if bytes.HasPrefix(text, []byte("\r\n")) {
		return text[:2]
	}
	return text[:1]
}
