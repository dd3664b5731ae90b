package inbox

import (
	"strings"
	"testing"
)

func TestContent(t *testing.T) {
	const text = "Subject: x\r\n\r\none\r\ntwo\r\n"
	same := []string{
		text,
		strings.ReplaceAll(text, "\r\n", "\n"),
		strings.TrimRight(text, "\r\n"),
		text + "\r\n",
	}
	other := []string{
		strings.Replace(text, "two", "tw", 1),
		strings.Replace(text, "one\r\n", "one\r\n\r\n", 1),
		strings.Replace(text, "one\r\n", "one\r", 1),
		strings.Replace(text, "one", "o\rne", 1),
		" " + text,
		"",
	}
	want := contentOf([]byte(text))
	for _, s := range same {
		if got := contentOf([]byte(s)); got != want {
			t.Errorf("%q has another content", s)
		}
	}
	for _, s := range other {
		if got := contentOf([]byte(s)); got == want {
			t.Errorf("%q has the same content", s)
		}
	}
	if contentOf([]byte("a\x00b")) != contentOf([]byte("a\x80b")) {
		t.Error("NUL and 0x80 differ")
	}
}

// A text has the same content in whatever pieces it is written.
func FuzzContent(f *testing.F) {
	f.Add([]byte("a\r\nb\r\r\n\n\x00c\r"), uint8(3))
	f.Add([]byte("\r\n\r\n"), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, cut uint8) {
		n := int(cut) + 1
		c := newContent()
		for rest := text; len(rest) > 0; {
			m := min(n, len(rest))
			c.Write(rest[:m])
			rest = rest[m:]
		}
		if got, want := c.String(), contentOf(text); got != want {
			t.Errorf("in pieces of %d: %s, at once: %s", n, got, want)
		}
	})
}
