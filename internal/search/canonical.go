package search

import (
	"bytes"
	"unicode"

	"github.com/imapcompat/imapcompat/internal/charset"
	"github.com/imapcompat/imapcompat/internal/transfer"
)

// canonical returns the canonical form of a text in a charset.
func canonical(text []byte, name string) []byte { return []byte(charset.Canonical(string(text), name)) }

// canonicalHeader returns the canonical form of header text, with its encoded words (RFC 2047)
// decoded. Each octet outside of encoded words counts as a character, so text that is neither
// encoded nor ASCII matches nothing. If an encoded word contains a fault, the whole text stays
// unchanged.
func canonicalHeader(text []byte) []byte {
	form := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		word, size := readEncodedWord(text[i:])
		if size > 0 {
			octets, ok := word.decode()
			if !ok {
				return text
			}
			form = append(form, canonical(octets, word.charset)...)
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

// readEncodedWord reads an encoded word at the start of s. It has at most maxEncodedWord
// octets, and white space or the end follows it.
func readEncodedWord(s []byte) (word encodedWord, size int) {
	if len(s) < minEncodedWord || s[0] != '=' || s[1] != '?' {
		return word, 0
	}
	name := token(s[2:])
	at := 2 + len(name)
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
		// A language may follow the charset (RFC 2231 section 5).
		name, _, _ = bytes.Cut(name, []byte("*"))
		return encodedWord{string(name), encoding, text[:i]}, at + end
	}
	return word, 0
}

// token returns the token of RFC 2047 section 2 at the start of s.
func token(s []byte) []byte {
	for i, c := range s {
		if !isGraphic(c) || bytes.IndexByte([]byte(`()<>@,;:\"/[].=?`), c) >= 0 {
			return s[:i]
		}
	}
	return s
}

func isGraphic(c byte) bool { return c > ' ' && c < 0x7f }

// afterEncodedWord returns where to go on after an encoded word that ends at end: white space
// between two encoded words does not count (RFC 2047 section 6.2).
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
		octets, _, ok := transfer.DecodeBase64(string(w.text))
		return []byte(octets), ok
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
			octet, ok := transfer.Octet(string(text[i+1:]))
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
