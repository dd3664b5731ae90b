package mime_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// imap_fetchstructure does not show these fields. The expected values follow the rules for the
// fields that it shows.
func TestParseFieldsNotShown(t *testing.T) {
	m := mime.Parse([]byte("MIME-Version: 1.0\r\n"+
		"Content-Language: (all) en, de-AT (Austrian) , fr;q=1, it\r\n"+
		"Content-Location: (c) http://example.org/a b\r\n"+
		"Content-MD5: Q2hlY2s=\r\n\r\n"), nil, nil)
	want := &backend.BodyStructure{
		Type:     "TEXT",
		Subtype:  backend.String("PLAIN"),
		Params:   []backend.Param{{Name: backend.String("CHARSET"), Value: backend.String("US-ASCII")}},
		Encoding: backend.String("7BIT"),
		Language: []string{"EN", "DE-AT", "FR"},
		Location: backend.String("http://example.org/a b"),
		MD5:      backend.String("Q2hlY2s="),
	}
	if !reflect.DeepEqual(m.Structure, want) {
		t.Errorf("got %+v\nwant %+v", m.Structure, want)
	}
}

// An empty part of a digest is an empty message. PHP 8.2 crashes on its structure.
func TestParseEmptyPartOfDigest(t *testing.T) {
	m := mime.Parse([]byte("MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n--b--\r\n"), nil, nil)
	part := mime.Part(m.Structure, "1")
	want := &backend.BodyStructure{Type: "MESSAGE", Subtype: backend.String("RFC822"), Encoding: backend.String("7BIT")}
	if !reflect.DeepEqual(part, want) {
		t.Errorf("part 1 is %+v, want %+v", part, want)
	}
	if inner := mime.Part(m.Structure, "1.1"); inner != nil {
		t.Errorf("part 1.1 is %+v, want none", inner)
	}
	for _, name := range []string{"1", "1.MIME", "1.HEADER", "1.TEXT"} {
		if text, ok := m.Section(name); !ok || len(text) != 0 {
			t.Errorf("Section(%q) = %q, %v, want it empty", name, text, ok)
		}
	}
}

// Line breaks of LF give the same structure, with fewer octets.
func TestParseLF(t *testing.T) {
	const text = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: s\n\ntwo\n--b--\n"
	m := mime.Parse([]byte(text), nil, nil)
	for name, want := range map[string]string{
		"HEADER":   "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n",
		"1":        "one",
		"2.MIME":   "Content-Type: message/rfc822\n\n",
		"2.HEADER": "Subject: s\n\n",
		"2.1":      "two",
	} {
		if got, ok := m.Section(name); !ok || string(got) != want {
			t.Errorf("Section(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
}

func TestNamesAreKept(t *testing.T) {
	var names mime.Names
	var notices []string
	for range 2 {
		mime.Parse([]byte("Content-Type: font/woff\r\n\r\n"), &names, func(s string) { notices = append(notices, s) })
	}
	// From PHP: two such messages in one process.
	want := []string{
		"Warning: MIME header encountered in non-MIME message",
		"Unknown MIME type: FONT",
		"Warning: MIME header encountered in non-MIME message",
	}
	if !reflect.DeepEqual(notices, want) {
		t.Errorf("got %q\nwant %q", notices, want)
	}
}

func TestNames(t *testing.T) {
	var names mime.Names
	steps := []struct {
		number  func(string) (int, mime.Novelty)
		name    string
		want    int
		novelty mime.Novelty
	}{
		{names.Type, "TEXT", 0, mime.Known},
		{names.Type, "X-UNKNOWN", 8, mime.Known},
		{names.Type, "A", 9, mime.New},
		{names.Type, "B", 10, mime.New},
		{names.Type, "A", 9, mime.Known},
		{names.Type, "C", 11, mime.New},
		{names.Type, "D", 12, mime.New},
		{names.Type, "E", 13, mime.New},
		{names.Type, "F", 14, mime.New},
		{names.Type, "G", 15, mime.New},
		{names.Type, "H", 8, mime.Overflow},
		{names.Type, "H", 8, mime.Overflow},
		{names.Type, "G", 15, mime.Known},
		{names.Encoding, "7BIT", 0, mime.Known},
		{names.Encoding, "X-UNKNOWN", 5, mime.Known},
		{names.Encoding, "A", 6, mime.New},
		{names.Encoding, "B", 7, mime.New},
		{names.Encoding, "C", 8, mime.New},
		{names.Encoding, "D", 9, mime.New},
		{names.Encoding, "E", 10, mime.New},
		{names.Encoding, "F", 5, mime.Overflow},
	}
	for i, s := range steps {
		if got, novelty := s.number(s.name); got != s.want || novelty != s.novelty {
			t.Errorf("step %d, %q: %d, %d, want %d, %d", i, s.name, got, novelty, s.want, s.novelty)
		}
	}
}

// nested returns a message of nested multiparts.
func nested(levels int) []byte {
	var b strings.Builder
	b.WriteString("MIME-Version: 1.0\r\n")
	for i := range levels {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\nleaf\r\n")
	for i := levels - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\r\n", i)
	}
	return []byte(b.String())
}

func depth(b *backend.BodyStructure) int {
	deepest := 0
	for _, part := range b.Parts {
		deepest = max(deepest, depth(part))
	}
	if b.Body != nil {
		deepest = max(deepest, depth(b.Body))
	}
	return 1 + deepest
}

func TestParseDepth(t *testing.T) {
	messages := []byte("MIME-Version: 1.0\r\n" + strings.Repeat("Content-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\n", 10_000))
	for name, text := range map[string][]byte{"multiparts": nested(10_000), "messages": messages} {
		var notices []string
		m := mime.Parse(text, nil, func(s string) { notices = append(notices, s) })
		if got := depth(m.Structure); got != 52 {
			t.Errorf("%s: %d levels, want 52", name, got)
		}
		if want := []string{"Ignoring excessively deep MIME recursion"}; !reflect.DeepEqual(notices, want) {
			t.Errorf("%s: notices %q, want %q", name, notices, want)
		}
	}
}

func TestParsePartLimit(t *testing.T) {
	const limit = 50_000
	text := "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n", limit+2)
	m := mime.Parse([]byte(text), nil, nil)
	if n := len(m.Structure.Parts); n != limit {
		t.Errorf("%d parts, want %d", n, limit)
	}
	last, _ := m.Section(fmt.Sprint(limit, ".MIME"))
	if want := "--b\r\n--b\r\n"; string(last) != want {
		t.Errorf("last part is %q, want %q", last, want)
	}
}

func BenchmarkParse(b *testing.B) {
	const part = "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	header := "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	text := strings.Repeat("A line of text, neither long nor short, as they come.\r\n", 20)
	for name, message := range map[string]string{
		"Small":        "From: a@example.org\r\nSubject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text,
		"Parts":        header + strings.Repeat(part+text, 20) + "--b--\r\n",
		"Attachment":   header + part + strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWkFCQw==\r\n", 100_000) + "--b--\r\n",
		"Nested":       string(nested(10_000)),
		"Hyphens":      header + strings.Repeat("-", 1<<20),
		"LongBoundary": strings.Replace(header, "=b", "="+strings.Repeat("-", 1<<16), 1) + strings.Repeat("-", 1<<20),
		"Comments":     "Content-Type: text/plain " + strings.Repeat("(", 1<<20) + "\r\n\r\n",
		"EmptyParts":   header + strings.Repeat("--b\r\n", 50_000),
	} {
		b.Run(name, func(b *testing.B) {
			text := []byte(message)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				mime.Parse(text, nil, nil)
			}
		})
	}
}
