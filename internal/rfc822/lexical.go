package rfc822

import (
	"math"
	"slices"
	"strings"
)

// class is a set of byte classes.
type class uint8

const (
	atomEnd    class = 1 << iota // not in an atom or dot-atom: RFC 5322 specials but ".", controls, space
	phraseEnd                    // the same, where ISO-2022-JP may occur: in the words of a phrase
	literalEnd                   // ends the text of a domain literal
	quoteWord                    // makes a display name be quoted when written
	tokenEnd                     // not in a token: RFC 2045 tspecials, controls, space
)

// quoting are the bytes that unquote removes.
const quoting = `\"`

const esc = 0x1b

var classes = func() (t [256]class) {
	for c := 1; c < ' '; c++ {
		t[c] = atomEnd | phraseEnd | quoteWord | tokenEnd
	}
	t[0x7f] = atomEnd | phraseEnd | quoteWord | tokenEnd
	for _, c := range []byte(`()<>@,;:\"[]`) {
		t[c] = atomEnd | phraseEnd | quoteWord | tokenEnd
	}
	for _, c := range []byte("/?=") {
		t[c] = tokenEnd
	}
	t[' '] = atomEnd | phraseEnd | tokenEnd
	t['.'] = quoteWord
	t[']'] |= literalEnd
	t['\\'] |= literalEnd
	return t
}()

// scanner finds the tokens of a field body. Positions are indexes into text. The position at the
// end of text reads as a zero byte, which text itself never contains.
type scanner struct {
	text     string
	notice   func(string)
	unclosed unclosed
}

// maxText limits the scanned text, so that a position takes 32 bits. No field is that long.
const maxText = math.MaxInt32

// scan makes text the one to be scanned.
func (s *scanner) scan(text string) {
	s.text = text[:min(len(text), maxText)]
	s.unclosed.open = s.unclosed.open[:0]
}

func (s *scanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// rest returns the text at i, as much as c-client includes in a notice.
func (s *scanner) rest(i int) string { return clip(s.text[i:]) }

func clip(text string) string { return text[:min(len(text), 80)] }

// skipSpace returns the position after white space and comments (CFWS).
//
// Each scan of nested unclosed comments reports and cuts off one of them. So the number of
// scans of the same place matters.
func (s *scanner) skipSpace(i int) int {
	for {
		switch s.at(i) {
		case ' ', '\t', '\r', '\n':
			i++
		case '(':
			end, ok := s.comment(i)
			if !ok {
				return i
			}
			i = end
		default:
			return i
		}
	}
}

// comment returns the position after the comment that begins at i. If it is not closed, the
// innermost comment without ")" is reported and cut off, with all that follows.
func (s *scanner) comment(i int) (end int, ok bool) {
	if !s.unclosed.at(i, len(s.text)) {
		if end, ok = s.commentEnd(i); ok {
			return end, true
		}
		s.findUnclosed(i)
	}
	open := s.unclosed.pop()
	s.notice("Unterminated comment: " + s.rest(open))
	s.text = s.text[:open]
	return open, false
}

// commentEnd returns the position after the comment at i, and whether the comment is closed.
func (s *scanner) commentEnd(i int) (end int, ok bool) {
	depth := 0
	for ; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(s.text), false
}

// findUnclosed records each "(" without ")" in the unclosed comment at i.
func (s *scanner) findUnclosed(i int) {
	open := slices.Grow(s.unclosed.open[:0], strings.Count(s.text[i:], "("))
	for ; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '(':
			open = append(open, int32(i))
		case ')':
			open = open[:len(open)-1]
		}
	}
	s.unclosed.open = open
}

// unclosed records an unclosed comment, so that cutting off its nested comments one by one
// takes one scan.
type unclosed struct {
	open []int32 // where the nested comments begin, outermost first
	cut  int     // length of the text since the last cut
}

// at reports whether the record is of the comment at i in a text of this length.
func (u *unclosed) at(i, length int) bool {
	return len(u.open) > 0 && int(u.open[0]) == i && u.cut == length
}

// pop removes the innermost comment, and returns where to cut the text.
func (u *unclosed) pop() int {
	last := len(u.open) - 1
	u.cut = int(u.open[last])
	u.open = u.open[:last]
	return u.cut
}

// commentText returns the text of a comment without its parentheses and the spaces at both
// ends. A quoted space stays.
func commentText(comment string) string {
	body := strings.TrimLeft(comment[1:len(comment)-1], " ")
	text := strings.TrimRight(body, " ")
	backslashes := len(text) - len(strings.TrimRight(text, `\`))
	if backslashes%2 == 1 {
		text = body[:len(text)+1]
	}
	return text
}

// phrase returns the end of the words that begin at i, and whether there are any (RFC 5322
// section 3.2.5, with dots as in obs-phrase).
func (s *scanner) phrase(i int) (end int, ok bool) {
	end, ok = s.word(i, phraseEnd)
	for ok && end < len(s.text) {
		next, more := s.word(s.skipSpace(end), phraseEnd)
		if !more {
			break
		}
		end = next
	}
	return end, ok
}

// word skips white space and returns the end of a run of atoms, quoted strings and quoted pairs
// up to a byte of class stop, and whether the run is not empty.
func (s *scanner) word(i int, stop class) (end int, ok bool) {
	i = s.skipSpace(i)
	start := i
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case classes[c]&stop == 0:
			i++
		case c == esc && stop == phraseEnd:
			i = s.escapeSequence(i)
		case c == '"':
			if i, ok = s.quotedString(i); !ok {
				return i, false
			}
		case c == '\\' && i+1 < len(s.text):
			i += 2
		default:
			return i, i > start
		}
	}
	return i, i > start
}

// quotedString returns the position after the quoted string at i, and whether it is closed.
func (s *scanner) quotedString(i int) (end int, ok bool) {
	for i++; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return len(s.text), false
}

// escapeSequence returns the position after the escape sequence at i. A JIS X 0208 text counts
// as a whole, up to its shift back to ASCII (RFC 1468), because its bytes look like specials.
func (s *scanner) escapeSequence(i int) int {
	switch rest := s.text[i:]; {
	case shiftsToSingleByte(rest):
		return i + 3
	case !strings.HasPrefix(rest, "\x1b$@") && !strings.HasPrefix(rest, "\x1b$B"):
		return i + 1
	}
	for i += 3; ; i++ {
		next := strings.IndexByte(s.text[i:], esc)
		if next < 0 {
			return len(s.text)
		}
		i += next
		if shiftsToSingleByte(s.text[i:]) {
			return i + 3
		}
	}
}

// shiftsToSingleByte reports whether text begins with a shift to ASCII, to JIS X 0201, or to
// what some software takes for it.
func shiftsToSingleByte(text string) bool {
	return len(text) >= 3 && text[:2] == "\x1b(" && strings.IndexByte("BJH", text[2]) >= 0
}

// unquote removes double quotes, and the backslashes of quoted pairs, also within comments,
// which may be inside a phrase.
func unquote(text string) string {
	if !strings.ContainsAny(text, quoting) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			continue
		case '\\':
			if i++; i == len(text) {
				return string(out)
			}
		}
		out = append(out, text[i])
	}
	return string(out)
}
