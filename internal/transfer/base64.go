package transfer

import (
	"encoding/base64"
	"io"
	"strings"
)

// These are classes of characters that are no base64 digits.
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

// DecodeBase64 decodes up to the padding or, without padding, to the end, where it drops bits
// that make no octet. Blanks and NULs may be anywhere except between two padding characters. It
// fails at other characters outside the alphabet, and at padding in a wrong place.
//
// It does not decode what follows the padding. surplus is the index of the first digit there,
// or -1.
func DecodeBase64(text string) (decoded string, surplus int, ok bool) {
	out := inMemory(len(text)/4*3 + 3)
	if surplus, ok = decodeBase64(out, text); !ok {
		return "", surplus, false
	}
	return out.text(), surplus, true
}

// DecodeBase64To may have written something before it fails.
func DecodeBase64To(w io.Writer, text string) (surplus int, ok bool, err error) {
	out := toWriter(w)
	surplus, ok = decodeBase64(out, text)
	return surplus, ok, out.flush()
}

func decodeBase64(out *output, text string) (surplus int, ok bool) {
	var bits uint32
	n := 0 // digits of this group of four
	for i := range len(text) {
		switch v := digits[text[i]]; v {
		case blank:
		case junk:
			return -1, false
		case pad:
			if n < 2 || n == 2 && !strings.HasPrefix(text[i+1:], "=") {
				return -1, false
			}
			return indexDigit(text, i+1), true
		default:
			bits = bits<<6 | uint32(v)
			if n > 0 {
				out.add(byte(bits >> (6 - 2*n)))
			}
			n = (n + 1) % 4
		}
	}
	return -1, true
}

func indexDigit(text string, from int) int {
	for i := from; i < len(text); i++ {
		if digits[text[i]] < blank {
			return i
		}
	}
	return -1
}

// lineChars is the length of a base64 line, and lineOctets the number of octets that it
// encodes.
const lineChars, lineOctets = 60, 45

// EncodeBase64 encodes in lines of 60 characters. A line break follows each full line, and one
// more ends the text.
func EncodeBase64(text string) string {
	out := inMemory(base64.StdEncoding.EncodedLen(len(text)) + 2*(len(text)/lineOctets+2))
	encodeBase64(out, text)
	return out.text()
}

// EncodeBase64To is EncodeBase64 for a writer.
func EncodeBase64To(w io.Writer, text string) error {
	out := toWriter(w)
	encodeBase64(out, text)
	return out.flush()
}

func encodeBase64(out *output, text string) {
	var line [lineChars + 2]byte
	for len(text) > 0 {
		octets := text[:min(lineOctets, len(text))]
		text = text[len(octets):]
		encoded := base64.StdEncoding.AppendEncode(line[:0], []byte(octets))
		if len(encoded) == lineChars {
			encoded = append(encoded, "\r\n"...)
		}
		out.add(encoded...)
	}
	out.add('\r', '\n')
}
