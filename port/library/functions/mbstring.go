package functions

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mbInternalEncoding is mb_internal_encoding without an argument.
//
//php:function mb_internal_encoding()
func mbInternalEncoding() string { return "UTF-8" }

// mbSetInternalEncoding is mb_internal_encoding. All functions work in UTF-8: another charset
// throws an Error.
//
//php:function mb_internal_encoding(encoding)
func mbSetInternalEncoding(name string) bool {
	if mbEncodings[strtolower(name)] != "UTF-8" {
		throw("Error", "mb_internal_encoding() "+name)
	}
	return true
}

// mbChars splits a text into characters, which in UTF-8 are as long as their first byte says.
func mbChars(s, encoding string) []string {
	encoding = mbEncoding(encoding, "Argument ($encoding)")
	if encoding != "UTF-8" {
		return strings.Split(mbQuestionMarks(mbDecode(s, encoding)), "")
	}
	var chars []string
	for s != "" {
		n := 1
		switch c := s[0]; {
		case c >= 0xF0 && c <= 0xF4:
			n = 4
		case c >= 0xE0 && c <= 0xEF:
			n = 3
		case c >= 0xC2 && c <= 0xDF:
			n = 2
		}
		n = min(n, len(s))
		chars = append(chars, s[:n])
		s = s[n:]
	}
	return chars
}

// mbStrlen is mb_strlen.
//
//php:function mb_strlen(string, encoding = "UTF-8")
func mbStrlen(s, encoding string) int { return len(mbChars(s, encoding)) }

// mbSubstr is mb_substr of UTF-8 without a length.
//
//php:function mb_substr(string, start)
func mbSubstr(s string, start int) string {
	chars := mbChars(s, "UTF-8")
	from, _ := slicePart(len(chars), start, 0)
	return strings.Join(chars[from:], "")
}

// mbSubstrLength is mb_substr of UTF-8. Other charsets throw an Error.
//
//php:function mb_substr(string, start, length, encoding = "UTF-8")
func mbSubstrLength(s string, start, length int, encoding string) string {
	if mbEncodings[strtolower(encoding)] != "UTF-8" {
		throw("Error", "mb_substr() of "+encoding)
	}
	chars := mbChars(s, "UTF-8")
	from, to := slicePart(len(chars), start, length)
	return strings.Join(chars[from:to], "")
}

// mbStrSplit is mb_str_split of UTF-8. Texts that are not UTF-8 can be split in other places than
// by PHP.
//
//php:function mb_str_split(string, length = 1)
func mbStrSplit(s string, length int) []string {
	if length < 1 {
		throw("ValueError", "mb_str_split(): Argument #2 ($length) must be greater than 0")
	}
	var parts []string
	for chars := range slices.Chunk(mbChars(s, "UTF-8"), length) {
		parts = append(parts, strings.Join(chars, ""))
	}
	return parts
}

// mbStrpos is mb_strpos of UTF-8. Texts that are not UTF-8 can give another offset than PHP's.
//
//php:function mb_strpos(haystack, needle, offset = 0)
func mbStrpos(s, needle string, offset int) (int, bool) {
	return mbFind("mb_strpos", s, needle, offset)
}

// mbStripos is mb_stripos of UTF-8, with the simple lower case of letters.
//
//php:function mb_stripos(haystack, needle, offset = 0)
func mbStripos(s, needle string, offset int) (int, bool) {
	if s == "" {
		return 0, false
	}
	return mbFind("mb_stripos", mbStrtolower(s), mbStrtolower(needle), offset)
}

func mbFind(function, s, needle string, offset int) (int, bool) {
	chars := mbChars(s, "UTF-8")
	if offset < 0 {
		offset += len(chars)
	}
	if offset < 0 || offset > len(chars) {
		throw("ValueError", function+"(): Argument #3 ($offset) must be contained in argument #1 ($haystack)")
	}
	rest := strings.Join(chars[offset:], "")
	i := strings.Index(rest, needle)
	if i < 0 {
		return 0, false
	}
	return offset + len(mbChars(rest[:i], "UTF-8")), true
}

