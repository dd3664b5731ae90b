package readable

import (
	"bytes"
	"io"

	"golang.org/x/text/transform"

	"github.com/imapcompat/imapcompat"
)

// Decode removes the transfer encoding of a body (RFC 2045 section 6): base64 and
// quoted-printable. A text in another encoding is returned as it is.
//
// Base64 is read as PHP's base64_decode reads it: characters outside the alphabet are
// skipped, padding may be missing, and the bits of an unfinished octet are left out. Unlike
// there, another text may follow correct padding: some programs encode line by line.
//
// Quoted-printable is read as PHP's quoted_printable_decode reads it: "=" without two
// digits or a line break stays, and so do blanks at the end of a line. Unlike there, a NUL
// does not end the text.
func Decode(text string, encoding imapcompat.BodyEncoding) (string, Doubts) {
	var doubts Doubts
	t := transferDecoder(encoding, &doubts)
	if t == nil {
		return text, nil
	}
	decoded, _, _ := transform.String(t, text) // these decoders do not fail
	return decoded, doubts
}

// DecodeReader is [Decode] of what it reads.
func DecodeReader(r io.Reader, encoding imapcompat.BodyEncoding) *Reader {
	return newReader(func(doubts *Doubts) io.Reader {
		t := transferDecoder(encoding, doubts)
		if t == nil {
			return r
		}
		return transform.NewReader(r, t)
	})
}

// DecodeWriter is [Decode] of what is written to it, such as by SaveBody: it writes the octets
// to w.
func DecodeWriter(w io.Writer, encoding imapcompat.BodyEncoding) *Writer {
	d := &Writer{w: w}
	if t := transferDecoder(encoding, &d.doubts); t != nil {
		decoder := transform.NewWriter(w, t)
		d.w, d.close = decoder, decoder.Close
	}
	return d
}

// Body returns a text in UTF-8, given its body, transfer encoding and charset: [Decode] and
// [UTF8]. A text that is said to be in base64 and evidently is not, since words stand in its
// lines, is not decoded.
func Body(text string, encoding imapcompat.BodyEncoding, charsetName string, opts ...Option) (string, Doubts) {
	if encoding == imapcompat.ENCBASE64 && isWords(text[:min(len(text), maxWords)]) {
		decoded, doubts := UTF8(text, charsetName, opts...)
		return decoded, append(notBase64(), doubts...)
	}
	octets, doubts := Decode(text, encoding)
	decoded, others := UTF8(octets, charsetName, opts...)
	doubts.merge(others)
	return decoded, doubts
}

// BodyReader is [Body] of what it reads.
func BodyReader(r io.Reader, encoding imapcompat.BodyEncoding, charsetName string, opts ...Option) *Reader {
	return newReader(func(doubts *Doubts) io.Reader {
		if encoding == imapcompat.ENCBASE64 {
			head := make([]byte, maxWords)
			n, err := io.ReadFull(r, head)
			if err != nil {
				r = failingReader{err}
			}
			if r = io.MultiReader(bytes.NewReader(head[:n]), r); isWords(string(head[:n])) {
				return &mergingReader{UTF8Reader(r, charsetName, opts...), &Reader{doubts: notBase64()}, doubts}
			}
		}
		octets := DecodeReader(r, encoding)
		return &mergingReader{UTF8Reader(octets, charsetName, opts...), octets, doubts}
	})
}

// maxWords is the length of the text that shows that it is not base64, in octets.
const maxWords = 4 << 10

// isWords reports whether a text that should be base64 is something else. Base64 may have an
// octet outside of the alphabet where a line begins, where a "+" became a blank, or between
// groups of four digits. Text has one after each word.
func isWords(text string) bool {
	octets, others, words, length := 0, 0, 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case base64Digits[c] >= 0:
			octets++
			length++
			continue
		case c != '\r' && c != '\n' && c != '=':
			octets++
			others++
			if length%4 != 0 {
				words++
			}
		}
		length = 0
	}
	return words >= 3 && others*16 > octets
}

func notBase64() Doubts {
	return Doubts{{Kind: DoubtInvalidEncoding, What: "no base64", Count: 1}}
}

// mergingReader has the doubts of two readers.
type mergingReader struct {
	text, octets *Reader
	doubts       *Doubts
}

func (r *mergingReader) Read(p []byte) (int, error) {
	n, err := r.text.Read(p)
	*r.doubts = append((*r.doubts)[:0], r.octets.doubts...)
	r.doubts.merge(r.text.doubts)
	return n, err
}

