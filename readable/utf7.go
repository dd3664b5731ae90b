package readable

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// utf7 is UTF-7 (RFC 2152). It decodes only.
type utf7 struct{}

func (utf7) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: &utf7Decoder{}}
}

func (utf7) NewEncoder() *encoding.Encoder { return encoding.Replacement.NewEncoder() }

type utf7Decoder struct {
	shifted bool
	begun   bool // a digit follows the "+"
	bits    uint32
	n       int  // the number of bits
	high    rune // a surrogate that waits for its second half
}

func (d *utf7Decoder) Reset() { *d = utf7Decoder{} }

func (d *utf7Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for ; nSrc < len(src); nSrc++ {
		if len(dst)-nDst < 2*utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		c := src[nSrc]
		if !d.shifted {
			switch {
			case c == '+':
				*d = utf7Decoder{shifted: true}
			case c >= utf8.RuneSelf:
				nDst += utf8.EncodeRune(dst[nDst:], utf8.RuneError)
			default:
				dst[nDst], nDst = c, nDst+1
			}
			continue
		}
		if digit := base64Digits[c]; digit >= 0 {
			d.begun = true
			if d.bits, d.n = d.bits<<6|uint32(digit), d.n+6; d.n >= 16 {
				d.n -= 16
				nDst += d.unit(dst[nDst:], rune(d.bits>>d.n&0xffff))
			}
			continue
		}
		// Another character ends the base64. A "-" is left out, and "+-" is "+".
		nDst += d.flush(dst[nDst:])
		switch {
		case c == '-' && !d.begun:
			dst[nDst], nDst = '+', nDst+1
		case c >= utf8.RuneSelf:
			nDst += utf8.EncodeRune(dst[nDst:], utf8.RuneError)
		case c != '-':
			dst[nDst], nDst = c, nDst+1
		}
		*d = utf7Decoder{}
	}
	if atEOF {
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += d.flush(dst[nDst:])
	}
	return nDst, nSrc, nil
}

// unit writes the characters that a unit of UTF-16 completes.
func (d *utf7Decoder) unit(dst []byte, u rune) int {
	if d.high != 0 {
		r := utf16.DecodeRune(d.high, u)
		d.high = 0
		n := utf8.EncodeRune(dst, r)
		if r != utf8.RuneError {
			return n
		}
		return n + d.unit(dst[n:], u)
	}
	if 0xd800 <= u && u < 0xdc00 {
		d.high = u
		return 0
	}
	return utf8.EncodeRune(dst, u)
}

// flush writes U+FFFD for half a surrogate pair.
func (d *utf7Decoder) flush(dst []byte) int {
	if d.high == 0 {
		return 0
	}
	d.high = 0
	return utf8.EncodeRune(dst, utf8.RuneError)
}
