package readable_test

import (
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/growth"
	"github.com/imapcompat/imapcompat/readable"
)

func TestUTF8(t *testing.T) {
	html := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`
	for _, test := range []struct {
		name, text, charset, want, doubts string
	}{
		{"plain", "Grüße", "utf-8", "Grüße", ""},
		{"line breaks and controls stay", "a\r\nb\x00\x1b", "us-ascii", "a\r\nb\x00\x1b", ""},
		{"decomposed stays", "Mu\u0308ll", "utf-8", "Mu\u0308ll", ""},
		{"Latin-1", "Gr\xfc\xdfe", "iso-8859-1", "Grüße", ""},
		{"quotes of Windows in Latin-1", "\x84a\x93", "ISO-8859-1", "„a“", ""},
		{"a Latin-1 footer under UTF-8", "Grüße\n-- \nM\xfcller", "utf-8", "Grüße\n-- \nMüller", join(invalid)},
		{"a footer in the fallback charset", "за\n\xe7\xe0!", "utf-8", "за\nçà!", join(invalid)},
		{"cut short", "Grü\xc3", "utf-8", "Grü\ufffd", join(invalid)},
		{"cut short inside", "a\xe2\x82 b", "utf-8", "a\ufffd b", join(invalid)},
		{"no charset, UTF-8", "Grüße", "", "Grüße", ""},
		{"no charset, Latin-1", "caf\xe9", "", "café", join(guessed)},
		{"no charset, HTML names it", html + "\xcf\xf0", "", html + "Пр", join(guessed)},
		{"8bit", "caf\xe9", "8bit", "café", join(guessed)},
		{"ASCII that is not", "caf\xe9", "us-ascii", "café", join(wrong, guessed)},
		{"UTF-8 called Latin-1", "Grüße", "iso-8859-1", "Grüße", join(wrong)},
		{"UTF-8 called Cyrillic", "Привет", "koi8-r", "Привет", join(wrong)},
		{"UTF-8 called Japanese", "Grüße 日本語のテスト", "shift_jis", "Grüße 日本語のテスト", join(wrong)},
		{"Japanese that looks like characters", "\xc3\xbc\xc3\xbc", "shift_jis", "ﾃｼﾃｼ", ""},
		{"Cyrillic that looks like one character", "\xd0\xb0", "windows-1251", "Р°", ""},
		{"Shift_JIS called ISO-2022-JP", "\x83e\x83X\x83g", "iso-2022-jp", "テスト", join(wrong)},
		{"EUC-JP called ISO-2022-JP", "\xa5\xc6\xa5\xb9\xa5\xc8", "iso-2022-jp", "テスト", join(wrong)},
		{"invalid in GB2312", "\xb2\xe2 \xff!", "gb2312", "测 \ufffd!", join(invalid)},
		{"GB18030 called GB2312", "\x81\x30\x84\x36", "gb2312", "¥", ""},
		{"mark of UTF-8", "\xef\xbb\xbfGrüße", "utf-8", "Grüße", ""},
		{"mark of UTF-8 in Latin-1", "\xef\xbb\xbfGrüße", "iso-8859-1", "Grüße", join(wrong)},
		{"mark of UTF-16", "\xff\xfeG\x00\xfc\x00", "utf-16", "Gü", ""},
		{"mark of UTF-16, big-endian", "\xfe\xff\x00G\x00\xfc", "", "Gü", ""},
		{"UTF-16 without a mark", "\x00G\x00\xfc\x00g", "utf-16", "Güg", ""},
		{"UTF-16 of Windows without a mark", "G\x00\xfc\x00g\x00", "utf-16", "Güg", ""},
		{"UTF-16 that nothing names", "G\x00\xfc\x00g\x00", "", "Güg", join(guessed)},
		{"UTF-8 called UTF-16", "Grüße", "utf-16", "Grüße", join(wrong)},
		{"half a unit of UTF-16", "\xff\xfeG\x00\xfc", "", "G\ufffd", join(invalid)},
		{"UTF-32", "\x00\x00\xfe\xff\x00\x00\x00G", "utf-32", "G", ""},
		{"UTF-7", "+ANw-ber 1 +- 1 +2D3eAA-", "utf-7", "Über 1 + 1 😀", ""},
		{"half a pair in UTF-7", "+2D0-x", "utf-7", "\ufffdx", join(invalid)},
		{"HZ", "~{2bJT~}", "hz-gb-2312", "测试", ""},
		{"ISO-2022-CN", "\x1b$)A\x0e2bJT\x0f!", "iso-2022-cn", "测试!", ""},
		{"escape sequences of a terminal", "\x1b(A \x1b$) \x1b[", "", "\x1b(A \x1b$) \x1b[", ""},
		{"code page", "\x81\xe1", "cp850", "üß", ""},
		{"Mac", "\x9f", "x-mac-roman", "ü", ""},
		{"misspelt", "\xfc", "iso 8859-1", "ü", join(misspelt)},
	} {
		got, doubts := readable.UTF8(test.text, test.charset)
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%s: %q, %v (%s), want %q, %s", test.name, got, doubts, kinds(doubts), test.want, test.doubts)
		}
		r := readable.UTF8Reader(strings.NewReader(test.text), test.charset)
		if streamed, err := io.ReadAll(r); string(streamed) != got || err != nil || r.Doubts().String() != doubts.String() {
			t.Errorf("%s: the reader has %q, %v, %v", test.name, streamed, err, r.Doubts())
		}
	}
}

// The charset is decided by what comes first. Later octets that are not UTF-8 are read as they
// are in a text called UTF-8.
func TestUTF8Late(t *testing.T) {
	ascii := strings.Repeat("a", 100<<10)
	text := ascii + "ü" + "\xfc"
	r := readable.UTF8Reader(strings.NewReader(text), "")
	got, err := io.ReadAll(r)
	if want := ascii + "üü"; string(got) != want || err != nil || kinds(r.Doubts()) != join(invalid) {
		t.Errorf("%q, %v, %v", got[len(ascii):], err, r.Doubts())
	}
	if d := r.Doubts()[0]; d.Offset != len(ascii)+len("ü") || d.What != "\xfc" {
		t.Errorf("%+v", d)
	}
}

// No text costs more than a multiple of its length.
func TestGrowth(t *testing.T) {
	header := func(s string) func(int) { return func(n int) { readable.Header(strings.Repeat(s, n/len(s))) } }
	html := func(s string) func(int) { return func(n int) { readable.HTML(strings.Repeat(s, n/len(s))) } }
	for name, call := range map[string]func(int){
		"beginnings of words":  header("=?a?q?"),
		"other letters":        header("=?utf-8?x?"),
		"words":                header("=?utf-8?b?R3LD?= "),
		"words and octets":     header("=?koi8-r?q?=f0?= \xff =?gb2312?q?a?= "),
		"single digits":        header("=?utf-8?b?R?= "),
		"ends that may go on":  header("=?utf-8?q?a?=AB"),
		"folding":              header("\r\n "),
		"escapes":              header("\x1b$B"),
		"elements":             html("<div>"),
		"quotes":               html("<blockquote>x"),
		"lists":                html("<ul><li>x"),
		"links":                html("<a href=http://x>y"),
		"hidden elements":      html("<p hidden>x"),
		"attributes":           html("<a a a a "),
		"comments":             html("<!--"),
		"cells":                html("<tr><td>a<td>b"),
		"lines in a deep list": func(n int) { readable.HTML(strings.Repeat("<ul>", 1000) + strings.Repeat("<br>x", n/5)) },
		"fields":               func(n int) { readable.Fields(strings.Repeat("a: b\r\n ", n/7), "a") },
		"quoted lines":         func(n int) { readable.Flowed(strings.Repeat("> a \n", n/5), true) },
	} {
		if err := growth.Linear(50_000, call); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
