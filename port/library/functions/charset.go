package functions

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// charsetName returns the name by which this file knows a charset.
func charsetName(name string) string {
	name = strings.ReplaceAll(strtolower(name), "_", "-")
	switch name {
	case "utf8":
		return "utf-8"
	case "ascii", "us-ascii", "ansi-x3.4-1968":
		return "us-ascii"
	case "sjis":
		return "shift-jis"
	case "latin1", "l1":
		return "iso-8859-1"
	}
	if number, ok := strings.CutPrefix(name, "iso8859-"); ok {
		return "iso-8859-" + number
	}
	if number, ok := strings.CutPrefix(name, "cp125"); ok {
		return "windows-125" + number
	}
	return name
}

// illegal stands for what is no character in a charset.
const illegal = -1

// singleByteTables are the characters of charsets of one byte.
var singleByteTables = map[string]*[256]rune{}

const singleByteCharsets = " us-ascii iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 " +
	"iso-8859-16 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1256 windows-1257 koi8-r ibm866 cp866 cp850 cp437 "

const multiByteCharsets = " shift-jis euc-jp iso-2022-jp gb2312 gbk gb18030 big5 euc-kr "

// singleBytes returns the characters of a charset of one byte, nil for other charsets.
func singleBytes(charset string) *[256]rune {
	if !strings.Contains(singleByteCharsets, " "+charset+" ") {
		return nil
	}
	if table := singleByteTables[charset]; table != nil {
		return table
	}
	table := new([256]rune)
	for i := range table {
		switch {
		case i < 0x80 || i < 0xA0 && strings.HasPrefix(charset, "iso-8859-"):
			table[i] = rune(i)
		case charset == "us-ascii":
			table[i] = illegal
		default:
			text, _ := readable.UTF8(string([]byte{byte(i)}), charset)
			if table[i], _ = utf8.DecodeRuneInString(text); table[i] == utf8.RuneError {
				table[i] = illegal
			}
		}
	}
	singleByteTables[charset] = table
	return table
}

// decodeCharset returns the characters of a text. ok is false for a charset that is not known.
// The multi-byte charsets of Asia are read as browsers read them, which differs from PHP for
// octets that are no characters.
func decodeCharset(s, charset string) (chars []rune, ok bool) {
	charset = charsetName(charset)
	if table := singleBytes(charset); table != nil {
		for i := range len(s) {
			chars = append(chars, table[s[i]])
		}
		return chars, true
	}
	switch charset {
	case "utf-8":
		for s != "" {
			r, size, ok := utf8Char(s)
			if !ok {
				r, size = illegal, wrongStart(s)
			}
			chars = append(chars, r)
			s = s[size:]
		}
		return chars, true
	case "utf-16", "utf-16be", "ucs-2", "ucs-2be":
		return decodeUTF16(s, binary.BigEndian), true
	case "utf-16le", "ucs-2le":
		return decodeUTF16(s, binary.LittleEndian), true
	case "utf7-imap":
		text, ok := imapcompat.MUTF7ToUTF8(s)
		return []rune(text), ok == nil
	}
	if !strings.Contains(multiByteCharsets, " "+charset+" ") {
		return nil, false
	}
	text, _ := readable.UTF8(s, strings.Replace(charset, "shift-jis", "shift_jis", 1))
	for _, r := range text {
		if r == utf8.RuneError {
			r = illegal
		}
		chars = append(chars, r)
	}
	return chars, true
}

