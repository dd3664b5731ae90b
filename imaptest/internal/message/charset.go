package message

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat/internal/charset"
)

// appendUTF8 appends a text in a charset. UTF-8 is the charset of a text without one.
func appendUTF8(dst, text []byte, name string, normal bool) []byte {
	decode := decoderOf(name)
	if decode == nil {
		return append(dst, validUTF8(text)...)
	}
	text = decode(text)
	if normal {
		return appendNormal(dst, text)
	}
	return append(dst, validUTF8(text)...)
}

// decoderOf returns a function that converts a text to UTF-8, or nil for an unknown charset.
func decoderOf(name string) func(text []byte) []byte {
	switch lower([]byte(name)) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return func(text []byte) []byte { return text }
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		e, err = htmlindex.Get(name)
	}
	if err == nil {
		return func(text []byte) []byte {
			decoded, _ := e.NewDecoder().Bytes(text) // the decoders replace what is invalid
			return decoded
		}
	}
	if charset.Known(name) {
		return func(text []byte) []byte { return []byte(charset.UTF8(string(text), name)) }
	}
	return nil
}

// validUTF8 replaces each run of invalid octets by U+FFFD.
func validUTF8(text []byte) []byte { return bytes.ToValidUTF8(text, []byte(replacement)) }

// Normalize returns the form of a text in UTF-8 in which Dovecot compares texts: each character
// in title case, then decomposed.
func Normalize(text string) string { return string(appendNormal(nil, []byte(text))) }

func appendNormal(dst, text []byte) []byte {
	text = validUTF8(text)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		if r < utf8.RuneSelf {
			dst = append(dst, byte(unicode.ToTitle(r)))
			continue
		}
		var b [utf8.UTFMax]byte
		title := utf8.AppendRune(b[:0], unicode.ToTitle(r))
		if parts := norm.NFKD.Properties(title).Decomposition(); parts != nil {
			title = parts
		}
		dst = append(dst, title...)
	}
	return dst
}
