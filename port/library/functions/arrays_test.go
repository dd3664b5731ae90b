package functions

import (
	"math/rand/v2"
	"strings"
)

// words makes arrays whose values sort orders.
var words = either(array(letters), array(oneOf("img1", "img10", "img2", "IMG3", "x", "", "a b", "a  b", "a01", "a1", "a001b")))

// numbers makes arrays of numbers.
var numbers = either(array(small), array(integer), array(either(small, oneOf(1.5, -2.25, 1e10))))

var flags = oneOf(0, 1, 2, 5, 6, 8|2, 8|6)

func init() {
	sorted := func(f string) string { return "$b = " + f + "; return [$b, [$a[0]]];" }
	rows = append(rows, []row{
		{php: "count", fn: count},
		{php: "in_array", fn: inArray[any], args: []gen{scalar, array(scalar), oneOf(true, false)}},
		{php: "array_search", fn: arraySearch[any], args: []gen{small, array(either(small, numeric)), oneOf(true, false)}},
		{php: "array_keys", fn: arrayKeysOf[any], args: []gen{array(small), small, oneOf(true, false)}},
		{php: "array_merge", fn: arrayMerge[any]},
		{php: "array_merge_recursive", fn: arrayMergeRecursive, args: []gen{array(value), array(value)}},
		{php: "array_replace", fn: arrayReplace[any]},
		{php: changed("array_push($a[0], $a[1], $a[2])"), fn: inPlace(func(a *Array[any], v, w any) any { return arrayPush(a, v, w) })},
		{php: changed("array_pop($a[0])"), fn: inPlace(func(a *Array[any], _, _ any) any { return orNil(arrayPop(a)) })},
		{php: changed("array_shift($a[0])"), fn: inPlace(func(a *Array[any], _, _ any) any { return orNil(arrayShift(a)) })},
		{php: changed("array_unshift($a[0], $a[1])"), fn: inPlace(func(a *Array[any], v, _ any) any { return arrayUnshift(a, v) })},
		{php: "$r = array_pop($a[0]); $a[0][] = 1; return [$r, [$a[0]]];", fn: inPlace(func(a *Array[any], _, _ any) any { defer func() { a.Append(1) }(); return orNil(arrayPop(a)) })},
		{php: "unset($a[0][$a[1]]); $a[0][] = 5; return [null, [$a[0]]];", fn: inPlace(func(a *Array[any], k, _ any) any { a.Delete(k); a.Append(5); return nil }), args: []gen{array(small), either(small, letters), oneOf(nil)}},
		{php: "$r = array_pop($a[0]); return [$r, [$a[0]]];", fn: func(l *[]any) any { return orNil(listPop(l)) }},
		{php: "$r = array_shift($a[0]); return [$r, [$a[0]]];", fn: func(l *[]any) any { return orNil(listShift(l)) }},
		{php: "$r = array_push($a[0], $a[1]); return [$r, [$a[0]]];", fn: func(l *[]any, v any) any { return listPush(l, v) }},
		{php: "$r = array_unshift($a[0], $a[1]); return [$r, [$a[0]]];", fn: func(l *[]any, v any) any { return listUnshift(l, v) }},
		{php: "array_combine", fn: arrayCombine[any], args: []gen{array(scalar), array(scalar)}},
		{php: "array_flip", fn: arrayFlip[any]},
		{php: "array_fill", fn: arrayFill[any], args: []gen{small, small}},
		{php: "array_fill_keys", fn: arrayFillKeys[any], args: []gen{array(scalar)}},
		{php: "range", fn: rangeInts, args: []gen{small, small, small}},
		{php: "range", fn: rangeLetters, args: []gen{oneOf("a", "z", "A", "bc", "é", "%"), oneOf("a", "z", "A", "bc", "é", "%")}},
		{php: "array_slice", fn: arraySlice[any], args: []gen{array(value), small}},
		{php: "array_slice", fn: arraySliceKeys[any], args: []gen{array(value), small, small}},
		{php: "array_slice", fn: listSlice[any], args: []gen{list(value), small}},
		{php: "array_slice", fn: listSliceLength[any], args: []gen{list(value), small, small}},
		{php: changed("array_splice($a[0], $a[1])"), fn: inPlace(func(a *Array[any], n, _ any) any { return arraySpliceRest(a, n.(int)) }), args: []gen{array(small), small, oneOf(nil)}},
		{php: changed("array_splice($a[0], $a[1], $a[2], ['x', 'y'])"), fn: inPlace(func(a *Array[any], n, m any) any { return arraySplice(a, n.(int), m.(int), listOf[any]("x", "y")) }), args: []gen{array(small), small, small}},
		{php: "array_unique", fn: arrayUnique[any], args: []gen{array(either(small, numeric, letters))}},
		{php: "array_reverse", fn: arrayReverse[any]},
		{php: "array_reverse", fn: listReverse[any]},
		{php: "array_sum", fn: arraySum[any]},
		{php: "array_product", fn: arrayProduct[any], args: []gen{array(either(small, float, numeric, letters))}, skip: has("-9223372036854775808")},
		{php: "return array_map('strrev', $a[0]);", fn: func(a *Array[string]) *Array[string] { return arrayMap(strrev, a) }},
		{php: "return array_map('strrev', $a[0]);", fn: func(a []string) []string { return listMap(strrev, a) }},
		{php: "return array_filter($a[0], fn($v) => $v > 1);", fn: func(a *Array[any]) *Array[any] { return arrayFilter(a, func(v any) bool { return compare(1, v) < 0 }) }},
		{php: "array_filter", fn: arrayFilterTrue[any]},
		{php: "return array_reduce($a[0], fn($c, $v) => $c . $v, 'x');", fn: func(a *Array[any]) any {
			return arrayReduce(a, func(c, v any) any { return toString(c) + toString(v) }, "x")
		}},
		{php: "$s = ''; array_walk($a[0], function ($v, $k) use (&$s) { $s .= $k . $v; }); return $s;", fn: func(a *Array[any]) string {
			s := ""
			arrayWalk(a, func(v, k any) { s += toString(k) + toString(v) })
			return s
		}},
		{php: "array_column", fn: arrayColumn, args: []gen{array(either(array(scalar), scalar)), either(oneOf("a", "b", "c"), small)}},
		{php: "array_column", fn: arrayColumnBy, args: []gen{array(array(small)), oneOf("a", "b", 1, nil), oneOf("a", "b", 1)}},
		{php: "array_diff", fn: arrayDiff[any], args: []gen{array(small), array(small), array(small)}},
		{php: "array_intersect", fn: arrayIntersect[any], args: []gen{array(letters), array(letters), array(letters)}},
		{php: "array_intersect", fn: arrayIntersect[any], args: []gen{array(small), array(small)}},
		{php: "array_diff_key", fn: arrayDiffKey[any]},
		{php: "array_intersect_key", fn: arrayIntersectKey[any]},
		{php: "array_diff_assoc", fn: arrayDiffAssoc[any], args: []gen{array(oneOf(1, "1", 2)), array(oneOf(1, "1", 2))}},
		{php: "array_chunk", fn: arrayChunk[any], args: []gen{array(value), small}},
		{php: "array_chunk", fn: listChunk[any], args: []gen{list(value), small}},
		{php: "array_pad", fn: arrayPad[any], args: []gen{array(value), small}},
		{php: "array_count_values", fn: arrayCountValues[any]},
		{php: "array_key_first", fn: func(a *Array[any]) any { return orNil(arrayKeyFirst(a)) }},
		{php: "array_key_last", fn: func(a *Array[any]) any { return orNil(arrayKeyLast(a)) }},
		{php: "max", fn: maxOf, args: []gen{array(either(small, float))}, skip: has("NAN")},
		{php: "min", fn: minOf, args: []gen{array(either(small, float))}, skip: has("NAN")},
		{php: "max", fn: maxOf, args: []gen{scalar, scalar, scalar}, skip: has("NAN")},
		{php: "min", fn: minOf, args: []gen{scalar, scalar, scalar}, skip: has("NAN")},
		{php: "array_is_list", fn: func(a *Array[any]) bool { return a.isList() }},
		{php: "array_values", fn: func(a *Array[any]) []any { return a.Values() }},
		{php: "array_keys", fn: func(a *Array[any]) []any { return a.Keys() }},
		{php: "array_key_exists", fn: func(k any, a *Array[any]) bool { return a.Has(k) }, args: []gen{either(small, numeric, letters), array(small)}},
		{php: sorted("sort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return sortArray(a, f.(int)) }), args: []gen{either(words, numbers), flags, oneOf(nil)}},
		{php: sorted("rsort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return rsort(a, f.(int)) }), args: []gen{either(words, numbers), flags, oneOf(nil)}},
		{php: sorted("asort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return asort(a, f.(int)) }), args: []gen{either(words, numbers), flags, oneOf(nil)}},
		{php: sorted("arsort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return arsort(a, f.(int)) }), args: []gen{either(words, numbers), flags, oneOf(nil)}},
		{php: sorted("ksort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return ksort(a, f.(int)) }), args: []gen{keyed, flags, oneOf(nil)}},
		{php: sorted("krsort($a[0], $a[1])"), fn: inPlace(func(a *Array[any], f, _ any) any { return krsort(a, f.(int)) }), args: []gen{keyed, flags, oneOf(nil)}},
		{php: sorted("natsort($a[0])"), fn: inPlace(func(a *Array[any], _, _ any) any { return natsort(a) }), args: []gen{words, oneOf(nil), oneOf(nil)}},
		{php: sorted("natcasesort($a[0])"), fn: inPlace(func(a *Array[any], _, _ any) any { return natcasesort(a) }), args: []gen{words, oneOf(nil), oneOf(nil)}},
		{php: sorted("usort($a[0], fn($x, $y) => strlen($x) - strlen($y))"), fn: inPlace(func(a *Array[any], _, _ any) any {
			return usort(a, func(x, y any) any { return len(x.(string)) - len(y.(string)) })
		}), args: []gen{words, oneOf(nil), oneOf(nil)}},
		{php: sorted("uasort($a[0], fn($x, $y) => strlen($x) > strlen($y))"), fn: inPlace(func(a *Array[any], _, _ any) any {
			return uasort(a, func(x, y any) any { return len(x.(string)) > len(y.(string)) })
		}), args: []gen{words, oneOf(nil), oneOf(nil)}},
		{php: sorted("uksort($a[0], fn($x, $y) => strlen($x) <=> strlen($y))"), fn: inPlace(func(a *Array[any], _, _ any) any {
			return uksort(a, func(x, y any) any { return compare(len(toString(x)), len(toString(y))) })
		}), args: []gen{words, oneOf(nil), oneOf(nil)}},
		{php: "$b = sort($a[0], $a[1]); return [$b, [$a[0]]];", fn: listSort[string], args: []gen{list(letters), flags}},
		{php: "$b = rsort($a[0], $a[1]); return [$b, [$a[0]]];", fn: listRsort[int], args: []gen{list(integer), flags}},
		{php: "$b = usort($a[0], 'strnatcmp'); return [$b, [$a[0]]];", fn: func(l *[]string) bool { return listUsort(l, strnatcmp) }, args: []gen{list(word)}},
		{php: "strnatcmp", fn: strnatcmp, args: []gen{natural, natural}},
		{php: "strnatcasecmp", fn: strnatcasecmp, args: []gen{natural, natural}},
		{php: "$r = []; foreach (str_split($a[1]) as $f) { $r[] = match ($f) { 'n' => next($a[0]), 'p' => prev($a[0]), 'r' => reset($a[0]), 'e' => end($a[0]), 'c' => current($a[0]), default => key($a[0]) }; } return $r;",
			fn: walk, args: []gen{array(small), from("n", "n", "p", "r", "e", "c", "k")}},
		{php: "foreach ($a[1] as $k) unset($a[0][$k]); $r = []; foreach ($a[0] as $k => $v) { $r[] = [$k, $v]; $a[0][] = $v; unset($a[0][$k]); } return [$r, $a[0]];", fn: func(a *Array[any], keys []any) []any {
			for _, k := range keys {
				a.Delete(k)
			}
			var r []any
			for k, v := range a.All() {
				r = append(r, listOf(k, v))
				a.Append(v)
				a.Delete(k)
			}
			return []any{r, a}
		}, args: []gen{either(array(small), list(small)), list(small)}},
		{php: "return $a[0] + $a[1];", fn: union[any]},
	})
}

// keyed makes arrays with keys that sort orders: integers or words.
var keyed = either(list(small), func(r *rand.Rand) any {
	a := newArray[any]()
	for range r.IntN(7) {
		a.Set(either(small, integer)(r), r.IntN(3))
	}
	return a
}, func(r *rand.Rand) any {
	a := newArray[any]()
	for range r.IntN(7) {
		a.Set("k"+letters(r).(string), r.IntN(3))
	}
	return a
})

// natural makes strings with numbers.
var natural = from("a", "B", "b", "1", "2", "10", "0", "00", " ", ".", "-", "x1")

// changed is PHP code that returns a result and the array that it changed.
func changed(call string) string { return "$r = " + call + "; return [$r, [$a[0]]];" }

// inPlace calls a function that changes an array, and returns the array too.
func inPlace(f func(a *Array[any], v, w any) any) func(a *Array[any], v, w any) []any {
	return func(a *Array[any], v, w any) []any {
		a = a.Clone()
		result := f(a, v, w)
		return []any{result, listOf[any](a)}
	}
}

func orNil[V any](v V, ok bool) any {
	if !ok {
		return nil
	}
	return v
}

func orFail[V any](v V, ok bool) any {
	if !ok {
		return false
	}
	return v
}

func walk(a *Array[any], steps string) []any {
	var r []any
	for _, step := range steps {
		switch step {
		case 'n':
			r = append(r, orFail(a.Next()))
		case 'p':
			r = append(r, orFail(a.Prev()))
		case 'r':
			r = append(r, orFail(a.Reset()))
		case 'e':
			r = append(r, orFail(a.End()))
		case 'c':
			r = append(r, orFail(a.Current()))
		default:
			r = append(r, orNil(a.Key()))
		}
	}
	return r
}

// has excludes cases with a text in an argument.
func has(text string) func(args []any) bool {
	return func(args []any) bool { return strings.Contains(phpSerialize(anyList(args)), text) }
}
