package message

// outcome says how reading a token ended.
type outcome int

const (
	broken outcome = iota - 1 // the text is no such token
	ended                     // nothing follows the token
	more                      // something follows the token
)

// scanner reads the tokens of structured fields (RFC 5322 section 3.2). A token takes the blanks
// and comments behind it along. Methods with a parameter dst append the token to it.
type scanner struct {
	text []byte
	pos  int

	// keepsComment makes comment the text of the last comment.
	keepsComment bool
	comment      []byte
}

// Characters of tokens. Octets above 127 count as letters.
const (
	inToken = 1 << iota // of a token (RFC 2045 section 5.1)
	inAtom              // of an atom (RFC 5322 section 3.2.3)
)

var characters = func() (table [256]byte) {
	for c := range table {
		if c >= 0x80 || isAlphanumeric(byte(c)) {
			table[c] = inToken | inAtom
		}
	}
	for _, c := range "!#$%&'*+-^_`{|}~" {
		table[c] = inToken | inAtom
	}
	for _, c := range "/=?" {
		table[c] = inAtom
	}
	table['.'] = inToken
	return table
}()

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func isAtom(c byte) bool  { return characters[c]&inAtom != 0 }
func isToken(c byte) bool { return characters[c]&inToken != 0 }

// isBlank reports whether an octet is a blank within a line.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func (s *scanner) atEnd() bool { return s.pos >= len(s.text) }

// at reports whether c is next.
func (s *scanner) at(c byte) bool { return s.pos < len(s.text) && s.text[s.pos] == c }

func (s *scanner) outcome() outcome {
	if s.atEnd() {
		return ended
	}
	return more
}

// skip skips blanks, line breaks and comments.
func (s *scanner) skip() outcome {
	for !s.atEnd() {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '(':
			if s.skipComment() == broken {
				return broken
			}
		default:
			return more
		}
	}
	return ended
}

// replacement stands for a NUL in strings and comments.
const replacement = "\uFFFD"

// skipComment skips a comment, in which others may be. Of a comment without end, s.comment is
// what precedes its last NUL, line break or quoted character.
func (s *scanner) skipComment() outcome {
	var text []byte
	depth, certain := 1, 0
	s.comment = nil
	for s.pos++; !s.atEnd(); s.pos++ {
		c := s.text[s.pos]
		quoted := c == '\\' && s.quotes()
		switch {
		case quoted:
			s.pos++
			c = s.text[s.pos]
			certain = len(text)
		case c == '\\' && s.pos+1 == len(s.text):
			s.comment, s.pos = text[:certain], len(s.text)
			return broken
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if depth == 0 {
			s.comment = text
			s.pos++
			return s.outcome()
		}
		if !s.keepsComment {
			continue
		}
		text = appendContent(text, c)
		if c == 0 || c == '\n' {
			certain = len(text)
		}
	}
	s.comment = text[:certain]
	return broken
}

// quotes reports whether a backslash quotes the next character. It does not quote a NUL or a
// line break.
func (s *scanner) quotes() bool {
	if s.pos+1 >= len(s.text) {
		return false
	}
	c := s.text[s.pos+1]
	return c != 0 && c != '\r' && c != '\n'
}

// appendContent appends a character of a comment or string. Line breaks are left out.
func appendContent(dst []byte, c byte) []byte {
	switch c {
	case 0:
		return append(dst, replacement...)
	case '\n':
		if n := len(dst); n > 0 && dst[n-1] == '\r' {
			dst = dst[:n-1]
		}
		return dst
	}
	return append(dst, c)
}

// quotedString reads a quoted-string. One without end is, like such a comment, what precedes its
// last NUL, line break or quoted character.
func (s *scanner) quotedString(dst []byte) ([]byte, outcome) {
	certain := len(dst)
	for s.pos++; !s.atEnd(); s.pos++ {
		c := s.text[s.pos]
		switch {
		case c == '"':
			s.pos++
			return dst, s.skip()
		case c == '\\' && s.quotes():
			s.pos++
			c = s.text[s.pos]
			certain = len(dst)
		}
		dst = appendContent(dst, c)
		if c == 0 || c == '\n' {
			certain = len(dst)
		}
	}
	return dst[:certain], broken
}

// domainLiteral reads a domain-literal, with its brackets and backslashes.
func (s *scanner) domainLiteral(dst []byte) ([]byte, outcome) {
	dst = append(dst, '[')
	for s.pos++; !s.atEnd(); s.pos++ {
		c := s.text[s.pos]
		switch {
		case c == '[':
			return dst, broken
		case c == ']':
			s.pos++
			return append(dst, ']'), s.skip()
		case c == '\\' && s.quotes():
			dst = append(dst, c)
			s.pos++
			c = s.text[s.pos]
		}
		dst = appendContent(dst, c)
	}
	return dst, broken
}

// run reads characters as long as ok.
func (s *scanner) run(dst []byte, ok func(byte) bool) ([]byte, outcome) {
	start := s.pos
	for !s.atEnd() && ok(s.text[s.pos]) {
		s.pos++
	}
	return append(dst, s.text[start:s.pos]...), s.skip()
}

// token reads a token of MIME, which may be empty.
func (s *scanner) token(dst []byte) ([]byte, outcome) { return s.run(dst, isToken) }

// atom reads an atom of at least one character.
func (s *scanner) atom(dst []byte) ([]byte, outcome) {
	if s.atEnd() || !isAtom(s.text[s.pos]) {
		return dst, broken
	}
	return s.run(dst, isAtom)
}

// dotAtom reads a dot-atom. Blanks may be around its dots (RFC 822 section 3.4.2).
func (s *scanner) dotAtom(dst []byte) ([]byte, outcome) {
	for {
		var o outcome
		if dst, o = s.atom(dst); o != more || !s.at('.') {
			return dst, o
		}
		dst = append(dst, '.')
		s.pos++
		if s.skip() != more {
			return dst, broken
		}
	}
}

// phrase reads a phrase; a blank is between its words. Dots count as letters, except at its
// begin.
func (s *scanner) phrase(dst []byte) ([]byte, outcome) {
	if s.atEnd() {
		return dst, ended
	}
	if s.at('.') {
		return dst, broken
	}
	for {
		var o outcome
		if s.at('"') {
			dst, o = s.quotedString(dst)
		} else {
			dst, o = s.run(dst, isWord)
		}
		if o != more {
			return dst, o
		}
		if c := s.text[s.pos]; !isWord(c) && c != '"' {
			return dst, more
		}
		dst = append(dst, ' ')
	}
}

func isWord(c byte) bool { return isAtom(c) || c == '.' }

// domain reads "@" and a domain.
func (s *scanner) domain(dst []byte) ([]byte, outcome) {
	s.pos++
	if s.skip() != more {
		return dst, broken
	}
	if s.at('[') {
		return s.domainLiteral(dst)
	}
	return s.dotAtom(dst)
}
