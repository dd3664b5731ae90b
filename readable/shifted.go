package readable

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// shiftedText is ISO-2022-KR (RFC 1557) or ISO-2022-CN (RFC 1922): between SO and SI stand the
// octets of another charset without their highest bit.
type shiftedText struct{ encoding.Encoding }

func (s shiftedText) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: transform.Chain(&shiftOut{}, s.Encoding.NewDecoder())}
}

type shiftOut struct{ shifted bool }

func (s *shiftOut) Reset() { s.shifted = false }

const (
	shiftOutOctet = 0x0e
	shiftInOctet  = 0x0f
	escape        = 0x1b
)

func (s *shiftOut) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		c := src[nSrc]
		size := 1
		switch {
		case c == shiftOutOctet:
			s.shifted = true
		case c == shiftInOctet:
			s.shifted = false
		case c == escape:
			// ESC $ ) C and the like name the charset. A text has one.
			if size = 4; len(src)-nSrc < size {
				if !atEOF {
					return nDst, nSrc, transform.ErrShortSrc
				}
				size = 1
			}
			if size == 4 && (src[nSrc+1] != '$' || src[nSrc+2] < ')' || src[nSrc+2] > '+') {
				size = 1
			}
		case c == '\n':
			s.shifted = false // RFC 1922: each line begins in ASCII
			dst[nDst], nDst = c, nDst+1
		case s.shifted && c > ' ' && c < 0x7f:
			dst[nDst], nDst = c|0x80, nDst+1
		default:
			dst[nDst], nDst = c, nDst+1
		}
		nSrc += size
	}
	return nDst, nSrc, nil
}
