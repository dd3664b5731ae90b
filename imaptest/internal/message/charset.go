package message

import (
	"bytes"
	"strings"
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

// otherNames are names of glibc's iconv, which Dovecot uses, that IANA has not, or for another
// charset that is not to be had. Each has the name of an encoding for the Web.
var otherNames = map[string]string{
	"cp1250": "windows-1250", "cp1251": "windows-1251", "cp1252": "windows-1252", "cp1253": "windows-1253", "cp1254": "windows-1254",
	"cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257", "cp1258": "windows-1258", "cp866": "ibm866",
	"gb2312": "gbk", "euc-cn": "gbk", "euckr": "euc-kr", "uhc": "euc-kr", "cp949": "euc-kr", "sjis": "shift_jis", "cp932": "shift_jis",
	"big5-hkscs": "big5", "big5hkscs": "big5", "cp950": "big5", "eucjp": "euc-jp", "latin1": "windows-1252", "tis-620": "windows-874",
}

// unknownNames are names of IANA and c-client that glibc has not.
var unknownNames = map[string]bool{
	"hz-gb-2312": true, "iso-8859-6-e": true, "iso-8859-6-i": true, "iso-8859-8-e": true, "iso-8859-8-i": true, "cn-gb-12345": true, "ibm737": true,
	"iso-2022-jp-1": true, "ks_c_5601-1987": true, "ks_c_5601-1992": true, "ks_c_5601-1997": true, "x-windows-949": true, "unicode-1-1-utf-7": true,
}

// decoderOf returns a function that converts a text to UTF-8, or nil for an unknown charset.
func decoderOf(name string) func(text []byte) []byte {
	name = strings.Map(inName, lower([]byte(name)))
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return func(text []byte) []byte { return text }
	}
	e, err := ianaindex.IANA.Encoding(name)
	if other := otherNames[name]; other != "" && (err != nil || e == nil) {
		e, err = htmlindex.Get(other)
	}
	switch {
	case unknownNames[name]:
		return nil
	case err != nil || e == nil:
		if !charset.Known(name) {
			return nil
		}
		return func(text []byte) []byte { return []byte(charset.UTF8(string(text), name)) }
	}
	return func(text []byte) []byte {
		decoded, _ := e.NewDecoder().Bytes(text) // the decoders replace what is invalid
		return decoded
	}
}

// inName drops the characters that glibc drops from a charset's name.
func inName(r rune) rune {
	if r < utf8.RuneSelf && (isAlphanumeric(byte(r)) || strings.ContainsRune("-_.,:/", r)) {
		return r
	}
	return -1
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
