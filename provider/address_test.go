package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct{ address, local, domain string }{
		{"ada@example.org", "ada", "example.org"},
		{"Ada.Lovelace+news@Example.ORG", "Ada.Lovelace+news", "example.org"},
		{"ada@example.org.", "ada", "example.org"},
		{"ada@bücher.example", "ada", "xn--bcher-kva.example"},
		{"ada@BÜCHER.example", "ada", "xn--bcher-kva.example"},
		{"ada@xn--bcher-kva.example", "ada", "xn--bcher-kva.example"},
		{"ada@例え.テスト", "ada", "xn--r8jz45g.xn--zckzah"},
		{"jörg@example.org", "jörg", "example.org"},
		{`"ada lovelace"@example.org`, "ada lovelace", "example.org"},
		{`"a\"d\\a@home"@example.org`, `a"d\a@home`, "example.org"},
		{"a..b.@example.org", "a..b.", "example.org"},
		{"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~", "example.org"},
	} {
		got, err := parseAddress(tt.address)
		if err != nil || got.local != tt.local || got.domain != tt.domain {
			t.Errorf("%s: %+v, %v", tt.address, got, err)
		}
	}
	for _, bad := range []string{
		"", "@", "ada", "ada@", "@example.org", "ada@localhost", "ada@example..org", "ada@-example.org",
		"ada@example.org\r\nA1 LOGIN x y", "ada\x00@example.org", "ada@exa\nmple.org", "a\u202eda@example.org", "\xff@example.org",
		"ada@[127.0.0.1]", "ada@127.0.0.1", "ada@127.1", "ada@exa mple.org", "ada@exam_ple.org", "ada@example.org/x", "ada@example.org:993",
		"ada@example.org}INBOX", "ada lovelace@example.org", `"ada@example.org`, `"ada"x@example.org`, `""@example.org`, `a"b@example.org`,
		"Ada <ada@example.org>", "a@b@example.org", "a,b@example.org",
		strings.Repeat("a", 65) + "@example.org", "ada@" + strings.Repeat("a", 64) + ".org", "ada@" + strings.Repeat("a.", 127) + "org",
	} {
		got, err := parseAddress(bad)
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		} else if strings.ContainsAny(err.Error(), "\r\n\x00\u202e") || len(err.Error()) > 200 {
			t.Errorf("%q: the error is %q", bad, err)
		}
	}
}

// An address that parses has nothing that ends a line, and parses again as the same.
func FuzzParseAddress(f *testing.F) {
	f.Add("ada@example.org")
	f.Add(`"a\"b"@bücher.example`)
	f.Add("a@b\r\n.example")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseAddress(text)
		if err != nil {
			return
		}
		if strings.ContainsFunc(a.text+a.local, unprintable) || !isDomain(a.domain) {
			t.Errorf("%q: %+v", text, a)
		}
		if again, err := parseAddress(a.text); err != nil || again != a {
			t.Errorf("%q: %+v, then %+v, %v", text, a, again, err)
		}
	})
}
