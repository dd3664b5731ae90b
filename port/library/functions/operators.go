package functions

import (
	"math"
	"math/bits"
	"strings"
)

// looseEqual is PHP's a == b.
func looseEqual(a, b any) bool {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x == y || compareStrings(x, y) == 0
		}
	}
	return compare(a, b) == 0
}

// strictEqual is PHP's a === b: equal and of the same type.
func strictEqual(a, b any) bool {
	x, ok := a.(*Array[any])
	if !ok {
		return a == b
	}
	y, ok := b.(*Array[any])
	if !ok || x.Len() != y.Len() {
		return false
	}
	keys := y.Keys()
	i := 0
	for k, v := range x.All() {
		if k != keys[i] || !strictEqual(v, y.Get(k)) {
			return false
		}
		i++
	}
	return true
}

// compare is PHP's a <=> b. a < b is compare(a, b) < 0, a > b is compare(b, a) < 0.
func compare(a, b any) int {
	if a == nil && b == nil {
		return 0
	}
	if _, ok := a.(bool); ok || a == nil && !isString(b) {
		return compareBools(toBool(a), toBool(b))
	}
	if _, ok := b.(bool); ok || b == nil && !isString(a) {
		return compareBools(toBool(a), toBool(b))
	}
	switch x := a.(type) {
	case nil:
		return compareBools(false, b != "")
	case int, float64:
		return compareNumberWith(x, b)
	case string:
		return compareStringWith(x, b)
	case *Array[any]:
		if y, ok := b.(*Array[any]); ok {
			return compareArrays(x, y)
		}
		return 1
	}
	if x, ok := a.(interface{ compareTo(b any) int }); ok {
		return x.compareTo(b)
	}
	if a == b {
		return 0
	}
	if _, ok := b.(*Array[any]); ok {
		return -1
	}
	return compareObjects(a, b)
}

// isString is is_string.
//
//php:function is_string(value)
func isString(v any) bool {
	_, ok := v.(string)
	return ok
}

func compareBools(a, b bool) int { return boolInt(a) - boolInt(b) }

func compareNumberWith(a, b any) int {
	switch b := b.(type) {
	case int, float64:
		return compareNumbers(a, b)
	case string:
		if f, ok := a.(float64); ok && math.IsNaN(f) {
			return 1
		}
		return compareNumberString(a, b)
	}
	return -1
}

func compareStringWith(a string, b any) int {
	switch b := b.(type) {
	case nil:
		return compareBools(a != "", false)
	case int:
		return -compareNumberString(b, a)
	case float64:
		if math.IsNaN(b) {
			return 1
		}
		return -compareNumberString(b, a)
	case string:
		return compareStrings(a, b)
	}
	return -1
}

// compareNumbers compares ints and floats.
func compareNumbers(a, b any) int {
	x, ok1 := a.(int)
	y, ok2 := b.(int)
	if ok1 && ok2 {
		return threeWay(x, y)
	}
	return threeWay(toFloat(a), toFloat(b))
}

// threeWay returns -1, 0 or 1. NaN is greater than everything.
func threeWay[T int | float64 | string](a, b T) int {
	if a == b {
		return 0
	}
	if a < b {
		return -1
	}
	return 1
}

// compareNumberString compares as numbers if the string is one, and as strings otherwise.
func compareNumberString(a any, b string) int {
	n := numericPrefix(b)
	switch {
	case !n.digits || !n.whole:
		return strings.Compare(toString(a), b)
	case n.isFloat:
		return compareNumbers(a, n.f)
	}
	return compareNumbers(a, n.i)
}

// compareStrings compares as numbers if both strings are numbers.
func compareStrings(a, b string) int {
	x, y := numericPrefix(a), numericPrefix(b)
	switch {
	case !x.digits || !x.whole || !y.digits || !y.whole:
		return strings.Compare(a, b)
	case !x.isFloat && !y.isFloat:
		return threeWay(x.i, y.i)
	case overflown(a, x) && overflown(b, y) && x.f == y.f:
		return strings.Compare(a, b) // the floats may be equal only because they are rounded
	}
	return threeWay(floatval(a), floatval(b))
}

// overflown reports whether a string is an integer that is too great for int.
func overflown(s string, n number) bool {
	return n.isFloat && !strings.ContainsAny(s, ".eE")
}

// compareArrays compares the numbers of values, then the values under the keys of a.
func compareArrays(a, b *Array[any]) int {
	if a.Len() != b.Len() {
		return threeWay(a.Len(), b.Len())
	}
	for k, v := range a.All() {
		w, ok := b.Lookup(k)
		if !ok {
			return 1
		}
		if c := compare(v, w); c != 0 {
			return c
		}
	}
	return 0
}

// add is PHP's a + b. Integers that overflow become floats. Arrays are united.
func add(a, b any) any {
	if x, ok := a.(*Array[any]); ok {
		if y, ok := b.(*Array[any]); ok {
			return union(x, y)
		}
	}
	x, y := toNumber(a, "+", a, b), toNumber(b, "+", a, b)
	i, ok1 := x.(int)
	j, ok2 := y.(int)
	if sum := i + j; ok1 && ok2 && (sum > i) == (j > 0) {
		return sum
	}
	return toFloat(x) + toFloat(y)
}

