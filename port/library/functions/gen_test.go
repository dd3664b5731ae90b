package functions

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
)

// byType returns the generator of a parameter's type.
func byType(typ reflect.Type) gen {
	switch typ.Kind() {
	case reflect.String:
		return text
	case reflect.Int:
		return integer
	case reflect.Float64:
		return float
	case reflect.Bool:
		return oneOf(true, false)
	case reflect.Interface:
		return value
	case reflect.Slice:
		return list(byType(typ.Elem()))
	case reflect.Pointer:
		if get, ok := typ.MethodByName("Get"); ok {
			return array(byType(get.Type.Out(0)))
		}
		return byType(typ.Elem())
	}
	panic("no generator of " + typ.String())
}

func oneOf(values ...any) gen {
	return func(r *rand.Rand) any { return values[r.IntN(len(values))] }
}

// either makes what one of the generators does.
func either(gens ...gen) gen {
	return func(r *rand.Rand) any { return gens[r.IntN(len(gens))](r) }
}

// small makes integers near 0, as offsets and lengths are.
func small(r *rand.Rand) any { return r.IntN(21) - 10 }

// count makes integers that are not negative.
func some(r *rand.Rand) any { return r.IntN(12) }

func integer(r *rand.Rand) any {
	switch r.IntN(8) {
	case 0:
		return []int{0, 1, -1, math.MaxInt, math.MinInt, math.MaxInt32, math.MinInt32, 255, 256, math.MaxInt>>10 + 1}[r.IntN(10)]
	case 1:
		return int(r.Uint64())
	case 2:
		return r.IntN(2000000) - 1000000
	}
	return small(r)
}

func float(r *rand.Rand) any {
	switch r.IntN(6) {
	case 0:
		return []float64{0, math.Copysign(0, -1), 1, 0.5, -0.5, 1.5, 2.5, 1e15, 1e22, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 1 << 63, 0.1, 1.005, 5e-324}[r.IntN(17)]
	case 1:
		return math.Float64frombits(r.Uint64())
	case 2:
		return float64(r.IntN(200000)-100000) / 100
	case 3:
		return float64(r.IntN(2000) - 1000)
	case 4:
		return (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(40)-20))
	}
	return r.NormFloat64()
}

// hostile are strings on which functions of strings stumble.
var hostile = []string{
	"", " ", "\x00", "0", "00", "-0", "0.0", "1", "-1", "+1", " 1", "1 ", "1 x", "0x1A", "1e3", "1E-3", "-.5", "1.", ".", "e", "INF", "NAN", "true", "null",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "99999999999999999999", "1e1000", "0.1e-400", "12abc",
	"abc", "ABC", "Hello World", "hello world", "The quick brown fox", "a,b,,c", ",", ",,", "a=1&b=2", "a.b.c", "\r\n", "\n", "a\nb", "a\r\nb\r\n", "\t x \v\n",
	"Grüße", "éÉ", "ß", "日本語", "\xe9t\xe9", "\xff\xfe", "\xc3", "\xc3\xa9\xc3", "e\u0301", "\U0001f600", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf",
	"=?UTF-8?Q?a_b?=", "=?ISO-8859-1?B?6Q==?=", "user@example.org", "<a href=\"x\">b</a>", "&amp;&lt;", "'\"\\", "%41%zz%", "a+b", "../etc/passwd", "/a/b.c", "a%b%s%d", "$1\\1", "[a-z]*", "{x}",
	"2024-02-29", "12:34:56", "Mon, 15 Aug 2005 15:52:01 +0000",
}

// text makes strings of all kinds.
func text(r *rand.Rand) any {
	switch r.IntN(7) {
	case 0, 1:
		return hostile[r.IntN(len(hostile))]
	case 2:
		return bytesOf(r, r.IntN(12))
	case 3:
		return word(r)
	case 4:
		return hostile[r.IntN(len(hostile))] + hostile[r.IntN(len(hostile))]
	case 5:
		return strings.Repeat(hostile[r.IntN(len(hostile))], r.IntN(30))
	}
	return sentence(r)
}

func bytesOf(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// from makes strings of some pieces, so that searches find something.
func from(pieces ...string) gen {
	return func(r *rand.Rand) any {
		var b strings.Builder
		for range r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
}

// letters makes strings of few letters.
var letters = from("a", "b", "A", "B", "c", " ", "ab", ".")

func word(r *rand.Rand) any {
	words := []string{"apple", "Banana", "cherry", "img12.png", "img10.png", "IMG2.png", "x", "y", "z", "10", "9", "1.5", "01"}
	return words[r.IntN(len(words))]
}

func sentence(r *rand.Rand) any {
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(word(r).(string))
		b.WriteString([]string{" ", "  ", ", ", "\n", "-", ""}[r.IntN(6)])
	}
	return b.String()
}

// numeric makes strings that are numbers or nearly.
func numeric(r *rand.Rand) any {
	s := strconv.Itoa(integer(r).(int))
	switch r.IntN(6) {
	case 0:
		s = formatFloat(float(r).(float64), -1, "E")
	case 1:
		s += []string{" ", "x", "e2", ".5", "e", "."}[r.IntN(6)]
	case 2:
		s = []string{" ", "\n", "+", "0", "0x"}[r.IntN(5)] + s
	}
	return s
}

// scalar makes values that are no arrays.
func scalar(r *rand.Rand) any {
	return either(oneOf(nil, true, false), integer, float, text, numeric)(r)
}

// value makes values of all types.
func value(r *rand.Rand) any {
	if r.IntN(6) == 0 {
		return array(scalar)(r)
	}
	return scalar(r)
}

// list makes arrays with the keys 0, 1, 2, …
func list(g gen) gen {
	return func(r *rand.Rand) any {
		a := newArray[any]()
		for range r.IntN(8) {
			a.Append(g(r))
		}
		return a
	}
}

// array makes arrays with keys of all kinds.
func array(g gen) gen {
	return func(r *rand.Rand) any {
		a := newArray[any]()
		for range r.IntN(7) {
			switch r.IntN(4) {
			case 0:
				if a.last != math.MaxInt {
					a.Append(g(r))
				}
			case 1:
				a.Set(r.IntN(8)-2, g(r))
			case 2:
				a.Set(string(rune('a'+r.IntN(5))), g(r))
			default:
				a.Set(numeric(r), g(r))
			}
		}
		return a
	}
}
