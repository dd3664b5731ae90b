package functions

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// round is round: half away from zero, after a first rounding to 15 digits.
//
//php:function round(num, precision = 0)
func round(f float64, places int) float64 {
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	digits := 14 - int(math.Floor(math.Log10(math.Abs(f))))
	scaled := 0.0
	if digits > places && digits-15 < places {
		digits = max(-4*15, min(4*15, digits))
		scaled = math.Round(scale(f, digits))
		scaled = scale(scaled, max(-4*15, places-digits))
	} else {
		scaled = scale(f, places)
		if math.Abs(scaled) >= 1e15 {
			return f
		}
	}
	scaled = math.Round(scaled)
	if places > -23 && places < 23 {
		return scale(scaled, -places)
	}
	result := floatval(strconv.FormatFloat(scaled, 'f', 6, 64) + "e" + strconv.Itoa(-places))
	if math.IsInf(result, 0) {
		return f
	}
	return result
}

// scale returns a number times a power of ten.
func scale(f float64, places int) float64 {
	if places >= 0 {
		return f * math.Pow10(places)
	}
	return f / math.Pow10(-places)
}

// fmod is fmod.
//
//php:function fmod(num1, num2)
func fmod(a, b float64) float64 { return math.Mod(a, b) }

// intdiv is intdiv.
//
//php:function intdiv(num1, num2)
func intdiv(a, b int) int {
	if b == 0 {
		throw("DivisionByZeroError", "Division by zero")
	}
	if b == -1 && a == math.MinInt {
		throw("ArithmeticError", "Division of PHP_INT_MIN by -1 is not an integer")
	}
	return a / b
}

// absOf is abs of an int or a float.
//
//php:function abs(num)
func absOf(v any) any {
	switch n := toNumber(v, "*", v, 1).(type) {
	case int:
		if n == math.MinInt {
			return -float64(n)
		}
		return abs(n)
	default:
		return math.Abs(toFloat(n))
	}
}

// dechex is dechex: of negative integers modulo 2^64.
//
//php:function dechex(num)
func dechex(n int) string { return strconv.FormatUint(uint64(n), 16) }

// decbin is decbin.
//
//php:function decbin(num)
func decbin(n int) string { return strconv.FormatUint(uint64(n), 2) }

// decoct is decoct.
//
//php:function decoct(num)
func decoct(n int) string { return strconv.FormatUint(uint64(n), 8) }

// hexdec is hexdec: an int, or a float if that is too great. Other characters are ignored.
//
//php:function hexdec(hex_string)
func hexdec(s string) any { return fromBase(s, 16, "0x") }

// bindec is bindec.
//
//php:function bindec(binary_string)
func bindec(s string) any { return fromBase(s, 2, "0b") }

// octdec is octdec.
//
//php:function octdec(octal_string)
func octdec(s string) any { return fromBase(s, 8, "0o") }

func fromBase(s string, base int, prefix string) any {
	s = strtolower(s)
	if strings.HasPrefix(s, prefix) {
		s = s[2:]
	}
	n := any(0)
	for _, c := range []byte(s) {
		digit, err := strconv.ParseUint(string([]byte{c}), base, 8)
		if err != nil {
			continue
		}
		n = add(mul(n, base), int(digit))
	}
	return n
}

// mtRand is mt_rand and rand: a random integer of a range. A program that sets a seed gets other
// numbers than PHP.
//
//php:function mt_rand(min, max)
//php:function rand(min, max)
//php:function random_int(min, max)
func mtRand(low, high int) int {
	if high < low {
		throw("ValueError", "mt_rand(): Argument #2 ($max) must be greater than or equal to argument #1 ($min)")
	}
	return low + int(rand.Uint64N(uint64(high-low)+1))
}

// mtRandAny is mt_rand without a range: up to 2147483647.
//
//php:function mt_rand()
//php:function rand()
func mtRandAny() int { return int(rand.Int32()) }

// intvalBase is intval with a base from 2 to 36, or 0 for the one that the prefix tells. Of values that
// are no text PHP takes no notice of the base.
//
//php:function intval(value, base)
func intvalBase(v any, base int) int {
	s, ok := v.(string)
	if !ok || base == 10 {
		return toInt(v)
	}
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	prefixes := map[string]int{"0x": 16, "0b": 2} // 0o is none before PHP 8.4
	if len(s) > 1 {
		if prefixed := prefixes[strtolower(s[:2])]; prefixed != 0 && (base == 0 || base == prefixed) {
			base, s = prefixed, s[2:]
		}
	}
	if base == 0 {
		if base = 10; strings.HasPrefix(s, "0") {
			base = 8
		}
	}
	n := 0
	for n < len(s) && digitValue(s[n]) < base {
		n++
	}
	value, _ := strconv.ParseInt(sign+s[:n], base, 64) // what is out of range becomes the nearest integer
	return int(value)
}

// digitValue returns the value of a digit or letter, 36 for other bytes.
func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 36
}

// baseConvert is base_convert of integers below 2^63. Greater ones lose digits in PHP.
//
//php:function base_convert(num, from_base, to_base)
func baseConvert(s string, from, to int) string {
	for i, base := range []int{from, to} {
		if base < 2 || base > 36 {
			name := []string{"#2 ($from_base)", "#3 ($to_base)"}[i]
			throw("ValueError", "base_convert(): Argument "+name+" must be between 2 and 36 (inclusive)")
		}
	}
	prefixes := map[int]string{16: "0x", 8: "0o", 2: "0b"}
	if prefix := prefixes[from]; prefix != "" && strings.HasPrefix(strtolower(s), prefix) {
		s = s[2:]
	}
	value := uint64(0)
	for i := range len(s) {
		if d := digitValue(s[i]); d < from {
			value = value*uint64(from) + uint64(d)
		}
	}
	if value > math.MaxInt64 {
		throw("Error", "base_convert() of a number of more than 63 bits is not ported")
	}
	return strconv.FormatUint(value, to)
}

// lcgValue is lcg_value.
//
//php:function lcg_value()
func lcgValue() float64 { return rand.Float64() }

// mtGetrandmax is mt_getrandmax.
//
//php:function mt_getrandmax()
//php:function getrandmax()
func mtGetrandmax() int { return math.MaxInt32 }