// mbStrrpos is mb_strrpos of UTF-8.
//
//php:function mb_strrpos(haystack, needle)
func mbStrrpos(s, needle string) (int, bool) {
	i := strings.LastIndex(s, needle)
	if i < 0 {
		return 0, false
	}
	return len(mbChars(s[:i], "UTF-8")), true
}

// mbSubstrCount is mb_substr_count of UTF-8.
//
//php:function mb_substr_count(haystack, needle)
func mbSubstrCount(s, needle string) int {
	if needle == "" {
		throw("ValueError", "mb_substr_count(): Argument #2 ($needle) must not be empty")
	}
	return strings.Count(s, needle)
}

// mbStrtolower is mb_strtolower of UTF-8. "İ" is two characters.
//
//php:function mb_strtolower(string)
func mbStrtolower(s string) string {
	return strings.ReplaceAll(strings.ToLower(mbScrub(strings.ReplaceAll(s, "İ", "i\u0307"))), "İ", "i\u0307")
}

// mbStrtoupper is mb_strtoupper of UTF-8. "ß" is "SS". Other letters whose upper case has several
// characters, such as ligatures, stay as they are.
//
//php:function mb_strtoupper(string)
func mbStrtoupper(s string) string {
	return strings.ToUpper(strings.ReplaceAll(mbScrub(s), "ß", "SS"))
}

// mbScrub is mb_scrub of UTF-8: what is no character becomes "?".
//
//php:function mb_scrub(string)
func mbScrub(s string) string { return mbQuestionMarks(mbDecode(s, "UTF-8")) }

const (
	mbCaseUpper = 0
	mbCaseLower = 1
	mbCaseTitle = 2
)

// mbConvertCase is mb_convert_case of UTF-8 with MB_CASE_UPPER, MB_CASE_LOWER and MB_CASE_TITLE.
// Other modes throw an Error.
//
//php:function mb_convert_case(string, mode)
func mbConvertCase(s string, mode int) string {
	switch mode {
	case mbCaseUpper:
		return mbStrtoupper(s)
	case mbCaseLower:
		return mbStrtolower(s)
	case mbCaseTitle:
		return titleCase(mbScrub(s))
	}
	throw("Error", "mode of mb_convert_case()")
	return ""
}

// titleCase returns the first letter of each word in title case and the others in lower case.
func titleCase(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		cased := unicode.IsLetter(r) && (unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r))
		out := r
		if inWord {
			out = unicode.ToLower(r)
		} else {
			out = unicode.ToTitle(r)
		}
		if !strings.ContainsRune("'.:^`·’", r) && !unicode.Is(unicode.Mn, r) {
			inWord = cased
		}
		return out
	}, s)
}

// mbCheckEncoding is mb_check_encoding of UTF-8 and charsets of one byte.
//
//php:function mb_check_encoding(value, encoding = "UTF-8")
func mbCheckEncoding(s, encoding string) bool {
	known := mbEncoding(encoding, "mb_check_encoding(): Argument #2 ($encoding)")
	return !slices.Contains(mbDecode(s, known), illegal)
}

// mbDetectEncodingList is mb_detect_encoding with a list of charsets.
//
//php:function mb_detect_encoding(string, encodings, strict = false)
func mbDetectEncodingList(s string, encodings []string, strict bool) (string, bool) {
	return mbDetectEncoding(s, strings.Join(encodings, ","), strict)
}

// mbDetectEncoding is mb_detect_encoding of a list of ASCII, UTF-8 and last, if at all, a charset
// of one byte in which all bytes are characters, such as ISO-8859-1. Other lists throw an Error,
// because PHP weighs how likely a text is. Where ISO-8859-1 is the last, PHP takes it for some
// UTF-8 of rare characters.
//
//php:function mb_detect_encoding(string, encodings = "ASCII,UTF-8", strict = false)
func mbDetectEncoding(s, encodings string, strict bool) (string, bool) {
	names := strings.Split(encodings, ",")
	for i, name := range names {
		known := mbEncoding(name, "mb_detect_encoding(): Argument #2 ($encodings)")
		if known != "ASCII" && known != "UTF-8" && (i < len(names)-1 || singleBytes(charsetName(known)) == nil) {
			throw("Error", "mb_detect_encoding() with "+encodings)
		}
		if !mbCheckEncoding(s, known) {
			continue
		}
		if known == "UTF-8" && !isASCII(s) && i < len(names)-1 && mbEncodings[strtolower(names[i+1])] != "ISO-8859-1" {
			throw("Error", "mb_detect_encoding() with "+encodings)
		}
		return known, true
	}
	if !strict {
		throw("Error", "mb_detect_encoding() of a text in none of "+encodings)
	}
	return "", false
}

