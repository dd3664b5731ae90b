package functions

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// count is count of a value that may be no array.
//
//php:function count(value)
//php:function sizeof(value)
func count(v any) int {
	if a, ok := v.(interface{ Len() int }); ok {
		return a.Len()
	}
	throw("TypeError", "count(): Argument #1 ($value) must be of type Countable|array, "+typeName(v)+" given")
	return 0
}

// inArray is in_array.
//
//php:function in_array(needle, haystack, strict = false)
func inArray[V any](needle any, haystack *Array[V], strict bool) bool {
	_, ok := arraySearch(needle, haystack, strict)
	return ok
}

// arraySearch is array_search: the key of a value.
//
//php:function array_search(needle, haystack, strict = false)
func arraySearch[V any](needle any, haystack *Array[V], strict bool) (any, bool) {
	for k, v := range haystack.All() {
		if strict && strictEqual(v, needle) || !strict && looseEqual(v, needle) {
			return k, true
		}
	}
	return nil, false
}

// arrayKeysOf is array_keys of the values that are equal to one.
//
//php:function array_keys(array, filter_value, strict = false)
func arrayKeysOf[V any](a *Array[V], value any, strict bool) []any {
	var keys []any
	for k, v := range a.All() {
		if strict && strictEqual(v, value) || !strict && looseEqual(v, value) {
			keys = append(keys, k)
		}
	}
	return keys
}

// arrayMerge is array_merge: integer keys are counted anew, strings keep the last value.
//
//php:function array_merge(arrays)
func arrayMerge[V any](arrays ...*Array[V]) *Array[V] {
	out := newArray[V]()
	for _, a := range arrays {
		for k, v := range a.All() {
			if _, ok := k.(int); ok {
				out.Append(cloneValue(v))
			} else {
				out.Set(k, cloneValue(v))
			}
		}
	}
	return out
}

// arrayMergeRecursive is array_merge_recursive: values of the same string become one array.
//
//php:function array_merge_recursive(arrays)
func arrayMergeRecursive(arrays ...*Array[any]) *Array[any] {
	out := newArray[any]()
	for _, a := range arrays {
		for k, v := range a.All() {
			mergeValue(out, k, v)
		}
	}
	return out
}

func mergeValue(out *Array[any], k, v any) {
	old, found := out.Lookup(k)
	if _, isInt := k.(int); isInt || !found {
		if isInt {
			out.Append(cloneValue(v))
		} else {
			out.Set(k, cloneValue(v))
		}
		return
	}
	both, ok := old.(*Array[any])
	if !ok {
		both = listOf(old)
		out.Set(k, both)
	}
	if a, ok := v.(*Array[any]); ok {
		for k, v := range a.All() {
			mergeValue(both, k, v)
		}
	} else {
		both.Append(v)
	}
}

// arrayReplace is array_replace: later arrays win.
//
//php:function array_replace(array, replacements)
func arrayReplace[V any](a *Array[V], replacements ...*Array[V]) *Array[V] {
	out := a.Clone()
	for _, r := range replacements {
		for k, v := range r.All() {
			out.Set(k, cloneValue(v))
		}
	}
	return out
}

// setTo makes an array what another one is.
func (a *Array[V]) setTo(b *Array[V]) { *a = *b }

// arrayPush is array_push.
//
//php:function array_push(&array, values)
func arrayPush[V any](a *Array[V], values ...V) int {
	for _, v := range values {
		a.Append(v)
	}
	return a.Len()
}

// arrayPop is array_pop: removes the last value and returns it, null if there is none.
//
//php:function array_pop(&array) null
func arrayPop[V any](a *Array[V]) (V, bool) {
	last, ok := a.End()
	if !ok {
		return last, false
	}
	key := a.entries[a.pos].key
	a.Delete(key)
	if key == any(a.last) {
		a.counted = a.last != math.MinInt
		a.last--
	}
	a.pos = 0
	return last, true
}

// arrayShift is array_shift: removes the first value and returns it, null if there is none.
// Integer keys are counted anew.
//
//php:function array_shift(&array) null
func arrayShift[V any](a *Array[V]) (V, bool) {
	first, ok := a.Reset()
	if ok {
		a.Delete(a.entries[a.pos].key)
		a.setTo(arrayMerge(a))
	}
	return first, ok
}

