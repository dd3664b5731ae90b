package readable

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Header returns the text of a header field's value as people read it: one line of UTF-8,
// composed (NFC), with its encoded words (RFC 2047) decoded and its folding undone.
//
// It reads encoded words in every form that occurs: glued to other text, in quotes, with
// blanks or 8-bit octets inside, with other letters than "B" and "Q", without "?=", with
// base64 that lacks its padding, with a language (RFC 2231 section 5), and with characters
// or base64 digits split over two words. Blanks between two words are left out. What is not
// a word stays as it stands.
//
// Text beside the words that is not ASCII is in the charset of [WithCharset], else UTF-8 or
// ISO-2022-JP if it looks like it, else in the charset of the words beside it if it is valid
// there, else in that of [WithFallbackCharset].
//
// Line breaks and tabs become blanks, and blanks at both ends are left out. So are other control
// characters, which a terminal obeys, and those that override the writing direction (U+202A to
// U+202E, U+2066 to U+2069), which can show a name as another one.
func Header(value string, opts ...Option) (string, Doubts) {
	d := headerDecoder{options: newOptions(opts)}
	d.value(value)
	return d.line(), d.doubts
}

// A headerDecoder decodes a value from left to right.
type headerDecoder struct {
	options *options
	out     strings.Builder
	doubts  Doubts

	// Octets of words in the same charset that stand side by side.
	octets  []byte
	charset string
	begin   int // the offset of the first of them
	pending bool
	digits  string // of base64, which the last word leaves over
}

func (d *headerDecoder) value(s string) {
	if !strings.Contains(s, "=?") {
		d.text(s, 0)
		return
	}
	end := 0 // of the last word
	for i := 0; ; {
		n := strings.Index(s[i:], "=?")
		if n < 0 {
			break
		}
		i += n
		w, ok := parseWord(s[i:])
		if !ok {
			i += len("=?")
			continue
		}
		if d.options.neighbour == "" {
			d.options.neighbour = w.charset
		}
		if between := s[end:i]; !d.pending || strings.Trim(between, " \t\r\n") != "" {
			d.flush()
			d.text(between, end)
		}
		d.word(w, i)
		i += w.size
		end = i
	}
	d.flush()
	d.text(s[end:], end)
}

// line returns the decoded line.
func (d *headerDecoder) line() string {
	return strings.Trim(norm.NFC.String(d.out.String()), " ")
}

// text decodes text beside words.
func (d *headerDecoder) text(s string, offset int) {
	if s == "" {
		return
	}
	if isASCII(s) && strings.IndexByte(s, escape) < 0 {
		d.write(s, offset)
		return
	}
	var doubts Doubts
	decoded := d.options.decode([]byte(s), d.options.charset, &doubts)
	d.doubts.mergeAt(doubts, offset)
	d.write(decoded, offset)
}

// word adds a word to those before it, or begins anew.
func (d *headerDecoder) word(w word, offset int) {
	if d.pending && !strings.EqualFold(w.charset, d.charset) {
		d.flush()
	}
	if !d.pending {
		d.pending, d.charset, d.begin = true, w.charset, offset
	}
	d.options.neighbour = w.charset
	if w.malformed {
		d.doubts.add(DoubtMalformedWord, offset, w.source)
	}
	if w.encoding == 'Q' {
		d.base64("", offset)
		d.quoted(w.text, offset)
		return
	}
	d.base64(w.text, offset)
}

// quoted decodes the "Q" encoding (RFC 2047 section 4.2).
func (d *headerDecoder) quoted(text string, offset int) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '_':
			d.octets = append(d.octets, ' ')
		case '=':
			if octet, ok := hexOctet(text[i+1:]); ok {
				d.octets = append(d.octets, octet)
				i += 2
				continue
			}
			d.doubts.add(DoubtInvalidEncoding, offset, text[i:min(i+3, len(text))])
			if i < len(text)-1 { // at the end it is what is left of a soft line break
				d.octets = append(d.octets, '=')
			}
		default:
			d.octets = append(d.octets, c)
		}
	}
}