// wrongStart returns how many bytes at the beginning of a string could begin a character.
func wrongStart(s string) int {
	c, low, high := s[0], byte(0x80), byte(0xBF)
	length := map[bool]int{c >= 0xC2 && c <= 0xDF: 2, c >= 0xE0 && c <= 0xEF: 3, c >= 0xF0 && c <= 0xF4: 4}[true]
	switch c {
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n < length && n < len(s) && s[n] >= low && s[n] <= high {
		n, low, high = n+1, 0x80, 0xBF
	}
	return n
}

// incomplete reports whether a text ends within a character.
func incomplete(s, charset string) bool {
	switch charsetName(charset) {
	case "utf-8":
		i := len(s) - 1
		for i > 0 && s[i]&0xC0 == 0x80 {
			i--
		}
		return i >= 0 && s[i] >= 0xC2 && s[i] <= 0xFD && len(s)-i < bits.LeadingZeros8(^s[i])
	case "utf-16le", "utf-16be", "utf-16":
		high := len(s) - 2 + boolInt(strings.HasSuffix(charsetName(charset), "le"))
		return len(s)%2 == 1 || high >= 0 && s[high]&0xFC == 0xD8
	}
	return false
}

func decodeUTF16(s string, order binary.ByteOrder) []rune {
	var units []uint16
	for len(s) >= 2 {
		units = append(units, order.Uint16([]byte(s[:2])))
		s = s[2:]
	}
	var chars []rune
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			r = illegal
			if i+1 < len(units) {
				if both := utf16.DecodeRune(rune(units[i]), rune(units[i+1])); both != utf8.RuneError {
					r = both
					i++
				}
			}
		}
		chars = append(chars, r)
	}
	if len(s) > 0 {
		chars = append(chars, illegal)
	}
	return chars
}

var errCharset = errors.New("charset that texts are not converted to")

// charsetEncoder returns a function that returns a character in a charset, false if it is not
// in it.
func charsetEncoder(charset string) (func(r rune) (string, bool), error) {
	charset = charsetName(charset)
	if table := singleBytes(charset); table != nil {
		bytes := map[rune]string{}
		for i, r := range table {
			if r != illegal {
				bytes[r] = string([]byte{byte(i)})
			}
		}
		return func(r rune) (string, bool) {
			b, ok := bytes[r]
			return b, ok
		}, nil
	}
	switch charset {
	case "utf-8":
		return func(r rune) (string, bool) { return string(r), r != illegal }, nil
	case "utf-16be":
		return utf16Encoder(binary.BigEndian), nil
	case "utf-16le":
		return utf16Encoder(binary.LittleEndian), nil
	}
	return nil, errCharset
}

func utf16Encoder(order binary.AppendByteOrder) func(r rune) (string, bool) {
	return func(r rune) (string, bool) {
		if r == illegal {
			return "", false
		}
		var out []byte
		for _, unit := range utf16.Encode([]rune{r}) {
			out = order.AppendUint16(out, unit)
		}
		return string(out), true
	}
}

// iconv is iconv to UTF-8, UTF-16 and charsets of one byte, from those and the multi-byte charsets
// of Asia. "//IGNORE" leaves out what is not in the charset; of UTF-8 that ends with the octets F5
// to FD, PHP returns false. "//TRANSLIT" is known for UTF-8 only,
// where it changes nothing. Other charsets throw an Error.
//
//php:function iconv(from_encoding, to_encoding, string)
func iconv(from, to, s string) (string, error) {
	to, options, _ := strings.Cut(strtolower(to), "//")
	from, _, _ = strings.Cut(strtolower(from), "//")
	switch {
	case to == "utf-7-imap" && charsetName(from) == "utf-8":
		return imapcompat.UTF8ToMUTF7(s)
	case from == "utf-7-imap" && charsetName(to) == "utf-8":
		return imapcompat.MUTF7ToUTF8(s)
	}
	encode, err := charsetEncoder(to)
	if err != nil || strings.Contains(options, "translit") && charsetName(to) != "utf-8" {
		throw("Error", "iconv() to "+to+"//"+options)
	}
	chars, ok := decodeCharset(s, from)
	if !ok {
		return "", errors.New(`iconv(): Wrong encoding, conversion from "` + from + `" to "` + to + `" is not allowed`)
	}
	if incomplete(s, from) {
		return "", errors.New("iconv(): Detected an incomplete multibyte character in input string")
	}
	var out strings.Builder
	for _, r := range chars {
		text, ok := encode(r)
		switch {
		case ok:
			out.WriteString(text)
		case !strings.Contains(options, "ignore"):
			return "", errors.New("iconv(): Detected an illegal character in input string")
		}
	}
	return out.String(), nil
}

