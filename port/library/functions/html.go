package functions

import (
	"html"
	"strconv"
	"strings"
)

// Flags of htmlspecialchars and its like.
const (
	entNoQuotes   = 0
	entCompat     = 2
	entQuotes     = 3
	entIgnore     = 4
	entSubstitute = 8
	entHTML401    = 0
	entXML1       = 16
	entXHTML      = 32
	entHTML5      = 48
	entDefault    = entQuotes | entSubstitute
)

// needUTF8 ends the program for a text in another encoding, whose octets would be taken for UTF-8.
// PHP takes "" for its default, which is UTF-8.
func needUTF8(function, encoding string) {
	if encoding != "" && !strings.EqualFold(encoding, "UTF-8") && !strings.EqualFold(encoding, "UTF8") {
		panic("TODO(port): " + function + " of texts in " + encoding)
	}
}

// htmlspecialchars is htmlspecialchars of UTF-8, without ENT_DISALLOWED.
//
//php:function htmlspecialchars(string, flags = entDefault, encoding = "UTF-8", double_encode = true)
func htmlspecialchars(s string, flags int, encoding string, double bool) string {
	needUTF8("htmlspecialchars", encoding)
	return escapeHTML(s, flags, double, func(r rune) string { return "" })
}

// htmlentities is htmlentities of UTF-8 with the entities of HTML 4.01.
//
//php:function htmlentities(string, flags = entDefault, encoding = "UTF-8", double_encode = true)
func htmlentities(s string, flags int, encoding string, double bool) string {
	needUTF8("htmlentities", encoding)
	return escapeHTML(s, flags, double, func(r rune) string {
		if name, ok := htmlNamesOf()[r]; ok {
			return "&" + name + ";"
		}
		return ""
	})
}

func escapeHTML(s string, flags int, double bool, entity func(r rune) string) string {
	var out strings.Builder
	for s != "" {
		r, size, ok := utf8Char(s)
		char := s[:size]
		switch {
		case !ok && flags&entIgnore != 0:
			char = ""
		case !ok && flags&entSubstitute != 0:
			char = "\uFFFD"
		case !ok:
			return ""
		case r == '&' && !double && entityLength(s, flags) > 0:
			size = entityLength(s, flags)
			char = s[:size]
		case r == '&':
			char = "&amp;"
		case r == '<':
			char = "&lt;"
		case r == '>':
			char = "&gt;"
		case r == '"' && flags&entCompat != 0:
			char = "&quot;"
		case r == '\'' && flags&entQuotes == entQuotes:
			char = "&#039;"
			if flags&entHTML5 != 0 {
				char = "&apos;"
			}
		case r >= 0x80 && entity(r) != "":
			char = entity(r)
		}
		out.WriteString(char)
		s = s[size:]
	}
	return out.String()
}

// entityLength returns the length of the entity that a string begins with, 0 if it is none.
func entityLength(s string, flags int) int {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		return 0
	}
	if _, ok := entityChar(s[1:end], flags); !ok {
		return 0
	}
	return end + 1
}

// entityChar returns the character of an entity without "&" and ";": "amp", "#39", "#x27".
func entityChar(name string, flags int) (string, bool) {
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if number != "" && (number[0] == 'x' || number[0] == 'X') {
			number, base = number[1:], 16
		}
		n, err := strconv.ParseUint(number, base, 32)
		if err != nil || number[0] == '+' || number[0] == '_' {
			return "", false
		}
		return string(rune(n)), n <= 0x10FFFF
	}
	switch {
	case !ctypeAlnum(name):
		return "", false
	case name == "apos" && flags&entHTML5 != 0:
		return "'", true
	case name == "amp" || name == "lt" || name == "gt" || name == "quot":
	case flags&entHTML5 == entXML1:
		return "", false
	case flags&entHTML5 != entHTML5 && !strings.Contains(" "+htmlNames+" ", " "+name+" "):
		return "", false
	}
	text := html.UnescapeString("&" + name + ";")
	return text, text != "&"+name+";" && !strings.HasSuffix(text, ";")
}

