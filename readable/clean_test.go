package readable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/readable"
)

func TestClean(t *testing.T) {
	for _, test := range []struct{ text, want, doubts string }{
		{"a\r\n\tb\rc\nd\r\n\r\n", "a\n\tb\nc\nd\n\n", ""},
		{"a\fb\u2028c\u0085d", "a\nb\nc\nd", ""},
		{"a\x00\x1b[31mb\u009b\x7f\u202ec\u2069", "a[31mbc", join(control)},
		{"👩\u200d🍳 \u200fא", "👩\u200d🍳 \u200fא", ""},
		{"", "", ""},
	} {
		got, doubts := readable.Clean(test.text)
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%q: %q, %v, want %q", test.text, got, doubts, test.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\x00\n\u202e\u0085")
	f.Fuzz(func(t *testing.T, text string) {
		got, _ := readable.Clean(text)
		if strings.ContainsAny(got, "\r\x00\x1b\u202e\u009b") || !utf8.ValidString(got) || len(got) > 3*len(text) {
			t.Errorf("%q: %q", text, got)
		}
		if again, doubts := readable.Clean(got); again != got || doubts != nil {
			t.Errorf("%q: %q, and again %q, %v", text, got, again, doubts)
		}
	})
}
