package search

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Texts are compared in a canonical form: UTF-8, each letter in its title case,
// then decomposed for compatibility (Unicode normalization form KD).

// canonical is the canonical form of a text in a charset, which is guessed from
// the octets when it is "". A text that cannot be decoded stays as it is. ok
// reports whether the charset is known.
func canonical(text []byte, name string) (form []byte, ok bool) {
	if name == "" {
		name = guessCharset(text)
	}
	c, ok := findCharset(name)
	if !ok {
		return text, false
	}
	utf, decoded := c.decode(text)
	if !decoded {
		return text, true
	}
	return norm.NFKD.Bytes(bytes.Map(unicode.ToTitle, utf)), true
}

// canonicalAnyway guesses the charset if the one that is named is not known.
func canonicalAnyway(text []byte, charset string) []byte {
	form, ok := canonical(text, charset)
	if !ok {
		form, _ = canonical(text, "")
	}
	return form
}

// canonicalHeader is the canonical form of header text, with its encoded words
// (RFC 2047) decoded. The octets beside them each count as a character of their
// own, so that what is not encoded and not ASCII matches nothing. If a word has a
// fault within its text, all stays as it is.
func canonicalHeader(text []byte) []byte {
	form := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		word, size := readEncodedWord(text[i:])
		if size > 0 {
			octets, ok := word.decode()
			if !ok {
				return text
			}
			form = append(form, canonicalAnyway(octets, word.charset)...)
			i = afterEncodedWord(text, i+size)
			continue
		}
		for more := true; more && i < len(text); i++ {
			form = append(form, byte(unicode.ToTitle(rune(text[i]))))
			more = !isSpace(text[i])
		}
	}
	return form
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

const (
	minEncodedWord = 10 // octets
	maxEncodedWord = 75
)

// encodedWord is an encoded word of RFC 2047 section 2.
type encodedWord struct {
	charset  string
	encoding byte
	text     []byte
}

// readEncodedWord reads an encoded word from the front of s. It is at most
// maxEncodedWord octets long, and white space or the end follows it.
func readEncodedWord(s []byte) (word encodedWord, size int) {
	if len(s) < minEncodedWord || s[0] != '=' || s[1] != '?' {
		return word, 0
	}
	charset := token(s[2:])
	at := 2 + len(charset)
	if at+3 >= len(s) || s[at] != '?' || len(token(s[at+1:])) != 1 || s[at+2] != '?' {
		return word, 0
	}
	encoding := s[at+1]
	at += 3
	text := s[at:]
	for i := 0; i < len(text) && isGraphic(text[i]); i++ {
		if text[i] != '?' {
			continue
		}
		end := i + 2
		if at+i >= maxEncodedWord || end > len(text) || text[i+1] != '=' || end < len(text) && !isSpace(text[end]) {
			return word, 0
		}
		// A language may be behind the charset (RFC 2231 section 5).
		charset, _, _ = bytes.Cut(charset, []byte("*"))
		return encodedWord{string(charset), encoding, text[:i]}, at + end
	}
	return word, 0
}

// token is the token of RFC 2047 section 2 at the front of s.
func token(s []byte) []byte {
	for i, c := range s {
		if !isGraphic(c) || bytes.IndexByte([]byte(`()<>@,;:\"/[].=?`), c) >= 0 {
			return s[:i]
		}
	}
	return s
}

func isGraphic(c byte) bool { return c > ' ' && c < 0x7f }

// afterEncodedWord is where to go on behind an encoded word that ends at end:
// white space between two of them does not count (RFC 2047 section 6.2).
func afterEncodedWord(text []byte, end int) int {
	i := skipBlanks(text, end)
	if i < len(text) && (text[i] == '\r' || text[i] == '\n') {
		if i++; text[i-1] == '\r' && i < len(text) && text[i] == '\n' {
			i++
		}
		fold := i
		if i = skipBlanks(text, i); i == fold {
			return end
		}
	}
	if len(text)-i >= minEncodedWord && text[i] == '=' && text[i+1] == '?' {
		return i
	}
	return end
}

func skipBlanks(text []byte, i int) int {
	for i < len(text) && isBlank(text[i]) {
		i++
	}
	return i
}

func (w encodedWord) decode() ([]byte, bool) {
	switch w.encoding {
	case 'Q', 'q':
		return decodeQ(w.text)
	case 'B', 'b':
		octets, _, ok := decodeBase64(w.text)
		return octets, ok
	}
	return nil, false
}

// decodeQ decodes the Q encoding of RFC 2047 section 4.2.
func decodeQ(text []byte) ([]byte, bool) {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '_':
			out = append(out, ' ')
		case '=':
			octet, ok := hexOctet(text[i+1:])
			if !ok {
				return nil, false
			}
			out = append(out, octet)
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out, true
}

func hexOctet(digits []byte) (byte, bool) {
	if len(digits) < 2 {
		return 0, false
	}
	high, ok1 := hexDigit(digits[0])
	low, ok2 := hexDigit(digits[1])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// guessCharset is the charset of a text that names none, "" when it cannot be
// told: ISO-2022-JP by its escapes, else UTF-8 if it is valid.
func guessCharset(text []byte) string {
	if hasJISEscape(text) {
		return "ISO-2022-JP"
	}
	if !utf8.Valid(text) {
		return ""
	}
	return "UTF-8"
}

func hasJISEscape(text []byte) bool {
	for _, escape := range []string{"\x1b$@", "\x1b$B", "\x1b$("} {
		if bytes.Contains(text, []byte(escape)) {
			return true
		}
	}
	return false
}
