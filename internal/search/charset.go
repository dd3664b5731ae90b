package search

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/imapcompat/imapcompat/backend"
)

// utf7 stands for UTF-7 (RFC 2152), which x/text has not.
type utf7 struct{ encoding.Encoding }

// charset is a charset that c-client knows by name. Texts in one without an
// encoding are compared octet by octet.
type charset struct {
	name     string
	encoding encoding.Encoding
}

var utf16 = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)

// charsets are in the order in which c-client lists them in its error.
var charsets = []charset{
	{"US-ASCII", unicode.UTF8}, {"UTF-8", unicode.UTF8}, {"UTF-7", utf7{}},
	{"ISO-8859-1", charmap.ISO8859_1}, {"ISO-8859-2", charmap.ISO8859_2}, {"ISO-8859-3", charmap.ISO8859_3},
	{"ISO-8859-4", charmap.ISO8859_4}, {"ISO-8859-5", charmap.ISO8859_5}, {"ISO-8859-6", charmap.ISO8859_6},
	{"ISO-8859-7", charmap.ISO8859_7}, {"ISO-8859-8", charmap.ISO8859_8}, {"ISO-8859-9", charmap.ISO8859_9},
	{"ISO-8859-10", charmap.ISO8859_10}, {"ISO-8859-11", charmap.Windows874}, {"ISO-8859-13", charmap.ISO8859_13},
	{"ISO-8859-14", charmap.ISO8859_14}, {"ISO-8859-15", charmap.ISO8859_15}, {"ISO-8859-16", charmap.ISO8859_16},
	{"KOI8-R", charmap.KOI8R}, {"KOI8-U", charmap.KOI8U}, {"KOI8-RU", charmap.KOI8U},
	{"TIS-620", charmap.Windows874}, {"VISCII", nil},
	{"GBK", simplifiedchinese.GBK}, {"GB2312", simplifiedchinese.GBK}, {"CN-GB", simplifiedchinese.GBK},
	{"ISO-2022-CN", nil}, {"CN-GB-12345", nil},
	{"BIG5", traditionalchinese.Big5}, {"CN-BIG5", traditionalchinese.Big5}, {"BIG-5", traditionalchinese.Big5},
	{"ISO-2022-JP", japanese.ISO2022JP}, {"EUC-JP", japanese.EUCJP}, {"SHIFT_JIS", japanese.ShiftJIS}, {"SHIFT-JIS", japanese.ShiftJIS},
	{"ISO-2022-JP-1", japanese.ISO2022JP}, {"ISO-2022-JP-2", japanese.ISO2022JP}, {"ISO-2022-KR", nil},
	{"EUC-KR", korean.EUCKR}, {"KSC5601", korean.EUCKR}, {"KSC_5601", korean.EUCKR}, {"KS_C_5601-1987", korean.EUCKR},
	{"KS_C_5601-1989", korean.EUCKR}, {"KS_C_5601-1992", korean.EUCKR}, {"KS_C_5601-1997", korean.EUCKR},
	{"WINDOWS-874", charmap.Windows874}, {"CP874", charmap.Windows874},
	{"WINDOWS-936", simplifiedchinese.GBK}, {"CP936", simplifiedchinese.GBK},
	{"WINDOWS-949", korean.EUCKR}, {"CP949", korean.EUCKR}, {"X-WINDOWS-949", korean.EUCKR},
	{"WINDOWS-1250", charmap.Windows1250}, {"CP1250", charmap.Windows1250}, {"WINDOWS-1251", charmap.Windows1251}, {"CP1251", charmap.Windows1251},
	{"WINDOWS-1252", charmap.Windows1252}, {"CP1252", charmap.Windows1252}, {"WINDOWS-1253", charmap.Windows1253}, {"CP1253", charmap.Windows1253},
	{"WINDOWS-1254", charmap.Windows1254}, {"CP1254", charmap.Windows1254}, {"WINDOWS-1255", charmap.Windows1255}, {"CP1255", charmap.Windows1255},
	{"WINDOWS-1256", charmap.Windows1256}, {"CP1256", charmap.Windows1256}, {"WINDOWS-1257", charmap.Windows1257}, {"CP1257", charmap.Windows1257},
	{"WINDOWS-1258", charmap.Windows1258}, {"CP1258", charmap.Windows1258},
	{"IBM367", unicode.UTF8}, {"IBM437", charmap.CodePage437}, {"IBM737", nil}, {"IBM775", nil}, {"IBM850", charmap.CodePage850},
	{"IBM852", charmap.CodePage852}, {"IBM855", charmap.CodePage855}, {"IBM857", nil}, {"IBM860", charmap.CodePage860}, {"IBM861", nil},
	{"IBM862", charmap.CodePage862}, {"IBM863", charmap.CodePage863}, {"IBM864", nil}, {"IBM865", charmap.CodePage865},
	{"IBM866", charmap.CodePage866}, {"IBM869", nil}, {"IBM874", charmap.Windows874},
	{"ANSI_X3.4-1968", unicode.UTF8}, {"UNICODE-1-1-UTF-7", utf7{}},
	{"UCS-2", utf16}, {"UCS-4", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)}, {"UTF-16", utf16},
}

func findCharset(name string) (charset, bool) {
	for _, c := range charsets {
		if strings.EqualFold(c.name, name) {
			return c, true
		}
	}
	return charset{}, false
}

func badCharset(name string) error {
	names := make([]string, len(charsets))
	for i, c := range charsets {
		names[i] = c.name
	}
	return &backend.Error{
		Kind: backend.ErrInvalidArgument,
		Text: "[BADCHARSET (" + strings.Join(names, " ") + ")] Unknown charset: " + name,
	}
}

// decode decodes a text into UTF-8. It is not ok if there is no way, and for
// what should be UTF-8 and is not.
func (c charset) decode(text []byte) (utf []byte, ok bool) {
	switch c.encoding {
	case nil:
		return nil, false
	case unicode.UTF8:
		return text, utf8.Valid(text)
	}
	if c.encoding == (utf7{}) {
		return decodeUTF7(text), true
	}
	utf, err := c.encoding.NewDecoder().Bytes(text)
	return utf, err == nil
}

// decodeUTF7 decodes UTF-7 (RFC 2152). What is between "+" and the next octet
// that is not base64 is UTF-16, and a "-" behind it belongs to it.
func decodeUTF7(text []byte) []byte {
	var out []byte
	for {
		plain, shifted, found := bytes.Cut(text, []byte("+"))
		out = append(out, plain...)
		if !found {
			return out
		}
		end := 0
		for end < len(shifted) {
			if _, ok := base64Digit(shifted[end]); !ok {
				break
			}
			end++
		}
		octets, _, _ := decodeBase64(shifted[:end])
		utf, _ := utf16.NewDecoder().Bytes(octets[:len(octets)&^1])
		out = append(out, utf...)
		if text = shifted[end:]; len(text) > 0 && text[0] == '-' {
			if text = text[1:]; end == 0 {
				out = append(out, '+')
			}
		}
	}
}