// arrayUnshift is array_unshift: puts values before the others.
//
//php:function array_unshift(&array, values)
func arrayUnshift[V any](a *Array[V], values ...V) int {
	a.setTo(arrayMerge(listOf(values...), a))
	return a.Len()
}

// listPop is array_pop of a list.
//
//php:function array_pop(&array) null
func listPop[T any](list *[]T) (T, bool) {
	var last T
	n := len(*list)
	if n == 0 {
		return last, false
	}
	last = (*list)[n-1]
	*list = (*list)[:n-1]
	return last, true
}

// listShift is array_shift of a list.
//
//php:function array_shift(&array) null
func listShift[T any](list *[]T) (T, bool) {
	var first T
	if len(*list) == 0 {
		return first, false
	}
	first = (*list)[0]
	*list = slices.Clone((*list)[1:])
	return first, true
}

// listPush is array_push of a list.
//
//php:function array_push(&array, values)
func listPush[T any](list *[]T, values ...T) int {
	*list = append(*list, values...)
	return len(*list)
}

// listUnshift is array_unshift of a list.
//
//php:function array_unshift(&array, values)
func listUnshift[T any](list *[]T, values ...T) int {
	*list = slices.Concat(values, *list)
	return len(*list)
}

// arrayCombine is array_combine.
//
//php:function array_combine(keys, values)
func arrayCombine[V any](keys *Array[any], values *Array[V]) *Array[V] {
	if keys.Len() != values.Len() {
		throw("ValueError", "array_combine(): Argument #1 ($keys) and argument #2 ($values) must have the same number of elements")
	}
	out := newArray[V]()
	list := values.Values()
	for i, k := range keys.Values() {
		if _, ok := k.(int); !ok {
			k = toString(k)
		}
		out.Set(k, list[i])
	}
	return out
}

// arrayFlip is array_flip: the values become the keys.
//
//php:function array_flip(array)
func arrayFlip[V any](a *Array[V]) *Array[any] {
	out := newArray[any]()
	for k, v := range a.All() {
		switch key := any(v).(type) {
		case int, string:
			out.Set(key, k)
		default:
			warnText("array_flip(): Can only flip string and integer values, entry skipped")
		}
	}
	return out
}

// arrayFill is array_fill.
//
//php:function array_fill(start_index, count, value)
func arrayFill[V any](start, n int, value V) *Array[V] {
	if n < 0 {
		throw("ValueError", "array_fill(): Argument #2 ($count) must be greater than or equal to 0")
	}
	out := newArray[V]()
	for i := range n {
		out.Set(start+i, value)
	}
	return out
}

// arrayFillKeys is array_fill_keys.
//
//php:function array_fill_keys(keys, value)
func arrayFillKeys[V any](keys *Array[any], value V) *Array[V] {
	out := newArray[V]()
	for _, k := range keys.All() {
		if _, ok := k.(int); !ok {
			k = toString(k)
		}
		out.Set(k, value)
	}
	return out
}

// rangeInts is range of integers.
//
//php:function range(start, end, step = 1)
func rangeInts(start, end, step int) []int {
	step = max(step, -step)
	distance, direction := end-start, 1
	if distance < 0 {
		distance, direction = -distance, -1
	}
	if step == 0 || distance > 0 && step > distance {
		throw("ValueError", "range(): Argument #3 ($step) must not exceed the specified range")
	}
	list := []int{start}
	for i := step; i <= distance; i += step {
		list = append(list, start+direction*i)
	}
	return list
}

// rangeLetters is range of single bytes: 'a' to 'z'. Strings that are numbers throw an Error,
// because range makes numbers of them.
//
//php:function range(start, end)
func rangeLetters(start, end string) []string {
	if start == "" || end == "" || numericPrefix(start).whole || numericPrefix(end).whole {
		throw("Error", "range() of strings that are numbers")
	}
	var list []string
	for _, c := range rangeInts(int(start[0]), int(end[0]), 1) {
		list = append(list, chr(c))
	}
	return list
}

// arraySlice is array_slice. Integer keys are counted anew.
//
//php:function array_slice(array, offset)
func arraySlice[V any](a *Array[V], offset int) *Array[V] {
	return arraySliceKeys(a, offset, a.Len(), false)
}

