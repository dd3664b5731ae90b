package rfc822_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

type addressCase struct {
	List, Host octets
	Result     []phpAddress
	Notices    notices
}

func TestParseAddressList(t *testing.T) {
	for _, c := range golden[addressCase](t, "addresses.json") {
		var log notices
		got := phpAddresses(rfc822.ParseAddressList(string(c.List), string(c.Host), log.add))
		if len(got)+len(c.Result) > 0 && !reflect.DeepEqual(got, c.Result) {
			t.Errorf("%q\ngot  %s\nwant %s", c.List, dump(got), dump(c.Result))
		}
		if !reflect.DeepEqual(log, c.Notices) {
			t.Errorf("%q\ngot notices  %q\nwant notices %q", c.List, log, c.Notices)
		}
	}
}

func TestParseAddressListWithoutNotices(t *testing.T) {
	if got := rfc822.ParseAddressList("joe (", "host.test", nil); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// c-client crashes on these.
func TestParseAddressListHostile(t *testing.T) {
	const n = 1 << 20
	tests := []struct {
		name, list string
		want       string // as FormatAddressList writes it
	}{
		{"comments", strings.Repeat("(", n), `INVALID_ADDRESS@".SYNTAX-ERROR."`},
		{"comments in a domain", "joe@" + strings.Repeat("a . ", 100) + strings.Repeat("(", n), "joe@" + strings.Repeat("a.", 99) + `a, UNEXPECTED_DATA_AFTER_ADDRESS@".SYNTAX-ERROR."`},
		{"comments that end", strings.Repeat("(", n) + strings.Repeat(")", n) + "joe@example.org", "joe@example.org"},
		{"words", strings.Repeat("a ", n) + "<joe@example.org>", strings.Repeat("a ", n-1) + "a <joe@example.org>"},
		{"labels", "joe@a" + strings.Repeat(" . a", n), "joe@a" + strings.Repeat(".a", 126)},
		{"route with an empty literal", "<@a.test,@[]:joe@example.org>", `INVALID_ADDRESS@".SYNTAX-ERROR."`},
		{"route with a literal that does not end", "<@a.test,@[", `INVALID_ADDRESS@".SYNTAX-ERROR."`},
		{"quoted-pair without its second byte", `joe@a . b . c\\\\`, "joe@a.b.c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := rfc822.FormatAddressList(rfc822.ParseAddressList(tt.list, "host.test", nil))
			if got != tt.want {
				t.Errorf("got %.200q, want %.200q", got, tt.want)
			}
		})
	}
}

func FuzzParseAddressList(f *testing.F) {
	for _, c := range golden[addressCase](f, "addresses.json") {
		f.Add(string(c.List), string(c.Host))
	}
	f.Fuzz(func(t *testing.T, list, host string) {
		var log notices
		got := rfc822.ParseAddressList(list, host, log.add)
		checkAddresses(t, got, log)
		again := rfc822.ParseAddressList(list, host, nil)
		if !reflect.DeepEqual(got, again) {
			t.Errorf("%q: %v, then %v", list, got, again)
		}
	})
}

// What follows the last possible label of a domain is left out, without an error.
func TestParseAddressListLabels(t *testing.T) {
	rfc822.ParseAddressList("joe@a"+strings.Repeat(" . a", 200), "h", func(text string) { t.Errorf("%q", text) })
}

// checkAddresses checks what holds for every list: groups begin before they end, all groups
// end, errors are reported, and no text contains a NUL byte.
func checkAddresses(t *testing.T, list []backend.Address, log notices) {
	t.Helper()
	groups := 0
	for _, adr := range list {
		switch {
		case adr.Host.Value == ".SYNTAX-ERROR." && len(log) == 0:
			t.Errorf("%v, but no notice", adr)
		case adr.Host.Valid && !adr.Mailbox.Valid:
			t.Errorf("%v has no mailbox", adr)
		case !adr.Host.Valid && adr.Mailbox.Valid:
			groups++
		case !adr.Host.Valid:
			groups--
		}
		if groups < 0 {
			t.Errorf("%v ends a group that has not begun", adr)
		}
		if strings.Contains(adr.Mailbox.Value+adr.Host.Value+adr.Personal.Value+adr.ADL.Value, "\x00") {
			t.Errorf("%v has a NUL byte", adr)
		}
	}
	if groups != 0 {
		t.Errorf("%d groups do not end", groups)
	}
	if text := rfc822.FormatAddressList(list); strings.Contains(text, "\x00") {
		t.Errorf("%q has a NUL byte", text)
	}
}

func BenchmarkParseAddressList(b *testing.B) {
	for name, list := range map[string]string{
		"One":     "Ada Lovelace <ada@example.org>",
		"Words":   "=?UTF-8?q?D=C3=B6rte_M=C3=BCller?= <doerte@example.org>, \"Rossi, Chiara\" <chiara@example.com> (home)",
		"Hundred": strings.Repeat("Ada Lovelace <ada@example.org>, ", 100),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				rfc822.ParseAddressList(list, rfc822.MissingHost, nil)
			}
		})
	}
}
