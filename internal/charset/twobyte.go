package charset

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// pairs are the characters of two octets, the first of which is at least 0x80.
type pairs [0x8000]uint16

func (p *pairs) at(lead, trail byte) rune {
	return rune(p[int(lead&0x7f)<<8|int(trail)])
}

// first returns the character at the start of s, and its length.
func (p *pairs) first(s string) (r rune, size int) {
	if len(s) < 2 {
		return none, 1
	}
	return p.at(s[0], s[1]), 2
}

// exception maps a range of codes, both ends included, to as many characters beginning with
// first. If first is none, it maps all of them to none.
type exception struct {
	from, to int
	first    rune
}

// load returns a function that makes the table of an encoding at its first call. prefix
// precedes each pair in the encoding.
func load(e encoding.Encoding, prefix string, exceptions ...exception) func() *pairs {
	return sync.OnceValue(func() *pairs {
		p := new(pairs)
		decoder := e.NewDecoder()
		dst := make([]byte, 16)
		src := append([]byte(prefix), 0, 0)
		pair := src[len(prefix):]
		for code := range p {
			pair[0], pair[1] = 0x80|byte(code>>8), byte(code)
			n, _, _ := decoder.Transform(dst, src, true)
			r, size := utf8.DecodeRune(dst[:n])
			if size < n {
				r = none
			}
			p[code] = uint16(r)
			decoder.Reset()
		}
		for _, x := range exceptions {
			for code := x.from; code <= x.to; code++ {
				r := x.first
				if r != none {
					r += rune(code - x.from)
				}
				p[code&0x7fff] = uint16(r)
			}
		}
		return p
	})
}

// These are the codes where libc-client 2007f differs from golang.org/x/text.
var (
	gbk = load(simplifiedchinese.GBK, "",
		exception{0xa2e3, 0xa2e3, none}, exception{0xa3a0, 0xa3a0, none}, exception{0xa8bf, 0xa8bf, none},
		exception{0xa989, 0xa995, none}, exception{0xfe40, 0xfe9f, none})
	big5 = load(traditionalchinese.Big5, "",
		exception{0x8740, 0xa0fe, none}, exception{0xa145, 0xa145, 0x2022}, exception{0xa14e, 0xa14e, 0xff64},
		exception{0xa15a, 0xa15a, none}, exception{0xa1c2, 0xa1c2, 0x203e}, exception{0xa1c3, 0xa1c3, none},
		exception{0xa1c5, 0xa1c5, none}, exception{0xa1e3, 0xa1e3, 0x223c}, exception{0xa1f2, 0xa1f2, 0x2641},
		exception{0xa1f3, 0xa1f3, 0x2609}, exception{0xa1fe, 0xa240, none}, exception{0xa241, 0xa241, 0xff0f},
		exception{0xa242, 0xa242, 0xff3c}, exception{0xa244, 0xa244, 0x00a5}, exception{0xa246, 0xa247, 0x00a2},
		exception{0xa2cc, 0xa2cc, none}, exception{0xa2ce, 0xa2ce, none}, exception{0xa3c0, 0xa3e1, none},
		exception{0xc6a1, 0xc6a1, 0x30fe}, exception{0xc6a2, 0xc6a3, 0x309d}, exception{0xc6a4, 0xc6a4, 0x3005},
		exception{0xc6a5, 0xc6f7, 0x3041}, exception{0xc6f8, 0xc6fe, 0x30a1}, exception{0xc740, 0xc77e, 0x30a8},
		exception{0xc7a1, 0xc7b0, 0x30e7}, exception{0xc7b1, 0xc7b2, 0x0414}, exception{0xc7b3, 0xc7b3, 0x0401},
		exception{0xc7b4, 0xc7ba, 0x0416}, exception{0xc7bb, 0xc7cd, 0x0423}, exception{0xc7ce, 0xc7ce, 0x0451},
		exception{0xc7cf, 0xc7e8, 0x0436}, exception{0xc7e9, 0xc7f2, 0x2460}, exception{0xc7f3, 0xc7fc, 0x2474},
		exception{0xc7fd, 0xc8fe, none}, exception{0xf9d6, 0xfefe, none})
	ksc5601 = load(korean.EUCKR, "", exception{0xa2e6, 0xa2e7, none})
	// With the upper bits set, as in EUC-JP, whose half-width katakana (8E) are
	// not of the set.
	jisX0208 = load(japanese.EUCJP, "",
		exception{0x8e00, 0x8eff, none}, exception{0xa1c1, 0xa1c1, 0x301c}, exception{0xa1c2, 0xa1c2, 0x2016},
		exception{0xadf0, 0xadf2, none}, exception{0xadf5, 0xadf7, none}, exception{0xadfa, 0xadfc, none},
		exception{0xf9a1, 0xfcfe, none})
	jisX0212 = load(japanese.EUCJP, "\x8f",
		exception{0xa2b7, 0xa2b7, 0x007e}, exception{0xa5f7, 0xa5fa, 0x30f7})
)

