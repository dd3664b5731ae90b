package readable_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/readable"
)

func TestFields(t *testing.T) {
	const header = "From ann@example.org Mon Jan  1\r\n folded into it: yes\r\n" +
		"Received: from a\r\n\tby b\r\n" +
		"SUBJECT : =?utf-8?q?a?=\r\n =?utf-8?q?b?=\r\n" +
		"no field\r\n" +
		": no name\r\n" +
		"Empty:\r\n" +
		"received:from c  \n" +
		"Folded: a\r\n \r\n b\r\n" +
		"X: last\r\n" +
		"\r\n" +
		"Received: in the body\r\n"
	for name, want := range map[string][]string{
		"Received": {"from a\tby b", "from c"},
		"subject":  {"=?utf-8?q?a?= =?utf-8?q?b?="},
		"Empty":    {""},
		"Folded":   {"a  b"},
		"X":        {"last"},
		"Missing":  nil,
		"":         nil,
	} {
		if got := readable.Fields(header, name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		first := ""
		if len(want) > 0 {
			first = want[0]
		}
		if got := readable.Field(header, name); got != first {
			t.Errorf("%s: %q, want %q", name, got, first)
		}
	}
	for _, test := range []struct {
		header string
		want   []string
	}{
		{"", nil},
		{"\r\na: b", nil},
		{"a: b", []string{"a=b"}},
		{"a: b\rc: d\n\re: f", []string{"a=b", "c=d"}},
		{"a: b:c\r\n", []string{"a=b:c"}},
	} {
		seq := readable.AllFields(test.header)
		for range 2 { // an iterator begins anew
			var got []string
			for name, value := range seq {
				got = append(got, name+"="+value)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q: %q, want %q", test.header, got, test.want)
			}
		}
	}
}

func FuzzFields(f *testing.F) {
	f.Add("a: b\r\n c\r\nd : e\n\nf: g")
	f.Fuzz(func(t *testing.T, header string) {
		for name, value := range readable.AllFields(header) {
			if name == "" || strings.ContainsAny(name, ": \t\r\n") || strings.ContainsAny(value, "\r\n") {
				t.Errorf("%q: %q, %q", header, name, value)
			}
			if !slices.Contains(readable.Fields(header, name), value) {
				t.Errorf("%q: %q is not among the fields %q", header, value, name)
			}
		}
	})
}
