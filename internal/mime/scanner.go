package mime

import "strings"

// scanner reads the tokens of a structured field body (RFC 2045 section 5.1).
type scanner struct {
	text string
	pos  int
	note func(string)
	room *int // parameters and language tags that the message may still have
}

// ends has the octets that end a word: the tspecials of RFC 2045, space and controls.
var ends = func() (ends [256]bool) {
	for c := range ' ' + 1 {
		ends[c] = true
	}
	ends[0x7f] = true
	for _, c := range []byte(`()<>@,;:\"[]/?=`) {
		ends[c] = true
	}
	return ends
}()

// rest returns the text that was not read yet.
func (s *scanner) rest() string { return s.text[s.pos:] }

// spend counts a parameter or language tag against the limit of the message. At the limit it
// reports what is left out.
func (s *scanner) spend() bool {
	if *s.room == 0 {
		s.note("Too many parameters: " + clip(s.rest(), 80))
		return false
	}
	*s.room--
	return true
}

// accept reads the octet c if it comes next.
func (s *scanner) accept(c byte) bool {
	if s.pos < len(s.text) && s.text[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// skipSpace reads white space and comments.
func (s *scanner) skipSpace() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '(':
			if !s.skipComment() {
				return
			}
		default:
			return
		}
	}
}

// skipComment skips a comment with its nested ones. The text ends before the innermost unclosed
// comment, which PHP reports at each scan: for "(a (b" first "(b", and at the next scan "(a ".
func (s *scanner) skipComment() bool {
	end, depth := commentEnd(s.text, s.pos)
	if depth == 0 {
		s.pos = end
		return true
	}
	open := lastOpened(s.text, s.pos, depth)
	s.note("Unterminated comment: " + clip(s.text[open:], 80))
	s.text = s.text[:open]
	return false
}

// commentEnd returns the end of the comment at pos, and the number of unclosed parentheses,
// which is 0 unless the text ends first.
func commentEnd(text string, pos int) (end, depth int) {
	for i := pos; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, 0
			}
		case '\\':
			i++
		}
	}
	return len(text), depth
}

// lastOpened returns the position of the parenthesis that last raised the nesting to depth.
func lastOpened(text string, pos, depth int) (open int) {
	level := 0
	for i := pos; i < len(text); i++ {
		switch text[i] {
		case '(':
			if level++; level == depth {
				open = i
			}
		case ')':
			level--
		case '\\':
			i++
		}
	}
	return open
}

// word reads a token, which may contain quoted strings and quoted pairs, and returns it
// unchanged. It fails at the end, before a delimiter, and if a quoted string is not closed.
func (s *scanner) word() (string, bool) {
	s.skipSpace()
	i := s.pos
	for i < len(s.text) {
		c := s.text[i]
		if !ends[c] {
			i++
		} else if c == '"' {
			n := quotedLen(s.text[i:])
			if n == 0 {
				return "", false
			}
			i += n
		} else if c == '\\' && i+1 < len(s.text) {
			i += 2
		} else {
			break
		}
	}
	w := s.text[s.pos:i]
	s.pos = i
	return w, w != ""
}

// quotedLen returns the length of the quoted string at the start of text, or 0 if it is not
// closed.
func quotedLen(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return 0
}

// unquote removes the quotes of quoted strings and the backslashes of quoted pairs from a word.
// The word does not end in such a backslash.
func unquote(word string) string {
	if !strings.ContainsAny(word, `"\`) {
		return word
	}
	out := make([]byte, 0, len(word))
	for i := 0; i < len(word); i++ {
		switch {
		case word[i] == '"':
			continue
		case word[i] == '\\':
			i++
		}
		out = append(out, word[i])
	}
	return string(out)
}

// usualNames are frequent media types and encodings in their usual spelling. Upper returns the
// same string for all spellings of each.
var usualNames = upperOf(
	"text", "plain", "html", "multipart", "alternative", "mixed", "related",
	"application", "octet-stream", "pdf", "image", "jpeg", "png", "message", "rfc822",
	"7bit", "8bit", "base64", "quoted-printable",
)

func upperOf(names ...string) map[string]string {
	m := make(map[string]string)
	for _, name := range names {
		m[name] = strings.ToUpper(name)
	}
	return m
}

// Upper changes ASCII letters to upper case, and no other octet.
func Upper(s string) string {
	if upper, ok := usualNames[s]; ok {
		return upper
	}
	for i := range len(s) {
		if 'a' <= s[i] && s[i] <= 'z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'a' <= b[i] && b[i] <= 'z' {
					b[i] -= 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// clip cuts s to at most n octets, as PHP's notices do.
func clip(s string, n int) string { return s[:min(n, len(s))] }
