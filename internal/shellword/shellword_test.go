package shellword_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/internal/shellword"
)

func TestIsPlain(t *testing.T) {
	for _, s := range []string{"ada@example.org", "ada+x=y@example.org/Archive", "a_b-c@xn--bcher-kva.example", "ada@bücher.example"} {
		if !shellword.IsPlain(s) || shellword.Or(s, "ADDRESS") != s {
			t.Errorf("%q is not plain", s)
		}
	}
	for _, s := range []string{"", "-ada@example.org", "a`id`@example.org", "a$HOME@example.org", "a;b@example.org", "a|b@example.org", "a&b@example.org",
		"a b@example.org", "a\n@example.org", "a'b@example.org", "#a@example.org", "a%PATH%@example.org", "a\u202eb@example.org", "a\x7fb@example.org", "a\xff@example.org", "a\u00a0b@example.org"} {
		if shellword.IsPlain(s) || shellword.Or(s, "ADDRESS") != "ADDRESS" {
			t.Errorf("%q is plain", s)
		}
	}
}