// encodedWord is an encoded word of RFC 2047.
var encodedWord = regexp.MustCompile(`=\?([A-Za-z0-9_.-]+)(?:\*[A-Za-z-]+)?\?([BbQq])\?([^?]*)\?=`)

var (
	foldedLine = regexp.MustCompile(`(?:(?:\r\n|\n)[ \t]+)+`)
	foldedEnd  = regexp.MustCompile(`(?:(?:\r\n|\n)[ \t]+)+$`)
)

// mbDecodeMimeheader is mb_decode_mimeheader of encoded words that are complete and in charsets
// of mbstring, to UTF-8. Of others the result can differ from PHP's. An underscore stays one.
//
//php:function mb_decode_mimeheader(string)
func mbDecodeMimeheader(s string) string {
	return decodeWords(s, func(charset, encoding, text string) (string, bool) {
		known := mbEncodings[strtolower(charset)]
		if known == "" {
			return "", false
		}
		return mbQuestionMarks(mbDecode(mbWordBytes(encoding, text), known)), true
	}, func(text string) string {
		return mapBytes(foldedLine.ReplaceAllString(text, " "), func(c byte) byte {
			if c >= 0x80 {
				return '?'
			}
			return c
		})
	})
}

// decodeWords replaces encoded words, without the white space between two of them, and the text
// around them.
func decodeWords(s string, word func(charset, encoding, text string) (string, bool), plain func(text string) string) string {
	var out strings.Builder
	afterWord := false
	for {
		m := encodedWord.FindStringSubmatchIndex(s)
		if m == nil {
			break
		}
		decoded, ok := word(s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]])
		before := s[:m[0]]
		if !(ok && afterWord && strings.Trim(before, " \t\r\n") == "") {
			out.WriteString(plain(before))
		}
		if !ok {
			decoded = s[m[0]:m[1]]
		}
		out.WriteString(decoded)
		afterWord = ok
		s = s[m[1]:]
	}
	return out.String() + plain(foldedEnd.ReplaceAllString(s, ""))
}

// mbWordBytes is wordBytes as mbstring does it: in base64 an octet that does not belong there becomes a
// question mark before the octets that are not complete, and in quoted-printable "=" without two hexadecimal digits stays.
func mbWordBytes(encoding, text string) string {
	if strtolower(encoding) != "b" {
		return mbQuotedPrintable(text)
	}
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	bits, n := 0, 0
	for i := range len(text) {
		if strings.IndexByte("\r\n\t =", text[i]) >= 0 {
			continue
		}
		digit := strings.IndexByte(digits, text[i])
		if digit < 0 {
			out = append(out, '?')
			continue
		}
		bits = bits<<6 | digit
		if n++; n%4 == 0 {
			out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
			bits = 0
		}
	}
	switch n % 4 {
	case 2:
		out = append(out, byte(bits>>4))
	case 3:
		out = append(out, byte(bits>>10), byte(bits>>2))
	}
	return string(out)
}

// quotedOctet is "=" and what mbstring looks at to decode it.
var quotedOctet = regexp.MustCompile(`(?s)=(?:[0-9A-Fa-f].|.)?`)

func mbQuotedPrintable(text string) string {
	return quotedOctet.ReplaceAllStringFunc(text, func(s string) string {
		if c, err := strconv.ParseUint(s[1:], 16, 8); err == nil && len(s) == 3 {
			return string([]byte{byte(c)})
		}
		return s
	})
}

// wordBytes returns the bytes of an encoded word.
func wordBytes(encoding, text string) string {
	if strtolower(encoding) == "b" {
		return base64Decode(text)
	}
	return quotedPrintableDecode(text)
}

// Modes of iconv_mime_decode.
const (
	iconvMimeDecodeStrict          = 1
	iconvMimeDecodeContinueOnError = 2
)

