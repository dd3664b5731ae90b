package functions

// utf8Char returns the first character of a string and its length in bytes. Of bytes that are
// not UTF-8 it returns how many PHP takes for one character that is wrong.
func utf8Char(s string) (r rune, size int, ok bool) {
	c := s[0]
	length := 1
	switch {
	case c < 0x80:
		return rune(c), 1, true
	case c < 0xC2 || c > 0xF4:
		return 0, 1, false
	case c < 0xE0:
		length, r = 2, rune(c&0x1F)
	case c < 0xF0:
		length, r = 3, rune(c&0x0F)
	default:
		length, r = 4, rune(c&0x07)
	}
	for i := 1; i < length; i++ {
		if i >= len(s) || s[i]&0xC0 != 0x80 {
			return 0, wrongLength(s, length), false
		}
		r = r<<6 | rune(s[i]&0x3F)
	}
	least := []rune{0, 0, 0x80, 0x800, 0x10000}[length]
	if r < least || r > 0x10FFFF || r >= 0xD800 && r <= 0xDFFF {
		return 0, length, false
	}
	return r, length, true
}

// wrongLength returns the length of a wrong character: up to a byte that can begin another one.
func wrongLength(s string, length int) int {
	for i := 1; i < length; i++ {
		if i >= len(s) || s[i] < 0x80 || s[i] >= 0xC2 && s[i] <= 0xF4 {
			return i
		}
	}
	return length
}