// entityAllowed reports whether HTML 4.01 allows a character as a number.
func entityAllowed(char string) bool {
	r, _, _ := utf8Char(char)
	return r >= 0x20 && r <= 0x7E || r == '\n' || r == '\t' || r == '\r' || r >= 0xA0 && r <= 0xD7FF || r >= 0xE000
}

// htmlEntityDecode is html_entity_decode to UTF-8, with the entities of HTML 4.01, or those of
// HTML 5 that have one character.
//
//php:function html_entity_decode(string, flags = entDefault, encoding = "UTF-8")
func htmlEntityDecode(s string, flags int, encoding string) string {
	needUTF8("html_entity_decode", encoding)
	return unescapeHTML(s, flags, func(string) bool { return true })
}

// htmlspecialcharsDecode is htmlspecialchars_decode.
//
//php:function htmlspecialchars_decode(string, flags = entDefault)
func htmlspecialcharsDecode(s string, flags int) string {
	return unescapeHTML(s, flags, func(char string) bool { return strings.Contains(`&<>"'`, char) })
}

func unescapeHTML(s string, flags int, wanted func(char string) bool) string {
	var out strings.Builder
	for {
		text, rest, found := strings.Cut(s, "&")
		out.WriteString(text)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, ";")
		char, ok := "", false
		if closed {
			char, ok = entityChar(name, flags)
			ok = ok && (name[0] != '#' || entityAllowed(char))
		}
		switch {
		case !ok || !wanted(char) || char == `"` && flags&entCompat == 0 || char == "'" && flags&entQuotes != entQuotes:
			out.WriteString("&")
			s = rest
		default:
			out.WriteString(char)
			s = after
		}
	}
}

// htmlNames are the entities of HTML 4.01.
const htmlNames = "" +
	"quot amp lt gt nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil " +
	"sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH " +
	"Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil " +
	"egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml " +
	"OElig oelig Scaron scaron Yuml fnof circ tilde Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau " +
	"Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi " +
	"psi omega thetasym upsih piv ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger bull hellip permil prime " +
	"Prime lsaquo rsaquo oline frasl euro image weierp real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty " +
	"nabla isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int there4 sim cong asymp ne equiv le ge sub sup nsub sube supe oplus " +
	"otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams"

// htmlNamesOf returns the entities by their characters.
func htmlNamesOf() map[rune]string {
	if entities == nil {
		entities = map[rune]string{}
		for _, name := range strings.Fields(htmlNames) {
			for _, r := range html.UnescapeString("&" + name + ";") {
				entities[r] = name
			}
		}
	}
	return entities
}

var entities map[rune]string

// stripTagsBut is strip_tags of all tags but those in a list.
//
//php:function strip_tags(string, allowed_tags)
func stripTagsBut(s string, allowed []string) string {
	if len(allowed) == 0 {
		return stripTags(s, "")
	}
	return stripTags(s, "<"+strings.Join(allowed, "><")+">")
}

// stripTags is strip_tags. allowed lists tags to keep: "<b><i>".
//
//php:function strip_tags(string, allowed_tags = "")
func stripTags(s, allowed string) string {
	t := tagStripper{s: s, allowed: strtolower(allowed)}
	for t.i = 0; t.i < len(s); t.i++ {
		if s[t.i] == 0 {
			continue
		}
		switch t.in {
		case inText:
			t.text()
		case inTag:
			t.tag()
		case inProcessing:
			t.processing()
		case inDeclaration:
			t.declaration()
		case inComment:
			if s[t.i] == '>' && t.quote == 0 && t.before("--") {
				t.in = inText
			}
		}
	}
	return t.out.String()
}

const (
	inText        = 0
	inTag         = 1
	inProcessing  = 2 // "<?"
	inDeclaration = 3 // "<!"
	inComment     = 4
)