// iconvMimeDecode is iconv_mime_decode without the strict mode, of encoded words that are complete.
// Of white space in folded lines and at the end PHP can keep less or more.
// With ICONV_MIME_DECODE_CONTINUE_ON_ERROR a word that cannot be decoded stays as it is, and octets
// above 127 between words are left out. Otherwise the result is false.
//
//php:function iconv_mime_decode(string, mode = 0, encoding = "UTF-8")
func iconvMimeDecode(s string, mode int, to string) (string, error) {
	if mode&iconvMimeDecodeStrict != 0 {
		throw("Error", "iconv_mime_decode() in the strict mode")
	}
	var failure error
	decoded := decodeWords(s, func(charset, encoding, text string) (string, bool) {
		if strtolower(encoding) == "q" {
			text = strings.ReplaceAll(text, "_", " ")
		}
		word, err := iconv(charset, to, wordBytes(encoding, text))
		if err != nil {
			failure = err
		}
		return word, err == nil
	}, func(text string) string {
		if !isASCII(text) {
			failure = errors.New("iconv_mime_decode(): Detected an illegal character in input string")
		}
		return dropEightBit(foldedLine.ReplaceAllString(text, " "))
	})
	if failure != nil && mode&iconvMimeDecodeContinueOnError == 0 {
		return "", failure
	}
	return decoded, nil
}

func dropEightBit(text string) string {
	var out strings.Builder
	for i := range len(text) {
		if text[i] < 0x80 {
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// iconvStrlen is iconv_strlen.
//
//php:function iconv_strlen(string, encoding = "UTF-8")
func iconvStrlen(s, encoding string) (int, error) {
	chars, ok := decodeCharset(s, encoding)
	switch {
	case !ok:
		return 0, errors.New(`iconv_strlen(): Wrong encoding, conversion from "` + encoding + `" to "UCS-4LE" is not allowed`)
	case slices.Contains(chars, illegal):
		return 0, errors.New("iconv_strlen(): Detected an illegal character in input string")
	}
	return len(chars), nil
}

// mbOrd is mb_ord of UTF-8.
//
//php:function mb_ord(string)
func mbOrd(s string) (int, bool) {
	if s == "" {
		throw("ValueError", "mb_ord(): Argument #1 ($string) must not be empty")
	}
	r, _, ok := utf8Char(s)
	return presentIf(int(r), ok)
}

// mbChr is mb_chr of UTF-8.
//
//php:function mb_chr(codepoint)
func mbChr(n int) (string, bool) {
	if n < 0 || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}

// mbListEncodings is mb_list_encodings of PHP 8.2.
//
//php:function mb_list_encodings()
func mbListEncodings() []string {
	return strings.Fields("BASE64 UUENCODE HTML-ENTITIES Quoted-Printable 7bit 8bit UCS-4 UCS-4BE UCS-4LE UCS-2 UCS-2BE UCS-2LE UTF-32 " +
		"UTF-32BE UTF-32LE UTF-16 UTF-16BE UTF-16LE UTF-8 UTF-7 UTF7-IMAP ASCII EUC-JP SJIS eucJP-win EUC-JP-2004 SJIS-Mobile#DOCOMO " +
		"SJIS-Mobile#KDDI SJIS-Mobile#SOFTBANK SJIS-mac SJIS-2004 UTF-8-Mobile#DOCOMO UTF-8-Mobile#KDDI-A UTF-8-Mobile#KDDI-B " +
		"UTF-8-Mobile#SOFTBANK CP932 SJIS-win CP51932 JIS ISO-2022-JP ISO-2022-JP-MS GB18030 Windows-1252 Windows-1254 ISO-8859-1 " +
		"ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-9 ISO-8859-10 ISO-8859-13 ISO-8859-14 " +
		"ISO-8859-15 ISO-8859-16 EUC-CN CP936 HZ EUC-TW BIG-5 CP950 EUC-KR UHC ISO-2022-KR Windows-1251 CP866 KOI8-R KOI8-U ArmSCII-8 " +
		"CP850 ISO-2022-JP-2004 ISO-2022-JP-MOBILE#KDDI CP50220 CP50221 CP50222")
}
