package imapcompat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestMIMEHeaderDecode(t *testing.T) {
	const fn = "imap_mime_header_decode"
	for _, c := range oracleCases(t, fn) {
		pieces, notices, err := imapcompat.MIMEHeaderDecode(string(c.In))
		checkFailure(t, fn, c, err)
		checkNotices(t, fn, c, notices)
		if len(pieces) != len(c.Pieces) {
			t.Errorf("%q: %q, want %q", c.In, pieces, c.Pieces)
			continue
		}
		for i, want := range c.Pieces {
			if got := pieces[i]; got.Charset != string(want.Charset) || got.Text != string(want.Text) {
				t.Errorf("%q: piece %d is %q, want %q", c.In, i, got, want)
			}
		}
	}
}

// The expected values are json_encode's of PHP 8.2.
func TestMIMETextJSON(t *testing.T) {
	for in, want := range map[string]string{
		"":                     `[]`,
		"=?x?Q??=":             `[{"charset":"x","text":""}]`,
		"=??Q?a?=":             `[{"charset":"","text":"a"}]`,
		"a =?utf-8?Q?=C3=A4?=": `[{"charset":"default","text":"a "},{"charset":"utf-8","text":"ä"}]`,
	} {
		pieces, _, err := imapcompat.MIMEHeaderDecode(in)
		must(t, err)
		got, err := json.Marshal(pieces)
		must(t, err)
		if string(got) != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzMIMEHeaderDecode(f *testing.F) {
	seed(f, "imap_mime_header_decode")
	f.Fuzz(func(t *testing.T, text string) {
		pieces, _, err := imapcompat.MIMEHeaderDecode(text)
		if err != nil && pieces != nil {
			t.Errorf("%q with error %v", pieces, err)
		}
		size := 0
		for _, p := range pieces {
			size += len(p.Text)
			if strings.ContainsRune(p.Charset+p.Text, 0) {
				t.Errorf("%q has a NUL", p)
			}
		}
		if size > len(text) {
			t.Errorf("%d octets became %d", len(text), size)
		}
	})
}

// Time grows with the length of a field and not with its square. A field of a
// megabyte that took that would take minutes.
func TestLongFields(t *testing.T) {
	const size = 1 << 20
	for _, unit := range []string{"=?", "=?x?Q?", "=?x?Q?a?= ", "=?x?Q?a?=\r\n ", "=?utf-8?B?YQ==?= =?", " ", "=?x", "a", "=?x?B?YQ==YQ?= "} {
		field := strings.Repeat(unit, size/len(unit))
		if _, _, err := imapcompat.MIMEHeaderDecode(field); err != nil {
			t.Errorf("%q: %v", unit, err)
		}
		if decoded, _ := imapcompat.UTF8(field); decoded == "" {
			t.Errorf("%q: nothing", unit)
		}
	}
}
