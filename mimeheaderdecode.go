package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/transfer"
)

// MIMEText is a piece of a header field: an encoded word (RFC 2047), decoded, or text
// beside encoded words.
type MIMEText struct {
	Charset string `json:"charset" php:"always"` // as in the word, "default" for text that is none
	Text    string `json:"text" php:"always"`    // in that charset
}

// MIMEHeaderDecode splits a header field into its encoded words and the text beside them,
// as imap_mime_header_decode does. Blanks and line breaks between two words are left out.
// As in PHP the grammar is wide. A word may be anywhere and of any length. A word in
// another encoding than Q and B is not decoded. A NUL ends its piece. From a word without
// an end on, everything is one piece. For an empty field the slice is empty.
//
// The notices are those of [QPrint] and [Base64]. The error matches [ErrInvalidArgument]
// where PHP returns false, when the base64 of a word does not parse.
func MIMEHeaderDecode(text string) (pieces []MIMEText, notices []string, err error) {
	pieces = []MIMEText{}
	plain := func(s string) { pieces = append(pieces, MIMEText{"default", cString(s)}) }
	for text != "" {
		start := strings.Index(text, "=?")
		if start < 0 {
			start = 0
		}
		w, ok := cutWideWord(text[start:])
		if start > 0 {
			plain(text[:start])
		}
		if !ok {
			plain(text[start:])
			break
		}
		decoded, notice, ok := w.decode()
		if !ok {
			return nil, notices, valueError("imap_mime_header_decode", "not base64")
		}
		pieces = append(pieces, MIMEText{cString(w.charset), cString(decoded)})
		notices = append(notices, notice...)
		text = text[start+w.size:]
		if next := strings.TrimLeft(text, " \t\r\n"); strings.HasPrefix(next, "=?") {
			text = next
		}
	}
	return pieces, notices, nil
}

// wideWord is an encoded word by the grammar of imap_mime_header_decode.
type wideWord struct {
	charset  string
	encoding byte
	text     string // ends at a NUL
	size     int
}

// cutWideWord reads the word that s begins with, if there is one: "=?", the charset, "?",
// the encoding and one more character, and the text up to "?=".
func cutWideWord(s string) (w wideWord, ok bool) {
	rest, ok := strings.CutPrefix(s, "=?")
	if !ok {
		return w, false
	}
	w.charset, rest, ok = strings.Cut(rest, "?")
	if !ok || len(rest) < 2 {
		return w, false
	}
	w.encoding = rest[0]
	text, _, ok := strings.Cut(rest[2:], "?=")
	w.text = cString(text)
	w.size = len("=?") + len(w.charset) + len("?") + 2 + len(text) + len("?=")
	return w, ok
}

func (w wideWord) decode() (decoded string, notices []string, ok bool) {
	switch w.encoding {
	case 'q', 'Q':
		decoded, notices = QPrint(strings.ReplaceAll(w.text, "_", " "))
		return decoded, notices, true
	case 'b', 'B':
		decoded, notices, err := Base64(w.text)
		return decoded, notices, err == nil
	}
	return w.text, nil, true
}

// word is an encoded word by the grammar of imap_utf8.
type word struct {
	charset    string
	encoding   byte
	begin, end int // of its text, and of all of it
}

const (
	// minWord is a length up to which c-client looks for no word.
	minWord = 9
	// maxWord is how long a word may be without its "?=", which makes it one
	// character longer than RFC 2047, section 2, has it.
	maxWord = 74
)

// cutWord reads the word that s begins with, if there is one.
func cutWord(s string) (w word, ok bool) {
	if len(s) <= minWord || !strings.HasPrefix(s, "=?") {
		return w, false
	}
	n, ok := tokenLength(s[2:])
	if !ok {
		return w, false
	}
	w.charset = s[2 : 2+n]
	encoding := 2 + n + 1
	if n, ok := tokenLength(s[encoding:]); !ok || n != 1 {
		return w, false
	}
	w.encoding = s[encoding]
	w.begin = encoding + 2
	n, ok = wordTextLength(s[w.begin:])
	w.end = w.begin + n + len("?=")
	return w, ok && w.begin+n <= maxWord
}

// tokenLength returns the length of a token of RFC 2047 that "?" ends.
func tokenLength(s string) (n int, ok bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '?':
			return i, true
		case !isGraph(c), strings.IndexByte(`()<>@,;:\"/[].=`, c) >= 0:
			return 0, false
		}
	}
	return 0, false
}

// wordTextLength returns the length of the text of a word, which "?=" and a blank, a line
// break or the end of the field follow. Only its last character may be a blank or another
// one without a glyph in ASCII.
func wordTextLength(s string) (n int, ok bool) {
	for n < len(s) && s[n] != '?' {
		n++
		if !isGraph(s[n-1]) {
			break
		}
	}
	rest, ok := strings.CutPrefix(s[n:], "?=")
	return n, ok && (rest == "" || strings.IndexByte(" \t\r\n", rest[0]) >= 0)
}

func isGraph(c byte) bool { return ' ' < c && c <= '~' }

// decode returns the text of the word that s begins with, in its charset.
func (w word) decode(s string) (octets string, notices []string, ok bool) {
	text := s[w.begin : w.end-len("?=")]
	switch w.encoding {
	case 'q', 'Q':
		octets, ok = decodeQ(text)
		return octets, nil, ok
	case 'b', 'B':
		octets, surplus, ok := transfer.DecodeBase64(text)
		if surplus >= 0 {
			notices = []string{transfer.SurplusNotice(s[w.begin+surplus:])}
		}
		return octets, notices, ok
	}
	return "", nil, false
}

// decodeQ decodes the "Q" encoding (RFC 2047 section 4.2). Two digits have to follow each
// "=".
func decodeQ(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '_':
			b.WriteByte(' ')
		case '=':
			octet, ok := transfer.Octet(text[i+1:])
			if !ok {
				return "", false
			}
			b.WriteByte(octet)
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// nextWord returns what is left of a field after a word. It leaves out blanks, or blanks, a
// line break and blanks, if another word seems to follow them.
func nextWord(s string) string {
	next, size := strings.TrimLeft(s, " \t"), minWord+1
	if folded, ok := cutLineBreak(next); ok {
		// c-client counts from the last blank here, which can be too few.
		next, size = strings.TrimLeft(folded, " \t"), minWord
		if next == folded {
			return s
		}
	}
	if len(next) >= size && strings.HasPrefix(next, "=?") {
		return next
	}
	return s
}

// cutLineBreak removes CRLF, CR or LF.
func cutLineBreak(s string) (string, bool) {
	for _, end := range []string{"\r\n", "\r", "\n"} {
		if rest, ok := strings.CutPrefix(s, end); ok {
			return rest, true
		}
	}
	return s, false
}
