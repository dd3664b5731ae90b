package readable

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// UTF8 returns a text in UTF-8. charsetName is the charset that the text is said to be in,
// such as the parameter "charset" of its media type; it may be empty or wrong.
//
// A byte order mark decides, and is left out. Otherwise the charset is the named one, unless
// the text cannot be in it: 8-bit text in US-ASCII, valid UTF-8 that is called Latin-1, UTF-16
// without a NUL. Text without a known charset is in the charset of [WithCharset], else UTF-8
// or ISO-2022-JP if it looks like it, else in the charset that its HTML names, else in that
// of [WithFallbackCharset]. The first 32 KiB decide. No other charset is guessed from the
// text: short texts in the charsets of Russian, Greek or Chinese look alike.
//
// Octets that are not valid stand as U+FFFD. In UTF-8 only a character cut short does; other
// octets are read in the fallback charset, since programs append Latin-1 to UTF-8.
// Line breaks and control characters stay as they are: see [Clean].
func UTF8(text, charsetName string, opts ...Option) (string, Doubts) {
	var doubts Doubts
	decoded := newOptions(opts).decode([]byte(text), charsetName, &doubts)
	return decoded, doubts
}

// UTF8Reader is [UTF8] of what it reads.
func UTF8Reader(r io.Reader, charsetName string, opts ...Option) *Reader {
	return newReader(func(doubts *Doubts) io.Reader {
		head := make([]byte, maxHead)
		n, err := io.ReadFull(r, head)
		head = head[:n]
		rest := r
		if err != nil {
			rest = failingReader{err}
		}
		decision := newOptions(opts).decide(head, ends(err), charsetName, doubts)
		text := io.MultiReader(bytes.NewReader(head[decision.skip:]), rest)
		return transform.NewReader(text, decision.transformer(doubts))
	})
}

// ends reports whether an error of io.ReadFull says that the text has been read whole.
func ends(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// failingReader returns the error of a reader again.
type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) {
	if ends(r.err) {
		return 0, io.EOF
	}
	return 0, r.err
}

// maxHead is the length of the text that decides on the charset, in octets.
const maxHead = 32 << 10

// decode returns a text in UTF-8, as UTF8 does.
func (o *options) decode(text []byte, name string, doubts *Doubts) string {
	head := text[:min(len(text), maxHead)]
	decision := o.decide(head, len(head) == len(text), name, doubts)
	text = text[decision.skip:]
	// The decoders replace what is not valid, and do not fail.
	if decision.enc == nil {
		decoded, _, _ := transform.Bytes(&utf8Decoder{single: decision.single, doubts: doubts}, text)
		return string(decoded)
	}
	decoded, _, _ := transform.Bytes(decision.enc.NewDecoder(), text)
	counter := replacementCounter{doubts: doubts}
	counter.count(decoded)
	return string(decoded)
}

// A decision is how a text is decoded.
type decision struct {
	charset                  // UTF-8 if it has no decoder
	skip    int              // the length of the byte order mark
	single  *charmap.Charmap // for invalid octets in UTF-8
}

func (d decision) transformer(doubts *Doubts) transform.Transformer {
	if d.enc == nil {
		return &utf8Decoder{single: d.single, doubts: doubts}
	}
	return transform.Chain(d.enc.NewDecoder(), &replacementCounter{doubts: doubts})
}

// decide decides on the charset of a text that begins with head. whole tells whether that is
// all of it.
func (o *options) decide(head []byte, whole bool, name string, doubts *Doubts) decision {
	d := decision{single: charmap.Windows1252}
	if single, ok := o.fallback.enc.(*charmap.Charmap); ok {
		d.single = single
	}
	ascii := isASCII(head)
	c, known := findCharset(name)
	switch {
	case name == "", ascii && bytes.IndexByte(head, escape) < 0: // any charset will do
	case !known:
		doubts.add(DoubtUnknownCharset, 0, name)
	case !c.is(noCharset) && !c.is(utf8Text) && !registered(name):
		doubts.add(DoubtMisspelledCharset, 0, name)
	}
	if marked, size := byteOrderMark(head, c); size > 0 {
		if c.enc != nil && !strings.HasPrefix(c.name, "utf-") {
			doubts.add(DoubtWrongCharset, 0, name)
		}
		d.charset, d.skip = marked, size
		return d
	}
	if c.is(asciiText) {
		if !ascii {
			doubts.add(DoubtWrongCharset, 0, name)
		}
		c = noCharset
	}
	if given, ok := findCharset(o.charset); c.is(noCharset) && ok && !given.is(asciiText) {
		c, name = given, o.charset
	}
	d.charset = o.check(c, head, whole, name, doubts)
	return d
}

