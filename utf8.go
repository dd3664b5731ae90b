package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/charset"
)

// UTF8 decodes the encoded words (RFC 2047) of a header field into UTF-8, as
// imap_utf8 does. Text outside of them stays as it is, 8-bit octets included.
//
// As in PHP the text of words comes in compatibility decomposition, "a" and
// U+0308 for "ä"; package golang.org/x/text/unicode/norm composes it. The
// charset's name may have a language tag (RFC 2231). Where it is not known the
// text is taken for UTF-8 or ISO-2022-JP if it looks like it, and otherwise
// left in its charset. A word has to begin the field or follow a blank, a line
// break or another word, has to end before one, and is 76 characters long at
// most. Blanks between two words are left out, and so is one line break.
//
// If one word is broken (of another encoding than Q and B, or not decodable),
// the whole field is returned as it is. The notices are those of [Base64].
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

// plainLength is the length of the text up to where a word may begin.
func plainLength(s string) int {
	if n := strings.IndexAny(s, " \t\r\n"); n >= 0 {
		return n + 1
	}
	return len(s)
}
