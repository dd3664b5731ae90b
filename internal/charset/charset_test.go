package charset_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"iter"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/internal/charset"
)

func codes(lead, leadEnd, trail, trailEnd int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := lead; i < leadEnd; i++ {
			for j := trail; j < trailEnd; j++ {
				if !yield(string([]byte{byte(i), byte(j)})) {
					return
				}
			}
		}
	}
}

func octets(from, to int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := from; i < to; i++ {
			if !yield(string([]byte{byte(i)})) {
				return
			}
		}
	}
}

// characters yields the characters of the first three planes that are not ASCII.
func characters(yield func(string) bool) {
	for r := rune(0x80); r < 0x30000; r++ {
		if utf8.ValidRune(r) && !yield(string(r)) {
			return
		}
	}
}

// sweep is the set of all codes of a charset, as texts prefix + code + suffix.
type sweep struct {
	charset        string
	prefix, suffix string
	codes          iter.Seq[string]
}

// newSweep reads the key of a digest.
func newSweep(key string) sweep {
	name, set, _ := strings.Cut(key, " ")
	switch {
	case key == "UTF-8":
		return sweep{name, "", "", characters}
	case key == "UCS-2", key == "UTF-16":
		return sweep{name, "", "\x00a\x00a", codes(0, 0x100, 0, 0x100)}
	case set == "8F":
		return sweep{name, "\x8f", "aa", codes(0x80, 0x100, 0, 0x100)}
	case strings.HasPrefix(set, "ESC $"):
		return sweep{name, "\x1b" + set[len("ESC "):], "", codes('!', 0x7f, 0, 0x100)}
	case strings.HasPrefix(set, "ESC "):
		return sweep{name, "\x1b" + set[len("ESC "):], "", octets(' ', 0x80)}
	case strings.HasPrefix(name, "G"), strings.HasPrefix(name, "CN-"), strings.HasPrefix(name, "BIG"),
		strings.HasPrefix(name, "EUC"), strings.HasPrefix(name, "SHIFT"), strings.HasPrefix(name, "KS"),
		strings.HasSuffix(name, "936"), strings.HasSuffix(name, "949"):
		return sweep{name, "", "aa", codes(0x80, 0x100, 0, 0x100)}
	}
	return sweep{name, "", "", octets(0, 0x100)}
}

// TestEveryCode compares each code of each charset. The digests are SHA-256 of the results of
// imap_utf8 of PHP 8.2 on c-client 2007f, for each code in a "B" word of its own, with a line
// feed after each result.
func TestEveryCode(t *testing.T) {
	data, err := os.ReadFile("testdata/digests.json")
	if err != nil {
		t.Fatal(err)
	}
	var digests map[string]string
	if err := json.Unmarshal(data, &digests); err != nil {
		t.Fatal(err)
	}
	if len(digests) < 100 {
		t.Fatalf("%d charsets", len(digests))
	}
	for key, want := range digests {
		s := newSweep(key)
		h := sha256.New()
		for code := range s.codes {
			io.WriteString(h, charset.UTF8(s.prefix+code+s.suffix, s.charset)+"\n")
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s differs from PHP", key)
		}
	}
}

// The expected values are those of PHP 8.2's imap_utf8, except where it aborts.
func TestUTF8(t *testing.T) {
	for _, tt := range []struct{ text, charset, want string }{
		{"\xe4", "iso-8859-1", "a\u0308"},
		{"\xe4", "", "\xe4"},
		{"\xe4", "utf-8", "\xe4"},
		{"ä", "", "a\u0308"},
		{"ä\xe4", "x-unknown", "ä\xe4"},
		{"가", "utf-8", "가"},
		{"\x1b$BF|K\\\x1b(B", "x-unknown", "日本"},
		{"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本"},
		{"\x1b$AF|K\\\x1b(B", "x-unknown", "\x1b$AF|K\\\x1b(B"},
		{"\x1b(Q", "x-unknown", "\x1b(Q"},
		{"\x1b", "x-unknown", "\x1b"},
		{"\x1b\xe4", "x-unknown", "\x1b\xe4"},
		{"\x1bNa", "iso-2022-jp", "\x1ba"},
		{"\x0ea\x0fa", "iso-2022-kr", "a\u0301a"},
		{"+2D3eAA-b", "utf-7", "b"},
		{"+AOQ!+-", "utf-7", "a\u0308!+"},
		{"\xd8\x3d\xde\x00", "utf-16", "😀"},
		{"\xd8\x3d\x00a\x00b", "utf-16", "\ufffdb"},
		{"\xfa\xcf", "ucs-2", "\u284a"},
		{"\xd8\x3d", "utf-16", "\ufffd"},         // PHP aborts
		{"\x00\x00\x00aa", "ucs-4", "a"},         // PHP aborts
		{"\x80\x00\x00\x00", "ucs-4", "\ufffd"},  // PHP aborts
		{"\x93\xfa\x96", "shift_jis", "日\ufffd"}, // PHP reads beyond the end
		{"\x80\xc4\xe3", "gbk", "€你"},
		{"\xc4", "gbk", "\ufffd"},
	} {
		if got := charset.UTF8(tt.text, tt.charset); got != tt.want {
			t.Errorf("%q in %s: got %q, want %q", tt.text, tt.charset, got, tt.want)
		}
	}
}

func FuzzUTF8(f *testing.F) {
	for _, name := range []string{"", "utf-8", "utf-7", "utf-16", "ucs-4", "viscii", "gbk", "big5", "euc-jp", "shift_jis", "iso-2022-jp"} {
		f.Add("a\xe4\xb1\x40\x1b$B!!\x1b(B+AOQ-", name)
		f.Add("\x8f\xa2\xaf\x8e\xb1\x1b", name)
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		// The longest decomposition, of U+FDFA, is 33 octets for three.
		if got := charset.UTF8(text, name); len(got) > 36*len(text) {
			t.Errorf("%d octets became %d", len(text), len(got))
		}
	})
}

func BenchmarkUTF8(b *testing.B) {
	for name, text := range map[string]string{
		"utf-8": "Grüße aus Köln", "iso-8859-1": "Gr\xfc\xdfe aus K\xf6ln", "shift_jis": "\x93\xfa\x96\x7b\x8c\xea", "us-ascii": "Greetings",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				charset.UTF8(text, name)
			}
		})
	}
}