// transferDecoder returns the decoder of an encoding, or nil if it has none.
func transferDecoder(encoding imapcompat.BodyEncoding, doubts *Doubts) transform.Transformer {
	switch encoding {
	case imapcompat.ENCBASE64:
		return &base64Decoder{doubts: doubts}
	case imapcompat.ENCQUOTEDPRINTABLE:
		return &quotedPrintableDecoder{doubts: doubts}
	}
	return nil
}

// base64Digits are the values of the digits of base64, and -1 for other octets.
var base64Digits = func() (values [256]int8) {
	for i := range values {
		values[i] = -1
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		values[c] = int8(i)
	}
	return values
}()

// base64Decoder decodes base64 (RFC 2045 section 6.8).
type base64Decoder struct {
	group   uint32 // the digits of a group
	digits  int    // their number
	padding int    // the "=" after them
	ended   bool   // padding has ended the text
	doubts  *Doubts
	read    int
}

func (d *base64Decoder) Reset() {}

func (d *base64Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	defer func() { d.read += nSrc }()
	for ; nSrc < len(src); nSrc++ {
		if len(dst)-nDst < 3 {
			return nDst, nSrc, transform.ErrShortDst
		}
		c := src[nSrc]
		switch digit := base64Digits[c]; {
		case digit >= 0:
			if d.ended {
				d.doubts.add(DoubtInvalidEncoding, d.read+nSrc, "text after the padding")
			}
			d.ended, d.padding = false, 0
			d.group, d.digits = d.group<<6|uint32(digit), d.digits+1
			if d.digits == 4 {
				nDst += d.flush(dst[nDst:])
			}
		case c == '=':
			if d.padding++; d.digits > 1 && d.digits+d.padding == 4 {
				nDst += d.flush(dst[nDst:])
				d.ended = true
			}
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			d.doubts.add(DoubtInvalidEncoding, d.read+nSrc, string(src[nSrc:nSrc+1]))
		}
	}
	if atEOF {
		if len(dst)-nDst < 3 {
			return nDst, nSrc, transform.ErrShortDst
		}
		if d.digits > 0 {
			d.doubts.add(DoubtInvalidEncoding, d.read+nSrc, "end of the text")
		}
		nDst += d.flush(dst[nDst:])
	}
	return nDst, nSrc, nil
}

// flush writes the octets of a group. One digit is not an octet.
func (d *base64Decoder) flush(dst []byte) int {
	n := max(0, d.digits-1)
	group := d.group << (6 * (4 - d.digits))
	for i := range n {
		dst[i] = byte(group >> (16 - 8*i))
	}
	d.group, d.digits, d.padding = 0, 0, 0
	return n
}

// quotedPrintableDecoder decodes quoted-printable (RFC 2045 section 6.7).
type quotedPrintableDecoder struct {
	doubts *Doubts
	read   int
}

func (d *quotedPrintableDecoder) Reset() {}

func (d *quotedPrintableDecoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	defer func() { d.read += nSrc }()
	for nSrc < len(src) {
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		if src[nSrc] != '=' {
			dst[nDst] = src[nSrc]
			nDst, nSrc = nDst+1, nSrc+1
			continue
		}
		if octet, ok := hexOctet(src[nSrc+1:]); ok {
			dst[nDst] = octet
			nDst, nSrc = nDst+1, nSrc+3
			continue
		}
		n, complete := softBreak(src[nSrc:])
		switch {
		case !complete && !atEOF:
			return nDst, nSrc, transform.ErrShortSrc
		case n > 0:
			nSrc += n
		default:
			d.doubts.add(DoubtInvalidEncoding, d.read+nSrc, string(src[nSrc:min(nSrc+2, len(src))]))
			dst[nDst] = '='
			nDst, nSrc = nDst+1, nSrc+1
		}
	}
	return nDst, nSrc, nil
}

// hexOctet returns the octet of two hexadecimal digits.
func hexOctet[T []byte | string](s T) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	high, low := hexDigit(s[0]), hexDigit(s[1])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// maxBlanks is how many blanks may stand between "=" and a line break. A line has up to 998
// octets (RFC 5322 section 2.1.1).
const maxBlanks = 998

// softBreak returns the length of the soft line break that s begins with, or 0. Without the
// rest of the text it may not be complete.
func softBreak(s []byte) (n int, complete bool) {
	n = 1
	for n < len(s) && n <= maxBlanks && (s[n] == ' ' || s[n] == '\t') {
		n++
	}
	switch rest := s[n:]; {
	case len(rest) == 0:
		return n, false
	case len(rest) == 1 && rest[0] == '\r':
		return n + 1, false
	case rest[0] == '\r' && rest[1] == '\n':
		return n + 2, true
	case rest[0] == '\r', rest[0] == '\n':
		return n + 1, true
	}
	return 0, n > 1 || len(s) > 2 || hexDigit(s[1]) < 0
}
