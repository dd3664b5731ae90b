package sqlledger

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every text comes back, different texts stay different, and a text for people is valid.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", `\x`, `\x00`, `\xzz`, "\x00", "\xff", "ü", "\ufeff", "\u2028\"\\\n", strings.Repeat("é", 600)} {
		f.Add(s, `\x`+s)
		f.Add(s, encode(s))
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := encode(a), encode(b)
		if decode(x) != a {
			t.Errorf("%q is %q in the tables, and %q when it comes back", a, x, decode(x))
		}
		if (a == b) != (x == y) {
			t.Errorf("%q and %q are %q and %q in the tables", a, b, x, y)
		}
		if !utf8.ValidString(x) || strings.Contains(x, "\x00") {
			t.Errorf("%q is %q in the tables", a, x)
		}
		decode(a) // whatever somebody wrote into a table
		for _, limit := range []int{1, 3, 10, 1000} {
			p := plain(a, limit)
			if len(p) > limit || !utf8.ValidString(p) || strings.Contains(p, "\x00") {
				t.Errorf("plain(%q, %d) = %q", a, limit, p)
			}
			if len(a) <= limit && utf8.ValidString(a) && !strings.Contains(a, "\x00") && p != a {
				t.Errorf("plain(%q, %d) = %q", a, limit, p)
			}
		}
		var rows table
		rows.add(x, 1, true)
		rows.add(y, int64(-2), false)
		var got [][]any
		if err := json.Unmarshal([]byte(rows.arg()), &got); err != nil || got[0][0] != x || got[1][0] != y {
			t.Errorf("the argument of %q and %q is %s: %v", x, y, rows.json, err)
		}
	})
}