// base64 decodes the "B" encoding (RFC 2047 section 4.1). Digits that the word before has
// left over belong to this one if they are no octets by themselves, or if this text needs
// them: some programs cut base64 at any digit.
func (d *headerDecoder) base64(text string, offset int) {
	left := d.digits
	d.digits = ""
	if left != "" {
		if text == "" || wholeOctets(left) && complete(text) {
			d.decode64(left, offset)
		} else {
			text = left + text
		}
	}
	text, d.digits = cutLeftOver(text)
	d.decode64(text, offset)
}

func (d *headerDecoder) decode64(text string, offset int) {
	var doubts Doubts
	decoder := base64Decoder{doubts: &doubts}
	// Four digits are three octets. The decoder writes a group only where there is room for
	// one more.
	at := len(d.octets)
	d.octets = append(d.octets, make([]byte, len(text)/4*3+6)...)
	n, _, _ := decoder.Transform(d.octets[at:], []byte(text), true)
	d.octets = d.octets[:at+n]
	d.doubts.mergeAt(doubts, offset)
}

// cutLeftOver cuts off the 0 to 3 digits at the end of a text in base64 that are no whole group,
// if padding does not complete it. What stands between them stays in the text.
func cutLeftOver(text string) (rest, digits string) {
	n := 0
	for i := range len(text) {
		if base64Digits[text[i]] >= 0 {
			n++
		}
	}
	if n %= 4; n == 0 || strings.ContainsRune(text, '=') {
		return text, ""
	}
	begin := len(text)
	for left := n; left > 0; {
		if begin--; base64Digits[text[begin]] >= 0 {
			left--
		}
	}
	others := []byte(text[:begin])
	for i := begin; i < len(text); i++ {
		if base64Digits[text[i]] >= 0 {
			digits += text[i : i+1]
		} else {
			others = append(others, text[i])
		}
	}
	return string(others), digits
}

// complete reports whether a text in base64 has whole groups.
func complete(text string) bool { return len(strings.TrimRight(text, " "))%4 == 0 }

// wholeOctets reports whether two or three digits of base64 end with an octet: the bits that
// are left over are zero.
func wholeOctets(digits string) bool {
	var n, last int
	for i := range len(digits) {
		if v := base64Digits[digits[i]]; v >= 0 {
			n, last = n+1, int(v)
		}
	}
	return n == 2 && last&0xf == 0 || n == 3 && last&0x3 == 0
}

// flush decodes the words that stand side by side.
func (d *headerDecoder) flush() {
	if !d.pending {
		return
	}
	d.base64("", d.begin)
	var doubts Doubts
	decoded := d.options.decode(d.octets, d.charset, &doubts)
	d.doubts.mergeAt(doubts, d.begin)
	d.write(decoded, d.begin)
	d.octets, d.pending = d.octets[:0], false
}

// write writes decoded text as a part of a line.
func (d *headerDecoder) write(s string, offset int) {
	for i, r := range s {
		switch {
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
		case r == '\n' && i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\t'):
			// The blank after the line break stays (RFC 5322 section 2.2.3).
		case r == '\t', isLineEnd(r):
			d.out.WriteByte(' ')
		case isControl(r), isOverride(r):
			d.doubts.add(DoubtControl, offset, string(r))
		case r == '\ufeff' && d.out.Len() == 0: // a byte order mark
		default:
			d.out.WriteRune(r)
		}
	}
}

// A word is an encoded word.
type word struct {
	charset   string
	encoding  byte // 'B' or 'Q'
	text      string
	size      int    // with all delimiters
	source    string // all of it
	malformed bool
}