// union returns a with the keys of b that a does not have: $a + $b.
func union[V any](a, b *Array[V]) *Array[V] {
	c := a.Clone()
	for k, v := range b.All() {
		if !c.Has(k) {
			c.Set(k, v)
		}
	}
	return c
}

// sub is PHP's a - b.
func sub(a, b any) any {
	x, y := toNumber(a, "-", a, b), toNumber(b, "-", a, b)
	i, ok1 := x.(int)
	j, ok2 := y.(int)
	if diff := i - j; ok1 && ok2 && (diff < i) == (j > 0) {
		return diff
	}
	return toFloat(x) - toFloat(y)
}

// mul is PHP's a * b.
func mul(a, b any) any {
	x, y := toNumber(a, "*", a, b), toNumber(b, "*", a, b)
	i, ok1 := x.(int)
	j, ok2 := y.(int)
	if ok1 && ok2 {
		if p, ok := mulInt(i, j); ok {
			return p
		}
	}
	return toFloat(x) * toFloat(y)
}

// mulInt returns the product of two integers and whether it did not overflow.
func mulInt(a, b int) (int, bool) {
	hi, lo := bits.Mul64(uint64(abs(a)), uint64(abs(b)))
	p := a * b
	if hi != 0 || lo > 1<<63 {
		return 0, false
	}
	return p, p == 0 || (p < 0) == ((a < 0) != (b < 0))
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// div is PHP's a / b: an int if both are and nothing remains.
func div(a, b any) any {
	x, y := toNumber(a, "/", a, b), toNumber(b, "/", a, b)
	if toFloat(y) == 0 {
		throw("DivisionByZeroError", "Division by zero")
	}
	i, ok1 := x.(int)
	j, ok2 := y.(int)
	if ok1 && ok2 && j != -1 && i%j == 0 {
		return i / j
	}
	if ok1 && ok2 && j == -1 && i != math.MinInt {
		return -i
	}
	return toFloat(x) / toFloat(y)
}

// mod is PHP's a % b, of integers.
func mod(a, b any) int {
	toNumber(a, "%", a, b) // throws
	toNumber(b, "%", a, b)
	x, y := toInt(a), toInt(b)
	switch y {
	case 0:
		throw("DivisionByZeroError", "Modulo by zero")
	case -1:
		return 0
	}
	return x % y
}

// pow is PHP's a ** b. The last digits of a float can differ from PHP's.
//
//php:function pow(num, exponent)
func pow(a, b any) any {
	x, y := toNumber(a, "**", a, b), toNumber(b, "**", a, b)
	i, ok1 := x.(int)
	j, ok2 := y.(int)
	if ok1 && ok2 && j >= 0 {
		if p, ok := powInt(i, j); ok {
			return p
		}
	}
	return math.Pow(toFloat(x), toFloat(y))
}

// powInt returns a power and whether it did not overflow.
func powInt(base, exponent int) (int, bool) {
	result := 1
	for exponent > 0 {
		var ok bool
		if exponent%2 == 1 {
			if result, ok = mulInt(result, base); !ok {
				return 0, false
			}
		}
		if exponent /= 2; exponent == 0 {
			break
		}
		if base, ok = mulInt(base, base); !ok {
			return 0, false
		}
	}
	return result, true
}

// index is PHP's v[key] for a value of any type: of an array the value, of a string the byte.
// What is not there is nil, with a warning.
func index(v, key any) any {
	switch v := v.(type) {
	case *Array[any]:
		if value, ok := v.Lookup(key); ok {
			return value
		}
		if k, ok := arrayKey(key).(string); ok {
			warnText("Undefined array key \"" + k + "\"")
		} else {
			warnText("Undefined array key " + toString(arrayKey(key)))
		}
	case string:
		return charAt(v, toInt(key))
	case nil, bool, int, float64:
		warnText("Trying to access array offset on value of type " + typeName(v))
	default:
		throw("Error", "Cannot use object as array")
	}
	return nil
}

// indexQuietly is index in isset, empty and ??, and behind @: nothing warns.
func indexQuietly(v, key any) any {
	switch v := v.(type) {
	case *Array[any]:
		return v.Get(key)
	case string:
		if k, ok := key.(string); ok {
			n, isInt := decimalKey(k)
			if !isInt {
				return nil
			}
			key = n
		}
		if !hasOffset(v, toInt(key)) {
			return nil
		}
		return charAt(v, toInt(key))
	case nil, bool, int, float64:
		return nil
	}
	return index(v, key)
}

// charAt is $s[i]: the byte at an offset, from the end if it is negative. What is not there is
// "", with a warning.
func charAt(s string, i int) string {
	n := i
	if n < 0 {
		n += len(s)
	}
	if n < 0 || n >= len(s) {
		warnText("Uninitialized string offset " + toString(i))
		return ""
	}
	return s[n : n+1]
}