// byteOrderMark returns the charset that the text's first octets mark, and their number.
func byteOrderMark(head []byte, c charset) (charset, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8Text, 3
	case strings.HasPrefix(c.name, "utf-32"):
		return c, 0 // its decoder reads the mark
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16LE, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16Text, 2
	}
	return c, 0
}

// check returns the named charset, or another one if the text cannot be in it.
func (o *options) check(c charset, head []byte, whole bool, name string, doubts *Doubts) charset {
	invalid, characters := countUTF8(head, whole)
	valid := invalid == 0
	right := c
	switch {
	case c.is(noCharset):
		// A few octets of another charset do not make UTF-8 another one.
		return o.guess(head, whole, valid || characters > invalid, doubts)
	case c.is(utf8Text):
		if o.chosen && !valid && characters == 0 {
			right = o.fallback
		}
	case strings.HasPrefix(c.name, "utf-16"), strings.HasPrefix(c.name, "utf-32"):
		if valid && len(head) > 0 && bytes.IndexByte(head, 0) < 0 {
			right = utf8Text
		} else if c.is(utf16Text) && littleEndian(head) {
			return utf16LE // RFC 2781 says big-endian
		}
	case c.is(iso2022JP) && !isASCII(head):
		right = japaneseText(c, head, whole, valid)
	case valid && characters >= enough(c, head, whole):
		right = utf8Text
	}
	if !right.is(c) {
		doubts.add(DoubtWrongCharset, 0, name)
	}
	return right
}

// japaneseText returns the charset of 8-bit text that is said to be in ISO-2022-JP.
func japaneseText(c charset, head []byte, whole, valid bool) charset {
	if valid {
		return utf8Text
	}
	for _, other := range []charset{{"euc-jp", japanese.EUCJP}, {"shift_jis", japanese.ShiftJIS}} {
		if decodes(other, head, whole) {
			return other
		}
	}
	return c
}

// enough returns how many characters of UTF-8 show that a text is not in a charset. Latin
// text has none that looks like one. In Cyrillic, Greek and other alphabets two are not by
// chance. In Chinese, about one character of seven looks like one, so six are not. In Thai any
// number may be.
func enough(c charset, head []byte, whole bool) int {
	const never = maxHead + 1
	switch {
	case c.enc == charmap.Windows1252, c.enc == charmap.ISO8859_15:
		return 1
	case c.enc == charmap.Windows874:
		return never
	}
	if _, ok := c.enc.(*charmap.Charmap); ok {
		return 2
	}
	if decodes(c, head, whole) {
		return 6
	}
	return 1
}

// guess returns the charset of a text that names none.
func (o *options) guess(head []byte, whole, isUTF8 bool, doubts *Doubts) charset {
	var guessed charset
	switch {
	case looksLikeUTF16(head):
		if guessed = utf16Text; littleEndian(head) {
			guessed = utf16LE
		}
	case isASCII(head):
		if guessed = escapeSequences(head); guessed.is(noCharset) {
			return utf8Text
		}
	case isUTF8:
		return utf8Text
	default:
		guessed = o.fallback
		for _, name := range []string{o.neighbour, metaCharset(head)} {
			if c, ok := findCharset(name); ok && c.enc != nil && decodes(c, head, whole) {
				guessed = c
				break
			}
		}
	}
	doubts.add(DoubtGuessedCharset, 0, guessed.name)
	return guessed
}

var meta = regexp.MustCompile(`(?i)<meta\s[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})`)

// metaCharset returns the charset that a text in HTML names, or "".
func metaCharset(head []byte) string {
	const maxMeta = 4096
	if m := meta.FindSubmatch(head[:min(len(head), maxMeta)]); m != nil {
		return string(m[1])
	}
	return ""
}