// parseWord returns the encoded word that s begins with.
func parseWord(s string) (word, bool) {
	w, begin, ok := parseWordStart(s)
	if !ok {
		return w, false
	}
	_, known := findCharset(w.charset)
	end, terminated := wordEnd(s, begin, w.encoding)
	w.text, w.size = s[begin:end], end+len("?=")
	if !isEncoding(w.encoding) {
		if !known || !terminated {
			return w, false
		}
		w.encoding = guessEncoding(w.text)
	}
	if !terminated {
		if !known {
			return w, false
		}
		w.malformed = true
		if w.encoding == 'B' {
			w.text = base64Prefix(w.text)
		}
		// "?" may be left of "?=".
		w.size = begin + len(w.text)
		w.text = strings.TrimSuffix(w.text, "?")
		if w.encoding == 'B' && strings.HasPrefix(s[w.size:], "?") {
			w.size++
		}
	}
	w.source = s[:w.size]
	w.malformed = w.malformed || strings.ContainsAny(w.source, " \t\r\n") || strings.Contains(w.text, "?") || !isASCII(w.source)
	return w, true
}

// parseWordStart parses "=?charset?encoding?". The encoding is in upper case. A letter that
// is no encoding is kept: it may be mistyped.
func parseWordStart(s string) (w word, begin int, ok bool) {
	rest, ok := strings.CutPrefix(s, "=?")
	if !ok {
		return w, 0, false
	}
	n := 0
	for n < len(rest) && n <= maxCharsetName && isCharsetChar(rest[n]) {
		n++
	}
	if n >= len(rest) || rest[n] != '?' {
		return w, 0, false
	}
	w.charset = strings.Trim(rest[:n], " \t\"'")
	w.malformed = w.charset == "" || len(w.charset) != n
	rest = rest[n+1:]
	const maxEncoding = 3 // a letter between blanks
	end := strings.IndexByte(rest[:min(len(rest), maxEncoding+1)], '?')
	if end < 0 {
		return w, 0, false
	}
	letter := strings.ToUpper(strings.Trim(rest[:end], " \t"))
	if len(letter) > 1 {
		return w, 0, false
	}
	if letter != "" {
		w.encoding = letter[0]
	}
	w.malformed = w.malformed || end != 1 || !isEncoding(w.encoding)
	return w, len("=?") + n + len("?") + end + len("?"), true
}

// isCharsetChar reports whether an octet may stand in the name of a charset, or does though
// it may not.
func isCharsetChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("-_.:+*;'\"() \t$#&/%", c) >= 0
}

// wordEnd returns the offset of the end of a word's text, which begins at begin: of "?=", or
// else of the next word, or else of s.
func wordEnd(s string, begin int, encoding byte) (end int, terminated bool) {
	for i := begin; i < len(s)-1; i++ {
		switch {
		case s[i] == '?' && s[i+1] == '=' && !(encoding == 'Q' && goesOn(s[i+len("?="):])):
			return i, true
		case s[i] == '=' && s[i+1] == '?':
			w, _, ok := parseWordStart(s[i:])
			if ok && (isEncoding(w.encoding) || !isEncoding(encoding)) {
				return begin + len(strings.TrimRight(s[begin:i], " \t\r\n")), false
			}
		}
	}
	return begin + len(strings.TrimRight(s[begin:], " \t\r\n")), false
}

func isEncoding(letter byte) bool { return letter == 'B' || letter == 'Q' }

// goesOn reports whether "?=" is not the end of a word in the "Q" encoding, but a "?" that
// should be encoded, before an encoded octet.
func goesOn(rest string) bool {
	if _, ok := hexOctet(rest); !ok || strings.ToUpper(rest[:2]) != rest[:2] {
		return false
	}
	const maxRest = 76
	rest = rest[:min(len(rest), maxRest)]
	end := strings.Index(rest, "?=")
	return end >= 0 && !strings.ContainsAny(rest[:end], " \t\r\n?") && !strings.HasSuffix(rest[:end], "=")
}

// base64Prefix returns the base64 that text begins with.
func base64Prefix(text string) string {
	for i := range len(text) {
		if base64Digits[text[i]] < 0 && text[i] != '=' {
			return text[:i]
		}
	}
	return text
}

// guessEncoding returns the encoding of a word with another letter.
func guessEncoding(text string) byte {
	digits := strings.TrimRight(text, "=")
	if digits != "" && len(text)%4 == 0 && base64Prefix(digits) == digits && !strings.Contains(digits, "=") {
		return 'B'
	}
	return 'Q'
}