// A tagStripper reads HTML byte by byte.
type tagStripper struct {
	s, allowed string
	out        strings.Builder
	kept       strings.Builder // the tag, if it may be an allowed one
	i, in      int
	depth      int  // of "<" in a tag
	quote      byte // that a value began with
	parens     int
	last       byte // quote or parenthesis
	xml        bool // the tag is "<?xml"
}

// before reports whether a text is before the byte that is read.
func (t *tagStripper) before(text string) bool { return strings.HasSuffix(strtolower(t.s[:t.i]), text) }

func (t *tagStripper) spaceFollows() bool {
	return t.i+1 < len(t.s) && strings.IndexByte(whiteSpace, t.s[t.i+1]) >= 0
}

func (t *tagStripper) text() {
	switch c := t.s[t.i]; {
	case c == '<' && t.quote == 0 && !t.spaceFollows():
		t.in, t.last = inTag, '<'
		t.kept.Reset()
		t.kept.WriteByte('<')
	case c == '<' && t.quote != 0:
	case c == '>' && t.depth > 0:
		t.depth--
	case c == '>' && t.quote != 0:
	default:
		t.out.WriteByte(c)
	}
}

func (t *tagStripper) tag() {
	c := t.s[t.i]
	switch {
	case c == '<' && t.quote != 0:
		return
	case c == '<' && !t.spaceFollows():
		t.depth++
		return
	case c == '>' && t.depth > 0:
		t.depth--
		return
	case c == '>' && (t.quote != 0 || t.xml && t.before("-")):
		return
	case c == '>':
		t.kept.WriteByte('>')
		if t.allowed != "" && strings.Contains(t.allowed, tagName(t.kept.String())) {
			t.out.WriteString(t.kept.String())
		}
		t.in, t.quote, t.last, t.xml = inText, 0, '>', false
		return
	case (c == '"' || c == '\'') && (t.quote == 0 || t.quote == c):
		t.quote ^= c
	case c == '!' && t.before("<"):
		t.in, t.last = inDeclaration, c
		return
	case c == '?' && t.before("<"):
		t.in, t.parens = inProcessing, 0
		return
	}
	t.kept.WriteByte(c)
}

func (t *tagStripper) processing() {
	switch c := t.s[t.i]; {
	case c == '(' && t.last != '"' && t.last != '\'':
		t.last = c
		t.parens++
	case c == ')' && t.last != '"' && t.last != '\'':
		t.last = c
		t.parens--
	case c == '>' && t.depth > 0:
		t.depth--
	case c == '>' && t.quote == 0 && t.parens == 0 && t.last != '"' && t.before("?"):
		t.in, t.quote = inText, 0
	case (c == '"' || c == '\'') && !t.before("\\"):
		if t.last == c {
			t.last = 0
		} else if t.last != '\\' {
			t.last = c
		}
		if t.quote == 0 || t.quote == c {
			t.quote ^= c
		}
	case (c == 'l' || c == 'L') && t.before("<?xm"):
		t.in, t.xml = inTag, true
	}
}

func (t *tagStripper) declaration() {
	switch c := t.s[t.i]; {
	case c == '>' && t.depth > 0:
		t.depth--
	case c == '>' && t.quote == 0:
		t.in = inText
	case (c == '"' || c == '\'') && !t.before("\\") && (t.quote == 0 || t.quote == c):
		t.quote ^= c
	case c == '-' && t.before("!-"):
		t.in = inComment
	case (c == 'e' || c == 'E') && t.before("doctyp"):
		t.in = inTag
	}
}

// tagName returns "<b>" of "<b class=x>" and of "</b>".
func tagName(tag string) string {
	tag = strtolower(tag)
	name := "<"
	for i := 1; i < len(tag) && tag[i] != '>'; i++ {
		c := tag[i]
		if strings.IndexByte(whiteSpace, c) >= 0 {
			if len(name) > 1 {
				break
			}
			continue
		}
		if c != '/' || tag[i-1] != '<' && tag[i+1] != '>' {
			name += string([]byte{c})
		}
	}
	return name + ">"
}
