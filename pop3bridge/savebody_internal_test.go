package pop3bridge

import (
	"bytes"
	"testing"
)

// FuzzHeader finds the end of a header in a text that comes in two parts.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{"", "a: b\r\n\r\ntext", "\r\n", "\r\n\r\n", "\r\r\n\r\n", "a\n\nb\r\n\r\r\n\r\n.", "a: b\r\n", "\n\r\n\r\n", "\r\r\n"} {
		for _, cut := range []int{0, 1, 3} {
			f.Add([]byte(seed), cut)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		cut = min(max(cut, 0), len(text))
		var h headerScanner
		got := h.scan(text[:cut])
		got += h.scan(text[cut:])
		want := len(text)
		if i := bytes.Index(append([]byte("\r\n"), text...), []byte("\r\n\r\n")); i >= 0 {
			want = i + 2
		}
		if got != want || len(headerOf(text)) != want {
			t.Errorf("%q, cut at %d: %d octets of header, %d at once, want %d", text, cut, got, len(headerOf(text)), want)
		}
	})
}
