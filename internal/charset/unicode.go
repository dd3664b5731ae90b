package charset

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unicodeText decodes UTF-8, and US-ASCII, which may contain UTF-8 too. An invalid text stays
// unchanged as a whole.
func unicodeText(out *output, text string) {
	if !utf8.ValidString(text) {
		out.text = append(out.text, text...)
		return
	}
	for _, r := range text {
		out.char(r)
	}
}

// ucs2 decodes big-endian UCS-2 without a byte order mark. A surplus octet is dropped.
func ucs2(out *output, text string) {
	for ; len(text) >= 2; text = text[2:] {
		out.code(codeUnit(text))
	}
}

func codeUnit(s string) rune { return rune(s[0])<<8 | rune(s[1]) }

// ucs4 decodes big-endian UCS-4.
func ucs4(out *output, text string) {
	for ; len(text) >= 4; text = text[4:] {
		r := codeUnit(text)<<16 | codeUnit(text[2:])
		if !utf8.ValidRune(r) {
			r = none
		}
		out.char(r)
	}
}

// utf16Text decodes big-endian UTF-16. A misplaced surrogate is meaningless, and a high one
// also consumes the next code unit.
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

// utf7 decodes RFC 2152. Any octet may stand outside of base64, and ends it if it is no digit;
// an octet of at least 0x80 is Latin-1. Surrogates are dropped, and with them all characters
// outside the basic plane.
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

// utf7Shifted decodes the base64 from text[i:] on, and returns the index of what ended it: a
// "-", which is dropped, or another octet, which is text even if it is outside the alphabet.
func utf7Shifted(out *output, text string, i int) int {
	var bits uint32
	n := 0 // bits that do not complete a code unit yet
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
