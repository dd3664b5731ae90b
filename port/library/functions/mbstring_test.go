package functions

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// unicodeText makes texts in UTF-8.
var unicodeText = from("a", "B", " ", "é", "É", "ß", "ж", "Ж", "日", "本", "\U0001f600", "ö", "Ω", "1", "-", "o'neil", ".", "ñ", "ç", "\u00a0", "ÿ")

// eightBit makes texts of all bytes.
func eightBit(r *rand.Rand) any { return bytesOf(r, r.IntN(12)) }

func init() {
	iconvCharsets := oneOf("UTF-8", "utf-8", "ISO-8859-1", "iso-8859-2", "ISO-8859-15", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9", "windows-1250", "windows-1251", "WINDOWS-1252", "CP1252", "windows-1253", "windows-1254", "windows-1256", "windows-1257", "KOI8-R", "US-ASCII", "CP850", "CP437", "CP866", "UTF-16LE", "UTF-16BE", "bogus")
	mbCharsets := oneOf("UTF-8", "utf-8", "ISO-8859-1", "iso-8859-2", "ISO-8859-15", "ISO-8859-3", "ISO-8859-4", "ISO-8859-6", "ISO-8859-8", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-16", "Windows-1251", "CP1252", "Windows-1252", "Windows-1254", "KOI8-R", "ASCII", "CP866", "CP850", "bogus", "windows-1250")
	words := from("=?UTF-8?Q?a_b=C3=A9?=", "=?ISO-8859-1?Q?=E9?=", "=?UTF-8?B?w6k=?=", " ", "plain ", "\r\n ", "\n\t", "=?windows-1252?Q?=80?=", "=?ISO-8859-15?b?pA==?=", "x", "(", "a@b.c")
	rows = append(rows, []row{
		{php: "return @iconv($a[0], $a[1], $a[2]);", fn: iconv, args: []gen{iconvCharsets, oneOf("UTF-8", "UTF-8//IGNORE", "UTF-8//TRANSLIT"), either(eightBit, unicodeText)}, skip: func(a []any) bool {
			s := a[2].(string)
			return strings.ContainsAny(byteChars(s[max(0, len(s)-5):]), "\u00f5\u00f6\u00f7\u00f8\u00f9\u00fa\u00fb\u00fc\u00fd")
		}},
		{php: "return @iconv('UTF-8', $a[0], $a[1]);", fn: func(to, s string) (string, error) { return iconv("UTF-8", to, s) }, args: []gen{oneOf("ISO-8859-1", "ISO-8859-15", "windows-1252", "US-ASCII", "KOI8-R", "ISO-8859-1//IGNORE", "windows-1251//IGNORE", "UTF-16LE", "UTF-16BE"), unicodeText}},
		{php: "mb_convert_encoding", fn: mbConvertEncoding, args: []gen{either(eightBit, unicodeText), oneOf("UTF-8", "ISO-8859-1", "Windows-1252", "ASCII", "UTF-16BE", "UTF-16LE", "ISO-8859-15", "KOI8-R"), mbCharsets}},
		{php: "mb_convert_encoding", fn: mbConvertEncoding, args: []gen{unicodeText, oneOf("UTF7-IMAP"), oneOf("UTF-8")}, skip: has("'")},
		{php: "return mb_convert_encoding(mb_convert_encoding($a[0], 'UTF7-IMAP', 'UTF-8'), 'UTF-8', 'UTF7-IMAP');", fn: func(s string) string {
			return mbConvertEncoding(mbConvertEncoding(s, "UTF7-IMAP", "UTF-8"), "UTF-8", "UTF7-IMAP")
		}, args: []gen{unicodeText}, skip: has("\U0001f600")},
		{php: "utf8_encode", fn: utf8Encode},
		{php: "utf8_decode", fn: utf8Decode, args: []gen{either(unicodeText, text)}},
		{php: "mb_list_encodings", fn: mbListEncodings},
		{php: "mb_strlen", fn: mbStrlen, args: []gen{either(unicodeText, text), oneOf("UTF-8", "utf8", "ISO-8859-1")}},
		{php: "mb_substr", fn: mbSubstr, args: []gen{either(unicodeText, text), small}},
		{php: "mb_substr", fn: mbSubstrLength, args: []gen{either(unicodeText, text), small, small, oneOf("UTF-8")}},
		{php: "mb_str_split", fn: mbStrSplit, args: []gen{unicodeText, small}},
		{php: "mb_strpos", fn: mbStrpos, args: []gen{unicodeText, from("a", "é", "ж", "日", " "), small}},
		{php: "mb_stripos", fn: mbStripos, args: []gen{unicodeText, from("a", "É", "Ж", "日", " "), small}, skip: has("ß")},
		{php: "mb_strrpos", fn: mbStrrpos, args: []gen{unicodeText, from("a", "é", "ж", "日", " ")}},
		{php: "mb_substr_count", fn: mbSubstrCount, args: []gen{unicodeText, from("a", "é", "ж", "日", " ")}},
		{php: "mb_strtolower", fn: mbStrtolower, args: []gen{unicodeText}},
		{php: "mb_strtoupper", fn: mbStrtoupper, args: []gen{unicodeText}},
		{php: "mb_scrub", fn: mbScrub, args: []gen{either(unicodeText, text, eightBit)}},
		{php: "mb_convert_case", fn: mbConvertCase, args: []gen{unicodeText, oneOf(0, 1, 2)}, skip: has("ß")},
		{php: "mb_check_encoding", fn: mbCheckEncoding, args: []gen{either(unicodeText, text), mbCharsets}},
		{php: "mb_detect_encoding", fn: mbDetectEncoding, args: []gen{either(unicodeText, text, eightBit), oneOf("UTF-8", "ASCII,UTF-8"), oneOf(true)}},
		{php: "mb_detect_encoding", fn: mbDetectEncoding, args: []gen{either(unicodeText, from("\xe9", "a", "\xfc")), oneOf("UTF-8,ISO-8859-1", "ASCII,UTF-8,ISO-8859-1"), oneOf(true)}},
		{php: "mb_decode_mimeheader", fn: mbDecodeMimeheader, args: []gen{words}, skip: touching},
		{php: "return mb_decode_mimeheader('=?ISO-8859-1?' . $a[0] . '?' . $a[1] . '?=');", fn: func(encoding, s string) string {
			return mbDecodeMimeheader("=?ISO-8859-1?" + encoding + "?" + s + "?=")
		}, args: []gen{oneOf("B", "q"), from("A", "b", "0", "9", "+", "/", "=", "=", "*", "-", "_", "z", ";")}},
		{php: "return @iconv_mime_decode($a[0], $a[1], $a[2]);", fn: iconvMimeDecode, args: []gen{words, oneOf(0, 2), oneOf("UTF-8")}, skip: func(a []any) bool {
			return touching(a) || strings.Contains(a[0].(string), "\n") || strings.HasSuffix(a[0].(string), " ")
		}},
		{php: "return @iconv_strlen($a[0], $a[1]);", fn: iconvStrlen, args: []gen{unicodeText, iconvCharsets}},
		{php: "mb_ord", fn: mbOrd, args: []gen{unicodeText}},
		{php: "mb_chr", fn: mbChr, args: []gen{either(small, func(r *rand.Rand) any { return r.IntN(0x120000) })}},
	})
}

// touching excludes encoded words with no white space around them, which RFC 2047 forbids.
func touching(a []any) bool {
	s := a[0].(string)
	padded := encodedWord.ReplaceAllString(s, "\x01$0\x01")
	padded = strings.TrimPrefix(strings.TrimSuffix(padded, "\x01"), "\x01")
	for i := range len(padded) {
		if padded[i] == '\x01' {
			outer := padded[max(0, i-1):min(len(padded), i+2)]
			if !strings.ContainsAny(outer, " \t\n") {
				return true
			}
		}
	}
	return false
}

func TestInternalEncoding(t *testing.T) {
	if mbInternalEncoding() != "UTF-8" || !mbSetInternalEncoding("utf-8") {
		t.Error("the internal encoding is not UTF-8")
	}
	defer func() {
		if recover() == nil {
			t.Error("another internal encoding was taken")
		}
	}()
	mbSetInternalEncoding("ISO-8859-1")
}

// "auto" is ASCII or UTF-8, as in PHP without a language.
func TestMbConvertEncodingFromAuto(t *testing.T) {
	for text, want := range map[string]string{"\xe4a": "?a", "é": "é", "a": "a"} {
		if got := mbConvertEncoding(text, "UTF-8", "auto"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
