package functions

import (
	"math"
	"testing"
)

// What a string is as a number, it is again when that number is written out.
func FuzzNumbers(f *testing.F) {
	for _, seed := range []string{"", "12", " -7.5e3 ", "0x1A", "1e1000", "9223372036854775808", ".", "-.5e-7", "1e-320", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := floatval(s)
		if y := floatval(formatFloat(x, -1, "E")); x != y && !math.IsInf(x, 0) {
			t.Errorf("%q: %v became %v", s, x, y)
		}
		if compare(s, s) != 0 {
			t.Errorf("%q is not equal to itself", s)
		}
		if n := numericPrefix(s); n.whole && !n.isFloat && intval(toString(n.i)) != n.i {
			t.Errorf("%q: %d is not itself", s, n.i)
		}
	})
}

// A pattern is translated or refused, and what is translated compiles.
func FuzzTranslatePattern(f *testing.F) {
	for _, seed := range []string{`/a(b|c)*$/i`, `#[\w.-]+@[^>\s]+#u`, `/(?i)x(?-i:y)\Q.*\E/xs`, `{a{2,3}?}m`, `/[[:alpha:]\]\x41-\x5a]/`, "/\xff[\xe9-\xff]/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, php string) {
		expr, _, err := TranslatePattern(php)
		if err != nil {
			return
		}
		bytePattern(expr).find("ab\n", 1)
	})
}
