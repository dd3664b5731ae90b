package readable

import "strings"

// Clean returns a text of several lines, such as [Body] returns, safe for a terminal or a log.
// Line ends of any kind become LF. Other control characters but the tab are left out, which a
// terminal obeys, and so are those that override the writing direction (U+202A to U+202E,
// U+2066 to U+2069), which can show a name as another one. A doubt says that there were some.
// [Header], [HTML] and [Message.Text] return clean text.
func Clean(text string) (string, Doubts) {
	var doubts Doubts
	text = strings.ReplaceAll(text, "\r\n", "\n")
	cleaned := strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n':
			return r
		case isLineEnd(r):
			return '\n'
		case isControl(r), isOverride(r):
			doubts.add(DoubtControl, 0, string(r))
			return -1
		}
		return r
	}, text)
	return cleaned, doubts
}

// withoutControls returns a text without the characters that [Clean] leaves out. Line ends stay
// as they are.
func withoutControls(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\r' && r != '\n' && isControl(r) || isOverride(r) {
			return -1
		}
		return r
	}, text)
}

// isLineEnd reports whether a character ends a line (Unicode Standard Annex 14).
func isLineEnd(r rune) bool { return strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r) }

// isControl reports whether a character is one of the C0 and C1 controls or DEL.
func isControl(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }

// isOverride reports whether a character changes the writing direction of those after it.
func isOverride(r rune) bool {
	return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
