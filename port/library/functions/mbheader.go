package functions

import "strings"

// wideChars are the characters that are two columns wide, as mbstring has them.
var wideChars = [][2]rune{
	{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
	{0x25FD, 0x25FE}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693}, {0x26A1, 0x26A1},
	{0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5}, {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},
	{0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA}, {0x26FD, 0x26FD}, {0x2705, 0x2705}, {0x270A, 0x270B},
	{0x2728, 0x2728}, {0x274C, 0x274C}, {0x274E, 0x274E}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55}, {0x2E80, 0x2E99},
	{0x2E9B, 0x2EF3}, {0x2F00, 0x2FD5}, {0x2FF0, 0x2FFB}, {0x3000, 0x303E}, {0x3041, 0x3096}, {0x3099, 0x30FF},
	{0x3105, 0x312F}, {0x3131, 0x318E}, {0x3190, 0x31E3}, {0x31F0, 0x321E}, {0x3220, 0x3247}, {0x3250, 0x4DBF},
	{0x4E00, 0xA48C}, {0xA490, 0xA4C6}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19},
	{0xFE30, 0xFE52}, {0xFE54, 0xFE66}, {0xFE68, 0xFE6B}, {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, {0x16FE0, 0x16FE4},
	{0x16FF0, 0x16FF1}, {0x17000, 0x187F7}, {0x18800, 0x18CD5}, {0x18D00, 0x18D08}, {0x1AFF0, 0x1AFF3},
	{0x1AFF5, 0x1AFFB}, {0x1AFFD, 0x1AFFE}, {0x1B000, 0x1B122}, {0x1B150, 0x1B152}, {0x1B164, 0x1B167},
	{0x1B170, 0x1B2FB}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
	{0x1F200, 0x1F202}, {0x1F210, 0x1F23B}, {0x1F240, 0x1F248}, {0x1F250, 0x1F251}, {0x1F260, 0x1F265},
	{0x1F300, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
	{0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
	{0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A},
	{0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
	{0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6DD, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC},
	{0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
	{0x1FA70, 0x1FA74}, {0x1FA78, 0x1FA7C}, {0x1FA80, 0x1FA86}, {0x1FA90, 0x1FAAC}, {0x1FAB0, 0x1FABA},
	{0x1FAC0, 0x1FAC5}, {0x1FAD0, 0x1FAD9}, {0x1FAE0, 0x1FAE7}, {0x1FAF0, 0x1FAF6}, {0x20000, 0x2FFFD},
	{0x30000, 0x3FFFD},
}

// mbStrwidth is mb_strwidth: how many columns a text has.
//
//php:function mb_strwidth(string, encoding = "UTF-8")
func mbStrwidth(s, encoding string) int {
	width := 0
	for _, c := range mbChars(s, encoding) {
		width += charWidth(c)
	}
	return width
}

func charWidth(char string) int {
	for _, r := range char {
		for _, wide := range wideChars {
			if r >= wide[0] && r <= wide[1] {
				return 2
			}
		}
	}
	return 1
}

// mbStrimwidth is mb_strimwidth: a text of at most so many columns, with a marker where it was cut. A start or width
// from the end throws an Error.
//
//php:function mb_strimwidth(string, start, width, trim_marker = "", encoding = "UTF-8")
func mbStrimwidth(s string, start, width int, marker, encoding string) string {
	chars := mbChars(s, encoding)
	if start < 0 || width < 0 {
		throw("Error", "mb_strimwidth() from the end of a text is not ported")
	}
	if start > len(chars) {
		throw("ValueError", "mb_strimwidth(): Argument #2 ($start) is out of range")
	}
	rest := strings.Join(chars[start:], "")
	if mbStrwidth(rest, encoding) <= width {
		return rest
	}
	var out strings.Builder
	room := width - mbStrwidth(marker, encoding)
	for _, c := range chars[start:] {
		if room -= charWidth(c); room < 0 {
			break
		}
		out.WriteString(c)
	}
	return out.String() + marker
}

// mbStrstr is mb_strstr of UTF-8.
//
//php:function mb_strstr(haystack, needle, before_needle = false)
func mbStrstr(s, needle string, before bool) (string, bool) { return strstr(s, needle, before) }

// mbStrrchr is mb_strrchr of UTF-8: the rest from the last place of a text on.
//
//php:function mb_strrchr(haystack, needle, before_needle = false)
func mbStrrchr(s, needle string, before bool) (string, bool) {
	return cutAt(s, strings.LastIndex(s, needle), before)
}

// A mimeHeader is the header field that mbEncodeMimeheader writes.
type mimeHeader struct {
	strings.Builder
	lineStart int    // of the current line
	indent    int    // columns before the first line
	newline   string // with the space that begins the next line
	opening   string // "=?UTF-8?B?"
	encoding  func(bytes string) string
}

// used returns the columns of the current line.
func (h *mimeHeader) used() int { return h.Len() - h.lineStart + h.indent }

func (h *mimeHeader) breakLine() {
	h.WriteString(h.newline)
	h.lineStart, h.indent = h.Len(), 0
}

// word writes a word of ASCII.
func (h *mimeHeader) word(word string) {
	if h.used()+len(word) > 74 {
		h.breakLine()
	} else if h.Len() > 0 {
		h.WriteByte(' ')
	}
	h.WriteString(word)
}

// encoded writes characters as encoded words.
func (h *mimeHeader) encoded(chars []string) {
	if h.used()+len(h.opening) > 60 {
		h.breakLine()
	} else if h.Len() > 0 {
		h.WriteByte(' ')
	}
	word := ""
	h.WriteString(h.opening)
	for _, c := range chars {
		if h.used()+len(h.encoding(word+c)) >= 74 {
			h.WriteString(h.encoding(word) + "?=")
			h.breakLine()
			h.WriteString(h.opening)
			word = ""
		}
		word += c
	}
	h.WriteString(h.encoding(word) + "?=")
}

// mimeName returns the name in mail of a charset that mbEncodeMimeheader writes.
func mimeName(charset string) string {
	switch {
	case charset == "ASCII":
		return "US-ASCII"
	case charset == "UTF-8" || charset == "KOI8-R" || strings.HasPrefix(charset, "ISO-8859-") || strings.HasPrefix(charset, "Windows-125"):
		return charset
	}
	throw("Error", "mb_encode_mimeheader() in "+charset+" is not ported")
	return ""
}

// mbEncodeMimeheader is mb_encode_mimeheader in UTF-8, US-ASCII, and charsets of one byte. Others throw an
// Error.
//
//php:function mb_encode_mimeheader(string, charset = "UTF-8", transfer_encoding = "B", newline = "\r\n", indent = 0)
func mbEncodeMimeheader(s, charset, transfer, newline string, indent int) string {
	charset = mbEncoding(charset, "mb_encode_mimeheader(): Argument #2 ($charset)")
	h := &mimeHeader{indent: indent, newline: newline + " ", encoding: base64Encode}
	h.opening = "=?" + mimeName(charset) + "?B?"
	if strings.HasPrefix(strtolower(transfer), "q") {
		h.opening = "=?" + mimeName(charset) + "?Q?"
		h.encoding = qEncoded
	}
	chars := mbChars(s, "UTF-8")
	word, started := "", false
	for i, c := range chars {
		switch {
		case len(c) == 1 && c[0] > ' ' && c[0] < 0x7F && strings.IndexByte("=?_", c[0]) < 0:
			word += c
			started = true
		case c == " " && !started:
			word += c
		case c == " " && len(word) < 74:
			h.word(word)
			word, started = "", false
		default:
			h.encoded(charsetChars(append(mbChars(word, "UTF-8"), chars[i:]...), charset))
			return h.String()
		}
	}
	if word != "" && h.Len() == 0 {
		return word
	}
	if word != "" {
		h.word(word)
	}
	return h.String()
}

// charsetChars returns characters as the bytes of a charset.
func charsetChars(chars []string, charset string) []string {
	out := make([]string, len(chars))
	for i, c := range chars {
		out[i] = mbConvertEncoding(c, charset, "UTF-8")
	}
	return out
}

// qEncoded returns what mbstring makes of bytes in an encoded word of Q: all but letters, "!", "*", "+",
// "-", "/" and NUL are encoded.
func qEncoded(bytes string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(bytes) {
		if c := bytes[i]; c == 0 || ctypeAlpha(bytes[i:i+1]) || strings.IndexByte("!*+-/", c) >= 0 {
			out.WriteByte(c)
		} else {
			out.WriteString("=" + digits[c>>4:c>>4+1] + digits[c&15:c&15+1])
		}
	}
	return out.String()
}
