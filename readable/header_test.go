package readable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat/readable"
)

const (
	unknown   = readable.DoubtUnknownCharset
	misspelt  = readable.DoubtMisspelledCharset
	wrong     = readable.DoubtWrongCharset
	guessed   = readable.DoubtGuessedCharset
	invalid   = readable.DoubtInvalidOctets
	malformed = readable.DoubtMalformedWord
	encoding  = readable.DoubtInvalidEncoding
	control   = readable.DoubtControl
	parameter = readable.DoubtMalformedParameter
)

// kinds are the kinds of doubts, separated by blanks.
func kinds(doubts readable.Doubts) string {
	var names []string
	for _, d := range doubts {
		names = append(names, string(d.Kind))
	}
	return strings.Join(names, ", ")
}

func join(kinds ...readable.DoubtKind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func TestHeader(t *testing.T) {
	for _, test := range []struct {
		name, value, want, doubts string
	}{
		// Subjects as mail has them every day.
		{"plain", "Lunch on Monday?", "Lunch on Monday?", ""},
		{"quoted", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße", ""},
		{"base64", "=?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=", "Grüße aus Köln", ""},
		{"latin1", "=?iso-8859-1?Q?K=F6ln?=", "Köln", ""},
		{"windows", "=?windows-1252?Q?=84Preis=93_100_=80?=", "„Preis“ 100 €", ""},
		{"japanese", "=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テスト", ""},
		{"chinese", "=?gb2312?B?suLK1NPKvP4=?=", "测试邮件", ""},
		{"korean", "=?ks_c_5601-1987?B?x9Gx2yDBprjx?=", "한글 제목", ""},
		{"russian", "=?koi8-r?B?8NLJ18XULCDNydI=?=", "Привет, мир", ""},
		{"folded", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_?=\r\n =?utf-8?Q?K=C3=B6ln?=", "Grüße aus Köln", ""},
		{"text between", "Re: =?utf-8?Q?M=C3=A4rz?= and =?utf-8?Q?Mai?=", "Re: März and Mai", ""},
		{"split character", "=?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?=", "Grüße", ""},
		{"raw UTF-8", "Grüße aus Köln", "Grüße aus Köln", ""},
		{"raw UTF-8 and Latin-1", "Grüße aus K\xf6ln", "Grüße aus Köln", join(invalid)},
		{"raw Latin-1", "Gr\xfc\xdfe aus K\xf6ln", "Grüße aus Köln", join(guessed)},
		{"blank inside", "=?utf-8?Q?Gr=C3=BC=C3=9Fe aus K=C3=B6ln?=", "Grüße aus Köln", join(malformed)},
		{"glued", "Re:=?utf-8?Q?M=C3=A4rz?=, Termin", "Re:März, Termin", ""},
		{"language", "=?utf-8*de?Q?M=C3=A4rz?=", "März", ""},
		{"no padding", "=?utf-8?B?R3LDvMOfZQ?=", "Grüße", join(encoding)},

		// Words that break RFC 2047.
		{"lower case", "=?UTF-8?b?TcOkcno=?= =?utf-8?q?M=c3=a4rz?=", "MärzMärz", ""},
		{"raw octets inside", "=?utf-8?Q?März?=", "März", join(malformed)},
		{"wrong raw octets inside", "=?iso-8859-1?Q?M\xe4rz?=", "März", join(malformed)},
		{"in quotes", `"=?utf-8?Q?M=C3=A4rz?=" <a@example.org>`, `"März" <a@example.org>`, ""},
		{"cut off", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6", "Grüße aus Kö", join(malformed)},
		{"cut off in a character", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3?=", "Grüße aus K\ufffd", join(invalid)},
		{"cut off in base64", "=?utf-8?B?R3LDvMOfZSB", "Grüße", join(malformed, encoding)},
		{"half an end", "=?utf-8?B?TcOkcno=?", "März", join(malformed)},
		{"half an end, quoted", "=?utf-8?Q?M=C3=A4rz?", "März", join(malformed)},
		{"no end before a word", "=?utf-8?Q?M=C3=A4rz =?utf-8?Q?_Mai?=", "März Mai", join(malformed)},
		{"no end before text", "=?utf-8?B?TcOkcno= and more", "März and more", join(malformed)},
		{"question mark inside", "=?utf-8?Q?M=C3=A4rz?=3F?=", "März??", join(malformed)},
		{"two words glued", "=?utf-8?Q?M=C3=A4rz?==?utf-8?Q?_Mai?=", "März Mai", ""},
		{"another letter", "=?utf-8?X?M=C3=A4rz?= =?utf-8?D?TcOkcno=?=", "MärzMärz", join(malformed)},
		{"no letter", "=?utf-8??M=C3=A4rz?=", "März", join(malformed)},
		{"blanks in the word", "=? utf-8 ? Q ?M=C3=A4rz?=", "März", join(malformed)},
		{"quoted charset", `=?"utf-8"?Q?M=C3=A4rz?=`, "März", join(malformed)},
		{"no charset", "=??Q?M=C3=A4rz?=", "März", join(malformed)},
		{"soft line break", "=?utf-8?Q?M=C3=A4rz=?=", "März", join(encoding)},
		{"no digits", "=?utf-8?Q?100=_=ZZ?=", "100= =ZZ", join(encoding)},
		{"split base64", "=?utf-8?B?R3LDvM?= =?utf-8?B?OfZQ==?=", "Grüße", ""},
		{"split base64, three words", "=?utf-8?B?R?= =?utf-8?B?3?= =?utf-8?B?LDvMOfZQ==?=", "Grüße", ""},
		{"padding left out twice", "=?us-ascii?B?Zm9vYg?= =?us-ascii?B?YmFy?=", "foobbar", join(encoding)},
		{"blanks in base64", "=?utf-8?B?TcOk cno=?=", "März", join(malformed)},
		{"rubbish in base64", "=?utf-8?B?Tc!Ok*cno=?=", "März", join(encoding)},
		{"rubbish in base64 that is split", "=?utf-8?B?TcOkcn!?= =?utf-8?B?!o=?=", "März", join(encoding)},
		{"surplus padding", "=?utf-8?B?TcOkcno===?=", "März", ""},
		{"words in both encodings", "=?utf-8?Q?Gr=C3?= =?utf-8?B?vMOfZQ==?=", "Grüße", ""},

		// Charsets.
		{"unknown charset", "=?x-foo?Q?M=C3=A4rz?=", "März", join(unknown)},
		{"unknown charset, Latin-1", "=?x-foo?Q?M=E4rz?=", "März", join(unknown, guessed)},
		{"unknown charset, ASCII", "=?x-foo?Q?April?=", "April", ""},
		{"misspelt", "=?utf_8?Q?M=C3=A4rz?= =?cp-1252?Q?M=E4rz?= =?ISO8859_15?Q?=A4?=", "MärzMärz€", join(misspelt)},
		{"Windows names", "=?cp1251?Q?=CF?= =?win-1251?Q?=F0?= =?x-cp1251?Q?=E8?=", "При", join(misspelt)},
		{"euro in Latin-1", "=?iso-8859-1?Q?=80?=", "€", ""},
		{"Shift_JIS", "=?Shift_JIS?B?g2WDWINnjI+WvA==?=", "テスト件名", ""},
		{"Big5", "=?big5?B?tPq41Q==?=", "測試", ""},
		{"UTF-7", "=?utf-7?Q?+ANw-bergr+APYA3w-en?=", "Übergrößen", ""},
		{"ISO-2022-KR", "=?iso-2022-kr?B?GyQpQw5HUTFbDw==?=", "한글", ""},
		{"ASCII that is UTF-8", "=?us-ascii?Q?M=C3=A4rz?=", "März", join(wrong)},
		{"ASCII that is Latin-1", "=?us-ascii?Q?M=E4rz?=", "März", join(wrong, guessed)},
		{"Latin-1 that is UTF-8", "=?iso-8859-1?Q?M=C3=A4rz?=", "März", join(wrong)},
		{"UTF-8 that is Latin-1", "=?utf-8?Q?M=E4rz?=", "März", join(invalid)},
		{"Thai that looks like UTF-8", "=?tis-620?Q?=C3=B6?=", "รถ", ""},
		{"raw ISO-2022-JP", "\x1b$B%F%9%H\x1b(B", "テスト", join(guessed)},
		{"raw in the words' charset", "\xf0\xd2\xc9\xd7\xc5\xd4 =?koi8-r?B?8NLJ18XU?=", "Привет Привет", join(guessed)},
		{"raw behind words in two charsets", "=?koi8-r?B?8NLJ18XU?= a =?gb2312?B?suI=?= \xb2\xe2", "Привет a 测 测", join(guessed)},
		{"raw in another charset than the words'", "=?gb2312?B?suI=?= \xe4\xff", "测 äÿ", join(guessed)},

		// What is no word.
		{"no word", "what=?yes?no", "what=?yes?no", ""},
		{"no word, ended", "=?a b c?=", "=?a b c?=", ""},
		{"empty", "", "", ""},
		{"empty words", "=?utf-8?Q??= =?utf-8?B??=", "", ""},
		{"two blanks", "a  =?utf-8?Q?b?=  c", "a  b  c", ""},

		// One line without traps.
		{"composed", "=?utf-8?Q?Mu=CC=88ll?=", "Müll", ""},
		{"composed over words", "=?iso-8859-1?Q?Mu?= =?utf-8?Q?=CC=88ll?=", "Müll", ""},
		{"line breaks", " a\r\n\tb\rc\nd\r\n  e ", "a b c d  e", ""},
		{"encoded line break", "=?utf-8?Q?a=0D=0ABcc:_b?=", "a Bcc: b", ""},
		{"controls", "a\x00b\x1b[31mc\x7f", "ab[31mc", join(control)},
		{"override", "=?utf-8?Q?invoice=E2=80=AEfdp.exe?=", "invoicefdp.exe", join(control)},
		{"byte order mark", "=?utf-8?B?77u/TcOkcno=?=", "März", ""},
	} {
		got, doubts := readable.Header(test.value)
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%s: %+q, %v (%s), want %+q, %s", test.name, got, doubts, kinds(doubts), test.want, test.doubts)
		}
	}
}

func TestHeaderOptions(t *testing.T) {
	const privet = "\xf0\xd2\xc9\xd7\xc5\xd4"
	for _, test := range []struct {
		value   string
		options []readable.Option
		want    string
		doubts  string
	}{
		{privet, nil, "ðÒÉ×ÅÔ", join(guessed)},
		{privet, []readable.Option{readable.WithCharset("KOI8-R")}, "Привет", ""},
		{privet, []readable.Option{readable.WithFallbackCharset("koi8-r")}, "Привет", join(guessed)},
		{"=?x-foo?Q?=F0=D2?=", []readable.Option{readable.WithCharset("koi8-r")}, "Пр", join(unknown)},
		{"=?utf-8?Q?=F0=D2=C9?=", []readable.Option{readable.WithFallbackCharset("koi8-r")}, "При", join(wrong)},
		{"Grüße", []readable.Option{readable.WithCharset("iso-8859-1")}, "Grüße", join(wrong)},
		{"Grüße", []readable.Option{readable.WithFallbackCharset("iso-8859-1")}, "Grüße", ""},
		{"Gr\xfc\xdfe", []readable.Option{readable.WithFallbackCharset("no such")}, "Grüße", join(guessed)},
		{"Gr\xfc\xdfe", []readable.Option{readable.WithCharset("no such")}, "Grüße", join(unknown, guessed)},
	} {
		got, doubts := readable.Header(test.value, test.options...)
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%q: %q, %v, want %q, %s", test.value, got, doubts, test.want, test.doubts)
		}
	}
}

func TestDoubts(t *testing.T) {
	_, doubts := readable.Header("Re: =?x-a?Q?=E4?= and \x01 =?x-b?Q?=E4?=")
	const want = `unknown charset "x-a" at octet 4, 2 times; guessed charset "windows-1252" at octet 4, 2 times; control character "\x01" at octet 17`
	if got := doubts.String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if !doubts.Has(control) || !doubts.Has(invalid, unknown) || doubts.Has(invalid) || doubts.Has() {
		t.Error("Has is wrong")
	}
	if d := doubts[0]; d.Kind != unknown || d.Offset != 4 || d.What != "x-a" || d.Count != 2 {
		t.Errorf("%+v", d)
	}
}

// checkLine checks what Header promises for every value.
func checkLine(t *testing.T, value, got string, doubts readable.Doubts) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("%q: not UTF-8: %q", value, got)
	}
	if !norm.NFC.IsNormalString(got) {
		t.Errorf("%q: not composed: %+q", value, got)
	}
	if strings.Trim(got, " ") != got {
		t.Errorf("%q: blanks at the ends: %q", value, got)
	}
	for _, r := range got {
		if r < ' ' || 0x7f <= r && r < 0xa0 || r == '\u202e' || r == '\u2028' {
			t.Errorf("%q: %+q in %+q", value, r, got)
		}
	}
	if limit := 8*len(value) + 16; len(got) > limit {
		t.Errorf("%q: %d octets", value, len(got))
	}
	seen := make(map[readable.DoubtKind]bool)
	for _, d := range doubts {
		if seen[d.Kind] || d.Count < 1 || d.Offset < 0 || d.Offset > len(value) || len(d.What) > 64 {
			t.Errorf("%q: %+v", value, d)
		}
		seen[d.Kind] = true
	}
	if s := doubts.String(); strings.ContainsAny(s, "\r\n\x00\x1b") {
		t.Errorf("%q: %q", value, s)
	}
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?B?R3LDvM?= =?utf-8?B?OfZQ==?=", "Gr\xfc\xdfe =?koi8-r?q?=f0", "\x1b$B%F%9%H\x1b(B",
		"=?iso-2022-kr?B?GyQpQw5HUTFbDw==?=", "=?utf-7?Q?+2D3eAA-+?=", "=?utf-16?B?/v8AYQ==?=", "=?x?x?=?=?x?q?\r\n ",
		"=?hz-gb-2312?Q?~{<:Ky2;VS~}?= =?utf-32?Q?=00=00=00a?=",
	} {
		f.Add(s, "gbk")
	}
	f.Fuzz(func(t *testing.T, value, charset string) {
		got, doubts := readable.Header(value, readable.WithCharset(charset))
		checkLine(t, value, got, doubts)
		got, doubts = readable.Header(value, readable.WithFallbackCharset(charset))
		checkLine(t, value, got, doubts)
	})
}
