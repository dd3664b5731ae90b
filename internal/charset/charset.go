package charset

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UTF8 converts a text to UTF-8, decomposed. name is the charset in any case. If name is empty
// or unknown, the charset is guessed from the text. If that fails, or a text in UTF-8 is
// invalid, the text is returned unchanged.
func UTF8(text, name string) string {
	return convertText(text, name, func(r rune) rune { return r })
}

// Canonical returns the form in which c-client compares a text: that of [UTF8], with each
// character in title case before it is decomposed.
func Canonical(text, name string) string { return convertText(text, name, unicode.ToTitle) }

func convertText(text, name string, toCase func(rune) rune) string {
	decode := find(name).decode
	if decode == nil {
		decode = infer(text)
	}
	if decode == nil {
		return text
	}
	out := output{text: make([]byte, 0, len(text)*2), toCase: toCase}
	decode(&out, text)
	return string(out.text)
}

// Known reports whether c-client knows a charset with this name, in any case.
func Known(name string) bool { return find(name).name != "" }

// Names returns the names of the charsets that c-client knows, in its order.
func Names() []string {
	names := make([]string, len(charsets))
	for i, c := range charsets {
		names[i] = c.name
	}
	return names
}

// A decoder appends text of its charset to out.
type decoder func(out *output, text string)

type charset struct {
	name   string
	decode decoder
}

// charsets are the charsets that c-client knows, in its order. A charset without a decoder is
// not decoded here.
var charsets = []charset{
	{"US-ASCII", unicodeText}, {"UTF-8", unicodeText}, {"UTF-7", utf7}, {"ISO-8859-1", latin1.text},
	{"ISO-8859-2", latin2.text}, {"ISO-8859-3", latin3.text}, {"ISO-8859-4", latin4.text},
	{"ISO-8859-5", isoCyrillic.text}, {"ISO-8859-6", isoArabic.text}, {"ISO-8859-7", isoGreek.text},
	{"ISO-8859-8", isoHebrew.text}, {"ISO-8859-9", latin5.text}, {"ISO-8859-10", latin6.text},
	{"ISO-8859-11", tis620.text}, {"ISO-8859-13", latin7.text}, {"ISO-8859-14", latin8.text},
	{"ISO-8859-15", latin9.text}, {"ISO-8859-16", latin10.text}, {"KOI8-R", koi8R.text},
	{"KOI8-U", koi8U.text}, {"KOI8-RU", koi8U.text}, {"TIS-620", tis620.text}, {"VISCII", viscii.text},
	{"GBK", gbkText}, {"GB2312", gbkText}, {"CN-GB", gbkText}, {"ISO-2022-CN", iso2022},
	{"CN-GB-12345", nil}, {"BIG5", big5Text}, {"CN-BIG5", big5Text}, {"BIG-5", big5Text},
	{"ISO-2022-JP", iso2022}, {"EUC-JP", eucJP}, {"SHIFT_JIS", shiftJIS}, {"SHIFT-JIS", shiftJIS},
	{"ISO-2022-JP-1", iso2022}, {"ISO-2022-JP-2", iso2022}, {"ISO-2022-KR", iso2022}, {"EUC-KR", eucKR},
	{"KSC5601", eucKR}, {"KSC_5601", eucKR}, {"KS_C_5601-1987", eucKR}, {"KS_C_5601-1989", eucKR},
	{"KS_C_5601-1992", eucKR}, {"KS_C_5601-1997", eucKR}, {"WINDOWS-874", windows874.text},
	{"CP874", windows874.text}, {"WINDOWS-936", gbkText}, {"CP936", gbkText}, {"WINDOWS-949", eucKR},
	{"CP949", eucKR}, {"X-WINDOWS-949", eucKR}, {"WINDOWS-1250", windows1250.text},
	{"CP1250", windows1250.text}, {"WINDOWS-1251", windows1251.text}, {"CP1251", windows1251.text},
	{"WINDOWS-1252", windows1252.text}, {"CP1252", windows1252.text}, {"WINDOWS-1253", windows1253.text},
	{"CP1253", windows1253.text}, {"WINDOWS-1254", windows1254.text}, {"CP1254", windows1254.text},
	{"WINDOWS-1255", windows1255.text}, {"CP1255", windows1255.text}, {"WINDOWS-1256", windows1256.text},
	{"CP1256", windows1256.text}, {"WINDOWS-1257", windows1257.text}, {"CP1257", windows1257.text},
	{"WINDOWS-1258", windows1258.text}, {"CP1258", windows1258.text}, {"IBM367", unicodeText},
	{"IBM437", ibm437.text}, {"IBM737", ibm737.text}, {"IBM775", ibm775.text}, {"IBM850", ibm850.text},
	{"IBM852", ibm852.text}, {"IBM855", ibm855.text}, {"IBM857", ibm857.text}, {"IBM860", ibm860.text},
	{"IBM861", ibm861.text}, {"IBM862", ibm862.text}, {"IBM863", ibm863.text}, {"IBM864", ibm864.text},
	{"IBM865", ibm865.text}, {"IBM866", ibm866.text}, {"IBM869", ibm869.text}, {"IBM874", windows874.text},
	{"ANSI_X3.4-1968", unicodeText}, {"UNICODE-1-1-UTF-7", utf7}, {"UCS-2", ucs2}, {"UCS-4", ucs4},
	{"UTF-16", utf16Text},
}

// find returns the charset of a name, or the zero charset.
func find(name string) charset {
	i := slices.IndexFunc(charsets, func(c charset) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return charset{}
	}
	return charsets[i]
}

// infer guesses the charset of a text: ISO-2022-JP by its escape sequences, or UTF-8. It
// returns nil if there are sequences of other character sets, and if there is neither.
func infer(text string) decoder {
	japanese, valid := false, true
	for i := 0; i < len(text); {
		switch {
		case text[i] == esc && i+1 < len(text):
			kind, size := inferSequence(text[i+1:])
			if kind == foreign {
				return nil
			}
			japanese = japanese || kind == twoByteJapanese
			i += 1 + size
		case text[i] < utf8.RuneSelf || japanese || !valid:
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			valid = r != utf8.RuneError || size > 1
			i += size
		}
	}
	switch {
	case japanese:
		return iso2022
	case valid:
		return unicodeText
	}
	return nil
}

// Kinds of escape sequences.
const (
	harmless = iota
	twoByteJapanese
	foreign
)

// inferSequence returns the kind and the length of the sequence after an escape.
func inferSequence(s string) (kind, size int) {
	switch {
	case s[0] != multibyte && s[0] != designateG0:
		return harmless, 1
	case len(s) == 1:
		return harmless, 1
	case s[0] == multibyte && strings.IndexByte("@BD", s[1]) >= 0:
		return twoByteJapanese, 2
	case s[0] == designateG0 && strings.IndexByte("ABHJ", s[1]) >= 0:
		return harmless, 2
	}
	return foreign, 2
}
