package charset

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// none is c-client's character for meaningless octets.
const none = utf8.RuneError

// output collects converted text.
type output struct {
	text   []byte
	toCase func(rune) rune // what each character becomes before it is decomposed
}

// code appends a UTF-16 code unit, decomposed. As in c-client, decompositions outside the basic
// plane lose their upper bits.
func (o *output) code(c rune) {
	c = o.toCase(c)
	parts := decomposition(c)
	if parts == "" {
		o.unit(c)
	}
	for _, r := range parts {
		o.unit(r & 0xffff)
	}
}

// unit appends a code unit. A surrogate, which is no character, becomes three octets
// nevertheless.
func (o *output) unit(c rune) {
	if 0xd800 <= c && c < 0xe000 {
		o.text = append(o.text, 0xe0|byte(c>>12), 0x80|byte(c>>6)&0x3f, 0x80|byte(c)&0x3f)
		return
	}
	o.text = utf8.AppendRune(o.text, c)
}

// char appends a character of any plane, decomposed.
func (o *output) char(r rune) {
	r = o.toCase(r)
	if parts := decomposition(r); parts != "" {
		o.text = append(o.text, parts...)
		return
	}
	o.text = utf8.AppendRune(o.text, r)
}

// newer are characters whose decomposition is younger than c-client's table, or missing in it.
var newer = []struct{ from, to rune }{
	{0x2095, 0x209c}, {0x2150, 0x2152}, {0x2189, 0x2189}, {0x2c7c, 0x2c7d}, {0x3244, 0x3247},
	{0x32ff, 0x32ff}, {0xa69c, 0xab69}, {0xfa2e, 0xfa2f}, {0xfa6b, 0xfa6d}, {0x10000, 0x1d15d},
	{0x1d4a6, 0x1d4a6}, {0x1d4ac, 0x1d4ac}, {0x1d4b0, 0x1d4b0}, {0x1d510, 0x1d510},
	{0x1d800, 0x2f7ff},
}

// misplaced are mathematical letters that c-client confuses with the next ones.
var misplaced = map[rune]string{
	0x1d4a4: "J", 0x1d4a5: "K", 0x1d4a8: "N", 0x1d4a9: "O", 0x1d4aa: "P", 0x1d4ab: "Q",
	0x1d4ad: "S", 0x1d4ae: "T", 0x1d4af: "U",
	0x1d50c: "J", 0x1d50d: "K", 0x1d50e: "L", 0x1d50f: "M",
}

// decomposition returns the compatibility decomposition of a character in c-client's tables, or
// "". Hangul has none.
func decomposition(r rune) string {
	if r < 0xa0 {
		return ""
	}
	if letter, ok := misplaced[r]; ok {
		return letter
	}
	for _, span := range newer {
		if span.from <= r && r <= span.to {
			return ""
		}
	}
	return string(norm.NFKD.PropertiesString(string(r)).Decomposition())
}