// mbEncodings are the charsets of PHP's mbstring that are converted here, by their names in
// lower case.
var mbEncodings = func() map[string]string {
	names := strings.Fields("ASCII UTF-8 ISO-8859-1 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-9 ISO-8859-10 ISO-8859-13 ISO-8859-14 ISO-8859-15 " +
		"ISO-8859-16 Windows-1251 Windows-1252 Windows-1254 KOI8-R CP866 CP850 UTF-16 UTF-16BE UTF-16LE UTF7-IMAP SJIS EUC-JP ISO-2022-JP GB18030 EUC-CN BIG-5 EUC-KR UHC")
	byName := map[string]string{"utf8": "UTF-8", "us-ascii": "ASCII", "latin1": "ISO-8859-1", "cp1251": "Windows-1251", "cp1252": "Windows-1252", "cp1254": "Windows-1254",
		"shift_jis": "SJIS", "big5": "BIG-5", "gb2312": "EUC-CN", "ibm866": "CP866", "koi8r": "KOI8-R"}
	for _, name := range names {
		byName[strtolower(name)] = name
	}
	return byName
}()

// mbEncoding returns mbstring's name of a charset. An unknown one throws PHP's ValueError.
func mbEncoding(name, argument string) string {
	known := mbEncodings[strtolower(strings.TrimSpace(name))]
	if known == "" {
		throw("ValueError", argument+` must be a valid encoding, "`+name+`" given`)
	}
	return known
}

// mbConvertEncoding is mb_convert_encoding between charsets of one byte, UTF-8, UTF-16 and
// UTF7-IMAP, and from the multi-byte charsets of Asia. What is no character becomes "?". From
// UTF7-IMAP, characters beyond U+FFFF are lost. Charsets that PHP knows and this function does not throw PHP's ValueError for unknown ones.
//
//php:function mb_convert_encoding(string, to_encoding, from_encoding = "UTF-8")
func mbConvertEncoding(s, to, from string) string {
	to = mbEncoding(to, "mb_convert_encoding(): Argument #2 ($to_encoding)")
	known := mbEncodings[strtolower(from)]
	if strtolower(from) == "auto" {
		known = "UTF-8" // or ASCII, which is UTF-8 too
	}
	if known == "" {
		throw("ValueError", `mb_convert_encoding(): Argument #3 ($from_encoding) contains invalid encoding "`+from+`"`)
	}
	chars := mbDecode(s, known)
	if to == "UTF7-IMAP" {
		name, _ := imapcompat.UTF8ToMUTF7(mbQuestionMarks(chars)) // which is UTF-8
		return name
	}
	if to == "UTF-16" {
		to = "UTF-16BE"
	}
	encode, err := charsetEncoder(to)
	if err != nil {
		throw("Error", "mb_convert_encoding() to "+to)
	}
	var out strings.Builder
	for _, r := range chars {
		text, ok := encode(r)
		if !ok {
			text, _ = encode('?')
		}
		if to == "Windows-1252" && r >= 0x80 && r <= 0x9F && singleBytes("windows-1252")[r] == illegal {
			text = string([]byte{byte(r)})
		}
		out.WriteString(text)
	}
	return out.String()
}

// mbDecode returns the characters of a text in a charset of mbstring.
func mbDecode(s, charset string) []rune {
	name := charset
	if other, ok := map[string]string{"SJIS": "shift-jis", "BIG-5": "big5", "EUC-CN": "gb2312", "UHC": "euc-kr"}[charset]; ok {
		name = other
	}
	chars, _ := decodeCharset(s, name) // which is known
	if charset == "Windows-1252" {
		for i := range chars {
			if chars[i] == illegal {
				chars[i] = rune(s[i])
			}
		}
	}
	return chars
}

// mbQuestionMarks returns characters as UTF-8, with "?" for what is none.
func mbQuestionMarks(chars []rune) string {
	var out strings.Builder
	for _, r := range chars {
		if r == illegal {
			r = '?'
		}
		out.WriteRune(r)
	}
	return out.String()
}

// utf8Encode is utf8_encode: ISO-8859-1 as UTF-8.
//
//php:function utf8_encode(string)
func utf8Encode(s string) string { return mbConvertEncoding(s, "UTF-8", "ISO-8859-1") }

// utf8Decode is utf8_decode: UTF-8 as ISO-8859-1, with "?" for other characters.
//
//php:function utf8_decode(string)
func utf8Decode(s string) string {
	var out strings.Builder
	for s != "" {
		r, size, ok := utf8Char(s)
		if !ok || r > 0xFF {
			r = '?'
		}
		out.WriteByte(byte(r))
		s = s[size:]
	}
	return out.String()
}