// arraySliceKeys is array_slice with a length. keep keeps integer keys.
//
//php:function array_slice(array, offset, length, preserve_keys = false)
func arraySliceKeys[V any](a *Array[V], offset, length int, keep bool) *Array[V] {
	from, to := slicePart(a.Len(), offset, length)
	out := newArray[V]()
	i := 0
	for k, v := range a.All() {
		if i >= from && i < to {
			if _, isInt := k.(int); isInt && !keep {
				out.Append(cloneValue(v))
			} else {
				out.Set(k, cloneValue(v))
			}
		}
		i++
	}
	return out
}

// slicePart returns the beginning and end of a part. Negative offsets and lengths are from the
// end.
func slicePart(n, offset, length int) (from, to int) {
	if offset < 0 {
		offset = max(0, n+offset)
	}
	from = min(offset, n)
	if length < 0 {
		return from, max(from, n+length)
	}
	return from, from + min(length, n-from)
}

// listSlice is array_slice of a list.
//
//php:function array_slice(array, offset)
func listSlice[T any](list []T, offset int) []T { return listSliceLength(list, offset, len(list)) }

// listSliceLength is array_slice of a list with a length.
//
//php:function array_slice(array, offset, length)
func listSliceLength[T any](list []T, offset, length int) []T {
	from, to := slicePart(len(list), offset, length)
	return slices.Clone(list[from:to])
}

// arraySplice is array_splice: removes values, puts others there, and returns the removed ones.
// Integer keys are counted anew.
//
//php:function array_splice(&array, offset, length, replacement = nil)
func arraySplice[V any](a *Array[V], offset, length int, replacement *Array[V]) *Array[V] {
	from, to := slicePart(a.Len(), offset, length)
	removed := arraySliceKeys(a, from, to-from, false)
	before, after := arraySliceKeys(a, 0, from, false), arraySlice(a, to)
	a.setTo(arrayMerge(before, listOf(replacement.Values()...), after))
	return removed
}

// arraySpliceRest is array_splice of all values from an offset on.
//
//php:function array_splice(&array, offset)
func arraySpliceRest[V any](a *Array[V], offset int) *Array[V] {
	return arraySplice(a, offset, a.Len(), nil)
}

// arrayUnique is array_unique: the first of values that are equal as strings.
//
//php:function array_unique(array)
func arrayUnique[V any](a *Array[V]) *Array[V] {
	seen := map[string]bool{}
	return arrayFilter(a, func(v V) bool {
		s := toString(v)
		known := seen[s]
		seen[s] = true
		return !known
	})
}

// arrayReverse is array_reverse. keep keeps integer keys.
//
//php:function array_reverse(array, preserve_keys = false)
func arrayReverse[V any](a *Array[V], keep bool) *Array[V] {
	out := newArray[V]()
	keys := a.Keys()
	for _, k := range slices.Backward(keys) {
		if _, isInt := k.(int); isInt && !keep {
			out.Append(cloneValue(a.Get(k)))
		} else {
			out.Set(k, cloneValue(a.Get(k)))
		}
	}
	return out
}

