package readable_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/readable"
)

func TestFlowed(t *testing.T) {
	for _, test := range []struct {
		name, text string
		delSp      bool
		want       string
	}{
		{"flowed", "a \r\nb \r\nc\r\nd\r\n", false, "a b c\nd\n"},
		{"line feeds", "a \nb\n", false, "a b\n"},
		{"no blanks between words", "日本 \r\n語\r\n", true, "日本語\n"},
		{"quotes", ">> a \r\n>> b\r\n> c \r\nd\r\n", false, ">> a b\n> c \nd\n"}, // RFC 3676 section 4.5
		{"stuffed", " From here \r\n  two\r\n >x\r\n", false, "From here  two\n>x\n"},
		{"quoted and stuffed", "> > a\r\n>  b\r\n", false, "> > a\n>  b\n"},
		{"signature", "a \r\n-- \r\nAnn \r\nB\r\n", false, "a \n-- \nAnn B\n"},
		{"quoted signature", "> a \r\n> -- \r\n> Ann\r\n", false, "> a \n> -- \n> Ann\n"},
		{"paragraphs", "a \r\nb\r\n\r\n \r\nc", false, "a b\n\n\nc\n"},
		{"open at the end", "a ", true, "a\n"},
		{"not flowed", "a\r\nb\r\n", false, "a\nb\n"},
		{"empty", "", false, ""},
	} {
		if got := readable.Flowed(test.text, test.delSp); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	text := strings.Repeat(">", 100_000) + " a \r\n" + strings.Repeat(">", 100_000) + " b\r\nc \r\n> d"
	want := []readable.Paragraph{{Quote: 100_000, Text: "a b"}, {Text: "c "}, {Quote: 1, Text: "d"}}
	seq := readable.Paragraphs(text, false)
	for range 2 { // an iterator begins anew
		if got := slices.Collect(seq); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	}
	for p := range seq {
		if p.Text != "a b" {
			t.Errorf("%q", p.Text)
		}
		break
	}
}

func FuzzFlowed(f *testing.F) {
	f.Add("> a \r\n> b\r\n-- \r\n c \n", true)
	f.Fuzz(func(t *testing.T, text string, delSp bool) {
		got := readable.Flowed(text, delSp)
		if len(got) > 2*len(text)+2 {
			t.Errorf("%d octets from %d", len(got), len(text))
		}
		// Nothing but blanks, quotes and line ends is lost or added.
		visible := strings.NewReplacer(" ", "", ">", "", "\r", "", "\n", "")
		if visible.Replace(got) != visible.Replace(text) {
			t.Errorf("%q: %q", text, got)
		}
	})
}
