package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/charset"
)

// UTF8 decodes the encoded words (RFC 2047) of a header field into UTF-8, as imap_utf8
// does. Text beside them stays as it is, 8-bit octets too.
//
// As in PHP decoded text is in compatibility decomposition, "a" and U+0308 for "ä"; package
// golang.org/x/text/unicode/norm composes it. The name of the charset may have a language
// tag (RFC 2231 section 5). Text in an unknown charset is taken for UTF-8 or ISO-2022-JP if
// it looks like it, and otherwise stays in its charset.
//
// A word begins the field, or follows a blank, a line break or another word. It ends before
// one of these, or at the end. It has at most 76 characters. Blanks between two words are
// left out, and so is one line break. If a word does not decode or has another encoding
// than Q and B, UTF8 returns the field as it is. The notices are those of [Base64].
func UTF8(text string) (decoded string, notices []string) {
	out := make([]byte, 0, len(text))
	for rest := text; rest != ""; {
		w, ok := cutWord(rest)
		if !ok {
			n := plainLength(rest)
			out = append(out, rest[:n]...)
			rest = rest[n:]
			continue
		}
		octets, notice, ok := w.decode(rest)
		notices = append(notices, notice...)
		if !ok {
			return text, notices
		}
		name, _, _ := strings.Cut(w.charset, "*") // RFC 2231, section 5
		out = append(out, charset.UTF8(octets, name)...)
		rest = nextWord(rest[w.end:])
	}
	return string(out), notices
}

// plainLength returns the length of the text up to where a word may begin.
func plainLength(s string) int {
	if n := strings.IndexAny(s, " \t\r\n"); n >= 0 {
		return n + 1
	}
	return len(s)
}
