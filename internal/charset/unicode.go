package charset

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unicodeText is UTF-8, and US-ASCII, which may hold UTF-8 too. What is not
// valid stays as it is, all of it.
func unicodeText(out *output, text string) {
	if !utf8.ValidString(text) {
		out.text = append(out.text, text...)
		return
	}
	for _, r := range text {
		out.char(r)
	}
}

// ucs2 has no byte order mark: it is big-endian. An octet too many is dropped.
func ucs2(out *output, text string) {
	for ; len(text) >= 2; text = text[2:] {
		out.code(codeUnit(text))
	}
}

func codeUnit(s string) rune { return rune(s[0])<<8 | rune(s[1]) }

// ucs4 is big-endian too.
func ucs4(out *output, text string) {
	for ; len(text) >= 4; text = text[4:] {
		r := codeUnit(text)<<16 | codeUnit(text[2:])
		if !utf8.ValidRune(r) {
			r = none
		}
		out.char(r)
	}
}

// utf16Text is big-endian too. A surrogate in the wrong place is nothing, and
// takes the code unit after a high one with it.
func utf16Text(out *output, text string) {
	for ; len(text) >= 2; text = text[2:] {
		r := codeUnit(text)
		if utf16.IsSurrogate(r) {
			high := r
			r = none
			if high < 0xdc00 && len(text) >= 4 {
				text = text[2:]
				r = utf16.DecodeRune(high, codeUnit(text))
			}
		}
		out.char(r)
	}
}

// utf7 is RFC 2152. Any octet may stand outside of base64, and ends it where
// it is no digit; one of 0x80 or more is Latin-1. Surrogates are dropped, and
// with them all characters outside the basic plane.
func utf7(out *output, text string) {
	for i := 0; i < len(text); i++ {
		if text[i] != '+' {
			out.code(rune(text[i]))
			continue
		}
		if i+1 < len(text) && text[i+1] == '-' {
			out.code('+')
			i++
			continue
		}
		i = utf7Shifted(out, text, i+1)
	}
}

// utf7Shifted decodes the base64 from text[i:] on, and returns the index of
// what ended it: a "-", which is dropped with it, or another octet, which is
// text even where it is no longer in the alphabet.
func utf7Shifted(out *output, text string, i int) int {
	var bits uint32
	n := 0 // bits that make no code unit yet
	for ; i < len(text) && text[i] != '-'; i++ {
		digit, ok := base64Digit(text[i])
		if !ok {
			out.code(rune(text[i]))
			break
		}
		bits = bits<<6 | digit
		if n += 6; n >= 16 {
			n -= 16
			if c := rune(uint16(bits >> n)); !utf16.IsSurrogate(c) {
				out.code(c)
			}
		}
	}
	return i
}

func base64Digit(c byte) (digit uint32, ok bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return uint32(c - 'A'), true
	case 'a' <= c && c <= 'z':
		return uint32(c-'a') + 26, true
	case '0' <= c && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}