// escapeSequences returns the charset of a text with the escape sequences of ISO-2022.
func escapeSequences(head []byte) charset {
	for rest := head; ; {
		i := bytes.IndexByte(rest, escape)
		if i < 0 || len(rest)-i < 3 {
			return noCharset
		}
		switch rest = rest[i+1:]; {
		case rest[0] == '$' && (rest[1] == '@' || rest[1] == 'B'), rest[0] == '(' && (rest[1] == 'I' || rest[1] == 'J'):
			return iso2022JP
		case bytes.HasPrefix(rest, []byte("$)C")):
			return iso2022KR
		case bytes.HasPrefix(rest, []byte("$)A")), bytes.HasPrefix(rest, []byte("$)G")):
			return iso2022CN
		}
	}
}

// looksLikeUTF16 reports whether nearly every second octet is NUL, on one side only.
func looksLikeUTF16(head []byte) bool {
	even, odd := zeros(head)
	most, least := max(even, odd), min(even, odd)
	return most >= 2 && most*10 >= len(head)*4 && least*20 <= len(head)
}

func littleEndian(head []byte) bool {
	even, odd := zeros(head)
	return odd > even
}

// zeros counts the NULs at even and at odd places.
func zeros(text []byte) (even, odd int) {
	var n [2]int
	for i, c := range text {
		if c == 0 {
			n[i%2]++
		}
	}
	return n[0], n[1]
}

func isASCII[T []byte | string](text T) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// countUTF8 counts the octets that are not valid in UTF-8, and the characters beyond ASCII. A
// character may be cut off where the text is not whole.
func countUTF8(text []byte, whole bool) (invalid, characters int) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			if whole || utf8.FullRune(text) {
				invalid++
			}
		case size > 1:
			characters++
		}
		text = text[size:]
	}
	return invalid, characters
}

// decodes reports whether text is valid in a charset. The last character may be cut off.
func decodes(c charset, text []byte, whole bool) bool {
	decoded, _, err := transform.Bytes(c.enc.NewDecoder(), text)
	if !whole {
		decoded = decoded[:max(0, len(decoded)-2*utf8.UTFMax)]
	}
	return err == nil && !bytes.ContainsRune(decoded, utf8.RuneError)
}

// utf8Decoder passes valid UTF-8. A character that is cut short becomes U+FFFD, and another
// octet that is not valid is read in a charset of single octets.
type utf8Decoder struct {
	single     *charmap.Charmap
	doubts     *Doubts
	characters bool // there were characters beyond ASCII
	written    int
}

func (d *utf8Decoder) Reset() {}

func (d *utf8Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	defer func() { d.written += nDst }()
	for nSrc < len(src) {
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		if c := src[nSrc]; c < utf8.RuneSelf {
			dst[nDst] = c
			nDst, nSrc = nDst+1, nSrc+1
			continue
		}
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && size == 1 {
			d.doubts.add(DoubtInvalidOctets, d.written+nDst, string(src[nSrc:nSrc+1]))
			r, size = d.invalid(src[nSrc:])
		} else {
			d.characters = true
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// invalid returns what the octets that src begins with are read as, and their number.
func (d *utf8Decoder) invalid(src []byte) (rune, int) {
	n := prefixLength(src)
	// At the end of a text that has no other character of UTF-8, C2 to DF are rather the first
	// half of one than a capital letter of Latin-1.
	if n > 1 || n == len(src) && (d.characters || src[0] < 0xe0) {
		return utf8.RuneError, n
	}
	return d.single.DecodeByte(src[0]), 1
}

// prefixLength returns how many octets at the beginning of src begin a character of UTF-8
// that does not go on.
func prefixLength(src []byte) int {
	n := 0
	for n < min(len(src), utf8.UTFMax-1) && !utf8.FullRune(src[:n+1]) {
		n++
	}
	return n
}

// replacementCounter notes each U+FFFD that a decoder has written.
type replacementCounter struct {
	doubts  *Doubts
	written int
	matched int // the octets of U+FFFD that were just written
}

func (r *replacementCounter) Reset() {}

func (r *replacementCounter) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	n := copy(dst, src)
	if n < len(src) {
		err = transform.ErrShortDst
	}
	r.count(src[:n])
	return n, n, err
}

func (r *replacementCounter) count(text []byte) {
	const replacement = "\ufffd"
	for _, c := range text {
		switch {
		case c == replacement[r.matched]:
			r.matched++
		case c == replacement[0]:
			r.matched = 1
		default:
			r.matched = 0
		}
		r.written++
		if r.matched == len(replacement) {
			r.doubts.add(DoubtInvalidOctets, r.written-len(replacement), replacement)
			r.matched = 0
		}
	}
}