// Half-width katakana, one octet of JIS X 0201 with the upper bit set.
const (
	firstKana, lastKana = 0xa1, 0xdf
	kanaOffset          = '\uff61' - firstKana
)

// convert decodes a text character by character. next gets the rest of the text if it begins
// with an octet of at least 0x80.
func convert(out *output, text string, next func(s string) (r rune, size int)) {
	for text != "" {
		r, size := rune(text[0]), 1
		if text[0] >= 0x80 {
			r, size = next(text)
		}
		out.code(r)
		text = text[size:]
	}
}

func gbkText(out *output, text string) {
	table := gbk()
	convert(out, text, func(s string) (rune, int) {
		if s[0] == 0x80 { // the euro sign, as in Windows-936
			return '€', 1
		}
		return table.first(s)
	})
}

func big5Text(out *output, text string) { convert(out, text, big5().first) }

func eucKR(out *output, text string) { convert(out, text, ksc5601().first) }

// eucJP takes the codes that JIS X 0208 leaves free in its first ten rows from JIS X 0212,
// which has other characters there.
func eucJP(out *output, text string) {
	jis, supplement := jisX0208(), jisX0212()
	convert(out, text, func(s string) (rune, int) {
		const kana, threeBytes = 0x8e, 0x8f
		switch {
		case len(s) < 2:
			return none, 1
		case s[1] < 0x80:
			return none, 2
		case s[0] == kana && firstKana <= s[1] && s[1] <= lastKana:
			return rune(s[1]) + kanaOffset, 2
		case s[0] == threeBytes && len(s) < 3:
			return none, 2
		case s[0] == threeBytes:
			return supplement.at(s[1], s[2]), 3
		}
		r := jis.at(s[0], s[1])
		if r == none && 0xa2 <= s[0] && s[0] <= 0xaa {
			r = supplement.at(s[0], s[1])
		}
		return r, 2
	})
}

// shiftJIS decodes the backslash as the yen sign, and the tilde as a tilde, where JIS X 0201
// has an overline. It accepts any second octet.
func shiftJIS(out *output, text string) {
	jis := jisX0208()
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			out.code('¥')
		case c < 0x80:
			out.code(rune(c))
		case firstKana <= c && c <= lastKana:
			out.code(rune(c) + kanaOffset)
		case i+1 == len(text):
			out.code(none)
		default:
			i++
			row, cell := shiftedCell(c, text[i])
			out.code(jis.at(row|0x80, cell|0x80))
		}
	}
}

// shiftedCell finds a character of Shift_JIS in JIS X 0208. Each lead octet covers two rows of
// 94 cells.
func shiftedCell(lead, trail byte) (row, cell byte) {
	row = 2 * (lead - 0x70)
	if lead >= 0xa0 {
		row = 2 * (lead - 0xb0)
	}
	switch {
	case trail >= 0x9f:
		return row, trail - 0x7e
	case trail >= 0x80:
		return row - 1, trail - 0x20
	}
	return row - 1, trail - 0x1f
}
