package charset

// Octets of ISO 2022 (ECMA-35).
const (
	esc         = 0x1b
	multibyte   = '$' // after ESC: a set of more than one octet a character
	designateG0 = '(' // after ESC: a set of 94 characters as G0
	shiftIn     = 0x0f
	shiftOut    = 0x0e
)

// graphicSet is a character set designated by an escape sequence.
type graphicSet struct {
	kind  setKind
	final byte // the last octet of the sequence, the set's name
}

type setKind int

const (
	set94 setKind = iota
	set96
	multi94
	multi96
)

// sets96 are the sets of 96 characters. For VISCII c-client uses its lower half, which is
// nearly all ASCII.
var sets96 = map[byte]oneByte{
	'A': latin1, 'B': latin2, 'C': latin3, 'D': latin4, 'F': isoGreek, 'G': isoArabic, 'H': isoHebrew,
	'L': isoCyrillic, 'M': latin5, 'T': tis620, 'V': latin6, 'Y': latin7, '\\': latin8, 'b': latin9,
	'f': latin10,
	'Z': func(octet byte) rune { return viscii(octet & 0x7f) },
}

// iso2022Decoder decodes text with shifts and escape sequences. It treats all ISO-2022 charsets
// alike, whatever sets their RFCs allow.
type iso2022Decoder struct {
	out         *output
	g           [4]graphicSet
	left, right int // the sets in g for octets below 0x80, and for others
	single      int // the set in g for the next character only, or 0
}

func iso2022(out *output, text string) {
	ascii, upper := graphicSet{set94, 'B'}, graphicSet{set96, 'A'}
	d := iso2022Decoder{out: out, g: [4]graphicSet{ascii, upper, ascii, upper}, right: 1}
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case esc:
			i += 1 + d.escape(text[i+1:])
			continue
		case shiftIn:
			d.left, d.single = 0, 0
		case shiftOut:
			d.left, d.single = 1, 0
		case 0x8e, 0x19:
			d.shiftOnce(2)
		case 0x8f, 0x1d:
			d.shiftOnce(3)
		default:
			i += d.char(text[i:])
			continue
		}
		i++
	}
}

// shiftOnce is a single shift. Of two different ones in a row, that of G3 counts.
func (d *iso2022Decoder) shiftOnce(g int) { d.single = max(d.single, g) }

// escape executes the sequence at the start of s, which follows an ESC, and returns its length.
// After a shift the sequence continues. An invalid sequence is text.
func (d *iso2022Decoder) escape(s string) int {
	for i := range len(s) {
		switch c := s[i]; c {
		case 'N', 0x8e:
			d.shiftOnce(2)
		case 'O', 0x8f:
			d.shiftOnce(3)
		case 'n':
			d.left, d.single = 2, 0
		case 'o':
			d.left, d.single = 3, 0
		case '~':
			d.right = 1
		case '}':
			d.right = 2
		case '|':
			d.right = 3
		case multibyte:
			return i + 1 + d.designateMulti(s[i+1:])
		case '(', ')', '*', '+':
			return i + 1 + d.designate(int(c-'('), set94, s[i+1:])
		case ',', '-', '.', '/':
			return i + 1 + d.designate(int(c-','), set96, s[i+1:])
		default:
			d.out.text = append(d.out.text, esc, c)
			return i + 1
		}
	}
	return len(s)
}

// designateMulti reads what follows ESC $. Without an intermediate octet it designates a set of
// 94 by 94 characters as G0.
func (d *iso2022Decoder) designateMulti(s string) int {
	switch {
	case s == "":
		return 0
	case '(' <= s[0] && s[0] <= '+':
		return 1 + d.designate(int(s[0]-'('), multi94, s[1:])
	case ',' <= s[0] && s[0] <= '/':
		return 1 + d.designate(int(s[0]-','), multi96, s[1:])
	}
	return d.designate(0, multi94, s)
}

func (d *iso2022Decoder) designate(g int, kind setKind, s string) int {
	if s == "" {
		return 0
	}
	d.g[g] = graphicSet{kind, s[0]}
	return 1
}

// char decodes the character at the start of s, and returns its length.
func (d *iso2022Decoder) char(s string) int {
	set := d.g[d.left]
	switch {
	case d.single != 0:
		set = d.g[d.single]
		d.single = 0
	case s[0] >= 0x80:
		set = d.g[d.right]
	}
	c := s[0] & 0x7f
	if set.kind >= multi94 && '!' <= c && c <= '~' {
		var trail byte
		if len(s) > 1 {
			trail = s[1]
		}
		d.out.code(set.pair(s[0], trail))
		return min(2, len(s))
	}
	if r, ok := set.octet(c); ok {
		d.out.code(r)
	} else {
		d.out.code(rune(s[0]))
	}
	return 1
}

// octet decodes a character of one octet. It fails in an unknown set.
func (set graphicSet) octet(c byte) (r rune, ok bool) {
	switch {
	case set.kind == set96:
		decode, ok := sets96[set.final]
		if !ok {
			return 0, false
		}
		return decode(c | 0x80), true
	case set.kind != set94:
		return 0, false
	}
	switch set.final {
	case 'A': // British
		if c == '#' {
			return '£', true
		}
	case 'B': // ASCII
	case 'H', 'J': // JIS X 0201, the Latin half
		switch c {
		case '\\':
			return '¥', true
		case '~':
			return '‾', true
		}
	case 'I': // JIS X 0201, katakana
		if c|0x80 >= firstKana && c|0x80 <= lastKana {
			return rune(c|0x80) + kanaOffset, true
		}
	default:
		return 0, false
	}
	return rune(c), true
}

// pair decodes a character of two octets. In an unknown set they are taken for a UTF-16 code
// unit.
func (set graphicSet) pair(lead, trail byte) rune {
	if set.kind == multi94 {
		switch final := set.final; {
		case final == '@', final == 'B':
			return jisX0208().at(lead|0x80, trail|0x80)
		case final == 'D':
			return jisX0212().at(lead|0x80, trail|0x80)
		case final == 'A':
			return gbk().at(lead|0x80, trail|0x80)
		case final == 'C':
			return ksc5601().at(lead|0x80, trail|0x80)
		case 'G' <= final && final <= 'M': // planes of CNS 11643
			return none
		}
	}
	return rune(lead)<<8 | rune(trail)
}