// listReverse is array_reverse of a list.
//
//php:function array_reverse(array)
func listReverse[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// arraySum is array_sum: an int or a float.
//
//php:function array_sum(array)
func arraySum[V any](a *Array[V]) any {
	sum := any(0)
	for _, v := range a.All() {
		if n := scalarNumber(v); n != nil {
			sum = add(sum, n)
		}
	}
	return sum
}

// arrayProduct is array_product: an int or a float. A product of 2^63 can differ from PHP's.
//
//php:function array_product(array)
func arrayProduct[V any](a *Array[V]) any {
	product := any(1)
	for _, v := range a.All() {
		if n := scalarNumber(v); n != nil {
			product = mul(product, n)
		}
	}
	return product
}

// scalarNumber returns a value as an int or a float, nil for arrays and objects.
func scalarNumber(v any) any {
	switch v := v.(type) {
	case int, float64:
		return v
	case nil, bool:
		return toInt(v)
	case string:
		if n := numericPrefix(v); n.isFloat {
			return n.f
		}
		return intval(v)
	}
	return nil
}

// arrayMap is array_map of one array. It keeps the keys.
//
//php:function array_map(callback, array)
func arrayMap[V, U any](f func(V) U, a *Array[V]) *Array[U] {
	out := newArray[U]()
	for k, v := range a.All() {
		out.Set(k, f(v))
	}
	return out
}

// listMap is array_map of a list.
//
//php:function array_map(callback, array)
func listMap[T, U any](f func(T) U, list []T) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// arrayFilter is array_filter with a function of the value. It keeps the keys.
//
//php:function array_filter(array, callback)
func arrayFilter[V any](a *Array[V], f func(V) bool) *Array[V] {
	out := newArray[V]()
	for k, v := range a.All() {
		if f(v) {
			out.Set(k, v)
		}
	}
	return out
}

// arrayFilterTrue is array_filter without a function: the values that are true.
//
//php:function array_filter(array)
func arrayFilterTrue[V any](a *Array[V]) *Array[V] {
	return arrayFilter(a, func(v V) bool { return toBool(v) })
}

// arrayReduce is array_reduce.
//
//php:function array_reduce(array, callback, initial = nil)
func arrayReduce[V any](a *Array[V], f func(carry any, v V) any, carry any) any {
	for _, v := range a.All() {
		carry = f(carry, v)
	}
	return carry
}

// arrayWalk is array_walk with a function that changes no values.
//
//php:function array_walk(array, callback)
func arrayWalk[V any](a *Array[V], f func(v V, key any)) bool {
	for k, v := range a.All() {
		f(v, k)
	}
	return true
}

// arrayColumn is array_column of arrays.
//
//php:function array_column(array, column_key)
func arrayColumn(a *Array[any], column any) []any {
	var list []any
	for _, row := range a.All() {
		if row, ok := row.(*Array[any]); ok {
			if v, ok := row.Lookup(column); ok {
				list = append(list, v)
			}
		}
	}
	return list
}

// arrayColumnBy is array_column of arrays, under the keys of another column. A nil column is the
// whole array.
//
//php:function array_column(array, column_key, index_key)
func arrayColumnBy(a *Array[any], column, index any) *Array[any] {
	out := newArray[any]()
	for _, row := range a.All() {
		row, ok := row.(*Array[any])
		if !ok {
			continue
		}
		value := any(row)
		if column != nil {
			if value, ok = row.Lookup(column); !ok {
				continue
			}
		}
		if key, ok := row.Lookup(index); ok {
			out.Set(key, value)
		} else {
			out.Append(value)
		}
	}
	return out
}

// arrayDiff is array_diff: the values that are in no other array, compared as strings.
//
//php:function array_diff(array, arrays)
func arrayDiff[V any](a *Array[V], others ...*Array[V]) *Array[V] {
	known := map[string]bool{}
	for _, other := range others {
		for _, v := range other.All() {
			known[toString(v)] = true
		}
	}
	return arrayFilter(a, func(v V) bool { return !known[toString(v)] })
}

// arrayIntersect is array_intersect: the values that are in all other arrays, compared as
// strings.
//
//php:function array_intersect(array, arrays)
func arrayIntersect[V any](a *Array[V], others ...*Array[V]) *Array[V] {
	for _, other := range others {
		known := map[string]bool{}
		for _, v := range other.All() {
			known[toString(v)] = true
		}
		a = arrayFilter(a, func(v V) bool { return known[toString(v)] })
	}
	return a.Clone()
}

// arrayDiffKey is array_diff_key: the values whose keys no other array has.
//
//php:function array_diff_key(array, arrays)
func arrayDiffKey[V any](a *Array[V], others ...*Array[any]) *Array[V] {
	out := a.Clone()
	for _, other := range others {
		for k := range other.All() {
			out.Delete(k)
		}
	}
	return out
}

// arrayIntersectKey is array_intersect_key: the values whose keys all other arrays have.
//
//php:function array_intersect_key(array, arrays)
func arrayIntersectKey[V any](a *Array[V], others ...*Array[any]) *Array[V] {
	out := a.Clone()
	for k := range a.All() {
		if slices.ContainsFunc(others, func(other *Array[any]) bool { return !other.Has(k) }) {
			out.Delete(k)
		}
	}
	return out
}

// arrayDiffAssoc is array_diff_assoc: the values that no other array has under the same key,
// compared as strings.
//
//php:function array_diff_assoc(array, arrays)
func arrayDiffAssoc[V any](a *Array[V], others ...*Array[V]) *Array[V] {
	out := a.Clone()
	for k, v := range a.All() {
		for _, other := range others {
			if w, ok := other.Lookup(k); ok && toString(w) == toString(v) {
				out.Delete(k)
			}
		}
	}
	return out
}

// arrayChunk is array_chunk.
//
//php:function array_chunk(array, length, preserve_keys = false)
func arrayChunk[V any](a *Array[V], length int, keep bool) []*Array[V] {
	if length < 1 {
		throw("ValueError", "array_chunk(): Argument #2 ($length) must be greater than 0")
	}
	var chunks []*Array[V]
	for k, v := range a.All() {
		if len(chunks) == 0 || chunks[len(chunks)-1].Len() == length {
			chunks = append(chunks, newArray[V]())
		}
		if last := chunks[len(chunks)-1]; keep {
			last.Set(k, v)
		} else {
			last.Append(v)
		}
	}
	return chunks
}

// listChunk is array_chunk of a list.
//
//php:function array_chunk(array, length)
func listChunk[T any](list []T, length int) [][]T {
	if length < 1 {
		throw("ValueError", "array_chunk(): Argument #2 ($length) must be greater than 0")
	}
	return slices.Collect(slices.Chunk(list, length))
}

// arrayPad is array_pad.
//
//php:function array_pad(array, length, value)
func arrayPad[V any](a *Array[V], length int, value V) *Array[V] {
	missing := max(length, -length) - a.Len()
	if missing <= 0 {
		return a.Clone()
	}
	padding := listOf(slices.Repeat([]V{value}, missing)...)
	if length < 0 {
		return arrayMerge(padding, a)
	}
	return arrayMerge(a, padding)
}

// arrayCountValues is array_count_values.
//
//php:function array_count_values(array)
func arrayCountValues[V any](a *Array[V]) *Array[int] {
	out := newArray[int]()
	for _, v := range a.All() {
		switch key := any(v).(type) {
		case int, string:
			out.Set(key, out.Get(key)+1)
		default:
			warnText("array_count_values(): Can only count string and integer values, entry skipped")
		}
	}
	return out
}

// arrayRand is array_rand of one key.
//
//php:function array_rand(array)
func arrayRand[V any](a *Array[V]) any {
	if a.Len() == 0 {
		throw("ValueError", "array_rand(): Argument #1 ($array) cannot be empty")
	}
	return a.Keys()[rand.IntN(a.Len())]
}

// shuffle is shuffle of a list.
//
//php:function shuffle(&array)
func shuffle[T any](list *[]T) bool {
	rand.Shuffle(len(*list), func(i, j int) { (*list)[i], (*list)[j] = (*list)[j], (*list)[i] })
	return true
}

// arrayKeyFirst is array_key_first, null if the array is empty.
//
//php:function array_key_first(array) null
func arrayKeyFirst[V any](a *Array[V]) (any, bool) {
	for k := range a.All() {
		return k, true
	}
	return nil, false
}

// arrayKeyLast is array_key_last, null if the array is empty.
//
//php:function array_key_last(array) null
func arrayKeyLast[V any](a *Array[V]) (any, bool) {
	keys := a.Keys()
	if len(keys) == 0 {
		return nil, false
	}
	return keys[len(keys)-1], true
}

// maxOf is max of several values, or of one array's values. The result can differ from PHP's
// where NaN is among them.
//
//php:function max(value, values)
func maxOf(value any, values ...any) any {
	return extreme("max", value, values, func(v, best any) bool { return compare(v, best) > 0 })
}

// minOf is min of several values, or of one array's values. The result can differ from PHP's
// where NaN is among them.
//
//php:function min(value, values)
func minOf(value any, values ...any) any {
	return extreme("min", value, values, func(v, best any) bool { return compare(v, best) < 0 })
}

func extreme(function string, value any, values []any, better func(v, best any) bool) any {
	if len(values) == 0 {
		a, ok := value.(*Array[any])
		if !ok {
			throw("TypeError", function+"(): Argument #1 ($value) must be of type array, "+typeName(value)+" given")
		}
		if a.Len() == 0 {
			throw("ValueError", function+"(): Argument #1 ($value) must contain at least one element")
		}
		list := a.Values()
		value, values = list[0], list[1:]
	}
	for _, v := range values {
		if better(v, value) {
			value = v
		}
	}
	return value
}

// Flags of sort.
const (
	sortRegular      = 0
	sortNumeric      = 1
	sortString       = 2
	sortLocaleString = 5
	sortNatural      = 6
	sortFlagCase     = 8
)

// sortCompare returns the comparison of sort's flags.
func sortCompare(flags int) func(a, b any) int {
	fold := flags&sortFlagCase != 0
	switch flags &^ sortFlagCase {
	case sortNumeric:
		return func(a, b any) int { return threeWay(toFloat(a), toFloat(b)) }
	case sortString, sortLocaleString:
		if fold {
			return func(a, b any) int { return strcasecmp(toString(a), toString(b)) }
		}
		return func(a, b any) int { return strings.Compare(toString(a), toString(b)) }
	case sortNatural:
		return func(a, b any) int { return naturalCompare(toString(a), toString(b), fold) }
	}
	return compare
}

// sortEntries orders an array by a comparison of its entries. Equal ones keep their order.
func (a *Array[V]) sortEntries(compare func(x, y entry[V]) int) {
	a.own()
	a.compact()
	slices.SortStableFunc(a.entries, compare)
	a.pos = 0
	a.buildIndex()
}

// renumber gives the values the keys 0, 1, 2, …
func (a *Array[V]) renumber() { a.setTo(listOf(a.Values()...)) }

// sortArray is sort. The order of values of several types for which compare is not transitive
// can differ from PHP's.
//
//php:function sort(&array, flags = sortRegular)
func sortArray[V any](a *Array[V], flags int) bool {
	asort(a, flags)
	a.renumber()
	return true
}

// rsort is rsort.
//
//php:function rsort(&array, flags = sortRegular)
func rsort[V any](a *Array[V], flags int) bool {
	arsort(a, flags)
	a.renumber()
	return true
}

// asort is asort: sort that keeps the keys.
//
//php:function asort(&array, flags = sortRegular)
func asort[V any](a *Array[V], flags int) bool {
	compare := sortCompare(flags)
	a.sortEntries(func(x, y entry[V]) int { return compare(x.value, y.value) })
	return true
}

// arsort is arsort: rsort that keeps the keys.
//
//php:function arsort(&array, flags = sortRegular)
func arsort[V any](a *Array[V], flags int) bool {
	compare := sortCompare(flags)
	a.sortEntries(func(x, y entry[V]) int { return compare(y.value, x.value) })
	return true
}

// ksort is ksort: by the keys.
//
//php:function ksort(&array, flags = sortRegular)
func ksort[V any](a *Array[V], flags int) bool {
	compare := sortCompare(flags)
	a.sortEntries(func(x, y entry[V]) int { return compare(x.key, y.key) })
	return true
}

// krsort is krsort: by the keys, the greatest first.
//
//php:function krsort(&array, flags = sortRegular)
func krsort[V any](a *Array[V], flags int) bool {
	compare := sortCompare(flags)
	a.sortEntries(func(x, y entry[V]) int { return compare(y.key, x.key) })
	return true
}

// natsort is natsort.
//
//php:function natsort(&array)
func natsort[V any](a *Array[V]) bool { return asort(a, sortNatural) }

// natcasesort is natcasesort.
//
//php:function natcasesort(&array)
func natcasesort[V any](a *Array[V]) bool { return asort(a, sortNatural|sortFlagCase) }

// usort is usort with a function that returns a value of any type.
//
//php:function usort(&array, callback)
func usort[V any](a *Array[V], f func(a, b V) any) bool {
	uasort(a, f)
	a.renumber()
	return true
}

// uasort is uasort.
//
//php:function uasort(&array, callback)
func uasort[V any](a *Array[V], f func(a, b V) any) bool {
	a.sortEntries(func(x, y entry[V]) int { return userCompare(x.value, y.value, f) })
	return true
}

// uksort is uksort.
//
//php:function uksort(&array, callback)
func uksort[V any](a *Array[V], f func(a, b any) any) bool {
	a.sortEntries(func(x, y entry[V]) int { return userCompare(x.key, y.key, f) })
	return true
}

// userCompare calls a comparison of a program. One that returns booleans is asked twice.
func userCompare[V any](a, b V, f func(a, b V) any) int {
	switch result := f(a, b).(type) {
	case bool:
		return boolInt(result) - boolInt(!result && toBool(f(b, a)))
	default:
		return toInt(result)
	}
}

// listSort is sort of a list.
//
//php:function sort(&array, flags = sortRegular)
func listSort[T any](list *[]T, flags int) bool {
	compare := sortCompare(flags)
	slices.SortStableFunc(*list, func(a, b T) int { return compare(a, b) })
	return true
}

// listRsort is rsort of a list.
//
//php:function rsort(&array, flags = sortRegular)
func listRsort[T any](list *[]T, flags int) bool {
	compare := sortCompare(flags)
	slices.SortStableFunc(*list, func(a, b T) int { return compare(b, a) })
	return true
}

// listUsort is usort of a list.
//
//php:function usort(&array, callback)
func listUsort[T any](list *[]T, compare func(a, b T) int) bool {
	slices.SortStableFunc(*list, compare)
	return true
}

// strnatcmp is strnatcmp: numbers in the strings are compared as numbers.
//
//php:function strnatcmp(string1, string2)
func strnatcmp(a, b string) int { return naturalCompare(a, b, false) }

// strnatcasecmp is strnatcasecmp.
//
//php:function strnatcasecmp(string1, string2)
func strnatcasecmp(a, b string) int { return naturalCompare(a, b, true) }

// naturalCompare compares runs of digits as numbers and the rest byte by byte, without white
// space. Runs that begin with 0 are compared as fractions are, from the left.
func naturalCompare(a, b string, fold bool) int {
	if a == "" || b == "" {
		return threeWay(len(a), len(b))
	}
	if fold {
		a, b = strtoupper(a), strtoupper(b)
	}
	a, b = trimZeros(a), trimZeros(b)
	for a != "" && b != "" {
		a, b = strings.TrimLeft(a, whiteSpace), strings.TrimLeft(b, whiteSpace)
		if m, n := digitsLength(a), digitsLength(b); m > 0 && n > 0 {
			if c := compareRuns(a[:m], b[:n]); c != 0 {
				return c
			}
			a, b = a[m:], b[n:]
		}
		if a == "" || b == "" {
			break
		}
		if a[0] != b[0] {
			return threeWay(int(a[0]), int(b[0]))
		}
		a, b = a[1:], b[1:]
	}
	return threeWay(boolInt(a != ""), boolInt(b != ""))
}

// trimZeros removes zeros before other digits at the beginning of a string.
func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' && digitsLength(s[1:2]) == 1 {
		s = s[1:]
	}
	return s
}

