package readable

import (
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// A charset is a charset with a name for people.
type charset struct {
	name string
	enc  encoding.Encoding // nil for US-ASCII and UTF-8, and for names that say nothing
}

func (c charset) is(other charset) bool { return c.name == other.name }

// Charsets that are treated in a special way.
var (
	noCharset = charset{name: ""} // nothing is known
	asciiText = charset{name: "us-ascii"}
	utf8Text  = charset{name: "utf-8"}
	utf16Text = charset{"utf-16", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
	utf16LE   = charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	utf32Text = charset{"utf-32", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)}

	iso2022JP = charset{"iso-2022-jp", japanese.ISO2022JP}
	iso2022KR = charset{"iso-2022-kr", shiftedText{korean.EUCKR}}
	iso2022CN = charset{"iso-2022-cn", shiftedText{simplifiedchinese.GB18030}}
	utf7Text  = charset{"utf-7", utf7{}}
)

// charsets are charsets by their key, where the indexes of golang.org/x/text do not have
// them, have a smaller set than the one that is meant, or have another spelling.
var charsets = charsetsByKey()

func charsetsByKey() map[string]charset {
	charsets := make(map[string]charset)
	for _, c := range []struct {
		charset
		keys string
	}{
		{asciiText, "usascii ascii ansix341968 ansix341986 iso646us us iso646irv1991 ibm367 cp367 csascii"},
		{noCharset, "7bit 8bit unknown8bit xunknown unknown unknown8 default none null binary notspecified"},
		{utf8Text, "utf8 utf8mac utf8mb4 utf8mb3 xutf8 cputf8 cp65001 windows65001 unicode11utf8 unicode20utf8 xunicode20utf8 unicodeutf8 xutf8j utf utf88"},
		{utf16Text, "utf16 utf16be ucs2 iso10646ucs2 csunicode unicodefffe"},
		{utf16LE, "utf16le unicode unicodefeff ucs2le"},
		{utf32Text, "utf32 ucs4 iso10646ucs4 utf32be"},
		{charset{"utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)}, "utf32le ucs4le"},
		{utf7Text, "utf7 unicode11utf7 csunicode11utf7 xunicode20utf7 cp65000"},
		{iso2022JP, "iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jpms csiso2022jp csiso2022jp2 iso2022jpext jis cp50220 cp50221 cp50222"},
		{iso2022KR, "iso2022kr csiso2022kr cp50225"},
		{iso2022CN, "iso2022cn iso2022cnext csiso2022cn"},
		{charset{"hz-gb-2312", simplifiedchinese.HZGB2312}, "hzgb2312 hz"},
		{charset{"gb18030", simplifiedchinese.GB18030}, "gb18030 gbk gb2312 xgbk gb231280 gb23121980 cngb euccn xeuccn cp936 ms936 windows936 win936 csgb2312 chinese isoir58 gb"},
		{charset{"big5", traditionalchinese.Big5}, "big5 bigfive big5hkscs xxbig5 cnbig5 big5eten xbig5 cp950 ms950 windows950 win950 csbig5"},
		{charset{"shift_jis", japanese.ShiftJIS}, "shiftjis sjis xsjis mskanji windows31j cp932 ms932 mscp932 windows932 win932 shifjis"},
		{charset{"euc-jp", japanese.EUCJP}, "eucjp xeucjp ujis eucjpms cp51932 xeuc"},
		{charset{"euc-kr", korean.EUCKR}, "euckr xeuckr uhc cp949 ms949 windows949 xwindows949 win949 korean ksc5601 ksc56011987 ksc56011989 ksc56011992 cseuckr csksc56011987 isoir149"},
		{charset{"windows-1252", charmap.Windows1252}, "iso88591 latin1 isolatin1 l1 ansi westerneuropean western"},
		{charset{"koi8-r", charmap.KOI8R}, "koi8r koi8 koi cskoi8r xkoi8r"},
		{charset{"koi8-u", charmap.KOI8U}, "koi8u koi8ru"},
		{charset{"macintosh", charmap.Macintosh}, "macintosh mac macroman xmacroman xmac csmacintosh"},
		{charset{"x-mac-cyrillic", charmap.MacintoshCyrillic}, "xmaccyrillic maccyrillic xmacukrainian"},
		{charset{"windows-874", charmap.Windows874}, "tis620 iso885911 thai"},
	} {
		for _, key := range strings.Fields(c.keys) {
			charsets[key] = c.charset
		}
	}
	return charsets
}

// codePages are the code pages of Windows and of DOS by their number.
var codePages = map[string]encoding.Encoding{
	"437": charmap.CodePage437, "850": charmap.CodePage850, "852": charmap.CodePage852, "855": charmap.CodePage855,
	"858": charmap.CodePage858, "860": charmap.CodePage860, "862": charmap.CodePage862, "863": charmap.CodePage863,
	"865": charmap.CodePage865, "866": charmap.CodePage866, "874": charmap.Windows874,
	"1250": charmap.Windows1250, "1251": charmap.Windows1251, "1252": charmap.Windows1252, "1253": charmap.Windows1253,
	"1254": charmap.Windows1254, "1255": charmap.Windows1255, "1256": charmap.Windows1256, "1257": charmap.Windows1257,
	"1258": charmap.Windows1258, "28591": charmap.Windows1252, "28592": charmap.ISO8859_2, "28605": charmap.ISO8859_15,
}

var (
	codePageKey = regexp.MustCompile(`^(?:x|cs)?(?:windows|window|windos|win|cp|ms|ansi|dos|ibm|oem|codepage|windowscp|mscp|wincp)(\d+)$`)
	iso8859Key  = regexp.MustCompile(`^(?:x|cs)?(?:iso|is|isoiec|iso8)?8859(\d+)(?:e|i)?$`)
)

// findCharset returns the charset of a name, which may have another case, other punctuation,
// quotes, or the tag of a language (RFC 2231 section 5).
func findCharset(name string) (charset, bool) {
	name, _, _ = strings.Cut(name, "*")
	key := charsetKey(name)
	if c, ok := charsets[key]; ok {
		return c, true
	}
	if e, err := htmlindex.Get(name); err == nil && usable(e) {
		return charset{strings.ToLower(strings.TrimSpace(name)), e}, true
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return charset{strings.ToLower(strings.TrimSpace(name)), e}, true
	}
	if m := codePageKey.FindStringSubmatch(key); m != nil && codePages[m[1]] != nil {
		return charset{"windows-" + m[1], codePages[m[1]]}, true
	}
	if m := iso8859Key.FindStringSubmatch(key); m != nil {
		if e, err := htmlindex.Get("iso-8859-" + m[1]); err == nil {
			return charset{"iso-8859-" + m[1], e}, true
		}
	}
	return charset{}, false
}

// usable reports whether an encoding of htmlindex decodes. Some names stand for charsets that
// browsers refuse.
func usable(e encoding.Encoding) bool {
	return e != encoding.Replacement && e != charmap.XUserDefined
}

// registered reports whether the name of a charset is one that standards have.
func registered(name string) bool {
	name, _, _ = strings.Cut(name, "*")
	if _, err := htmlindex.Get(name); err == nil {
		return true
	}
	_, err := ianaindex.IANA.Encoding(name)
	return err == nil
}

// maxCharsetName is the greatest length of the name of a charset, in octets. RFC 2978 allows
// 40.
const maxCharsetName = 64

// charsetKey returns the letters and digits of a name, in lower case.
func charsetKey(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, name[:min(len(name), maxCharsetName)])
}