// compareRuns compares two runs of digits.
func compareRuns(a, b string) int {
	if a[0] == '0' || b[0] == '0' {
		return strings.Compare(a, b)
	}
	if len(a) != len(b) {
		return threeWay(len(a), len(b))
	}
	return strings.Compare(a, b)
}

// Current returns the value at the array's position, false at its end: current.
func (a *Array[V]) Current() (V, bool) {
	if a.skipDeleted(); a.pos < len(a.entries) {
		return a.entries[a.pos].value, true
	}
	var zero V
	return zero, false
}

// Key returns the key at the array's position, null at its end: key.
func (a *Array[V]) Key() (any, bool) {
	if a.skipDeleted(); a.pos < len(a.entries) {
		return a.entries[a.pos].key, true
	}
	return nil, false
}

func (a *Array[V]) skipDeleted() {
	for a.pos < len(a.entries) && a.entries[a.pos].deleted {
		a.pos++
	}
}

// Next moves the position to the next value and returns it, false at the end: next.
func (a *Array[V]) Next() (V, bool) {
	a.skipDeleted()
	a.pos = min(a.pos+1, len(a.entries))
	return a.Current()
}

// Prev moves the position to the value before and returns it, false before the first: prev.
func (a *Array[V]) Prev() (V, bool) {
	for a.pos < len(a.entries) {
		if a.pos--; a.pos < 0 {
			a.pos = len(a.entries)
			break
		}
		if !a.entries[a.pos].deleted {
			break
		}
	}
	return a.Current()
}

// Reset moves the position to the first value and returns it, false if there is none: reset.
func (a *Array[V]) Reset() (V, bool) {
	a.pos = 0
	return a.Current()
}

// End moves the position to the last value and returns it, false if there is none: end.
func (a *Array[V]) End() (V, bool) {
	a.pos = len(a.entries)
	for a.pos > 0 {
		if a.pos--; !a.entries[a.pos].deleted {
			return a.entries[a.pos].value, true
		}
	}
	a.pos = len(a.entries)
	return a.Current()
}
