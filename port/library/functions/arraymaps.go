package functions

import "slices"

// addressOf returns the address of a copy of a value.
func addressOf[T any](v T) *T { return &v }

// funcGetArg is func_get_arg, of the arguments.
func funcGetArg[T any](args []T, position int) T {
	if position < 0 || position >= len(args) {
		throw("ValueError", "func_get_arg(): Argument #1 ($position) must be less than the number of the arguments passed to the currently executed function")
	}
	return args[position]
}

// arrayMapPairs is array_map of two arrays. Where one is shorter, its values are null.
//
//php:function array_map(callback, array, array2)
func arrayMapPairs[U any](f func(a, b any) U, first, second []any) []U {
	out := make([]U, max(len(first), len(second)))
	for i := range out {
		out[i] = f(at(first, i), at(second, i))
	}
	return out
}

// arrayMapTriples is array_map of three arrays.
//
//php:function array_map(callback, array, array2, array3)
func arrayMapTriples[U any](f func(a, b, c any) U, first, second, third []any) []U {
	out := make([]U, max(len(first), len(second), len(third)))
	for i := range out {
		out[i] = f(at(first, i), at(second, i), at(third, i))
	}
	return out
}

// arrayZip is array_map of several arrays without a callback: arrays of the values in the same places.
//
//php:function array_map of several(arrays)
func arrayZip(lists ...[]any) [][]any {
	var out [][]any
	for _, list := range lists {
		for len(out) < len(list) {
			out = append(out, make([]any, len(lists)))
		}
	}
	for i, list := range lists {
		for row := range list {
			out[row][i] = list[row]
		}
	}
	return out
}

// arrayFilterKeys is array_filter with ARRAY_FILTER_USE_KEY.
//
//php:function array_filter by key(array, callback)
func arrayFilterKeys[V any](a *Array[V], f func(key any) bool) *Array[V] {
	return arrayFilterBoth(a, func(_ V, key any) bool { return f(key) })
}

// arrayFilterBoth is array_filter with ARRAY_FILTER_USE_BOTH.
//
//php:function array_filter by value and key(array, callback)
func arrayFilterBoth[V any](a *Array[V], f func(v V, key any) bool) *Array[V] {
	out := newArray[V]()
	for k, v := range a.All() {
		if f(v, k) {
			out.Set(k, cloneValue(v))
		}
	}
	return out
}

// arrayWalkRecursive is array_walk_recursive with a function that changes no values.
//
//php:function array_walk_recursive(array, callback)
func arrayWalkRecursive(a *Array[any], f func(v, key any)) bool {
	for k, v := range a.All() {
		if inner, ok := v.(*Array[any]); ok {
			arrayWalkRecursive(inner, f)
		} else {
			f(v, k)
		}
	}
	return true
}

// arrayWalkRecursiveRef is array_walk_recursive with a function that changes the values.
func arrayWalkRecursiveRef(a *Array[any], f func(v *any, key any)) {
	for k, v := range a.All() {
		if inner, ok := v.(*Array[any]); ok {
			arrayWalkRecursiveRef(inner, f)
		} else {
			f(a.Ref(k), k)
		}
	}
}

// countRecursive is count with COUNT_RECURSIVE: the values of arrays in the array too.
//
//php:function count(value, mode)
//php:function sizeof(value, mode)
func countRecursive(v any, mode int) int {
	n := count(v)
	if a, ok := v.(*Array[any]); ok && mode == 1 {
		for _, inner := range a.All() {
			if _, ok := inner.(*Array[any]); ok {
				n += countRecursive(inner, mode)
			}
		}
	}
	return n
}

// arrayChangeKeyCase is array_change_key_case.
//
//php:function array_change_key_case(array, case = 0)
func arrayChangeKeyCase[V any](a *Array[V], upper int) *Array[V] {
	out := newArray[V]()
	for k, v := range a.All() {
		if s, ok := k.(string); ok && upper == 1 {
			k = strtoupper(s)
		} else if ok {
			k = strtolower(s)
		}
		out.Set(k, cloneValue(v))
	}
	return out
}

// arrayReplaceRecursive is array_replace_recursive.
//
//php:function array_replace_recursive(array, replacements)
func arrayReplaceRecursive(a *Array[any], replacements ...*Array[any]) *Array[any] {
	out := a.Clone()
	for _, r := range replacements {
		for k, v := range r.All() {
			inner, both := v.(*Array[any])
			old, ok := out.Get(k).(*Array[any])
			if both && ok {
				v = arrayReplaceRecursive(old, inner)
			}
			out.Set(k, cloneValue(v))
		}
	}
	return out
}

// arrayIntersectAssoc is array_intersect_assoc: the values that all other arrays have under the same
// key, compared as strings.
//
//php:function array_intersect_assoc(array, arrays)
func arrayIntersectAssoc[V any](a *Array[V], others ...*Array[V]) *Array[V] {
	out := a.Clone()
	for k, v := range a.All() {
		for _, other := range others {
			if w, ok := other.Lookup(k); !ok || toString(w) != toString(v) {
				out.Delete(k)
			}
		}
	}
	return out
}

// arrayUdiff is array_udiff of two arrays: the values that are not in the other array, as a function
// compares them. PHP calls the function for other pairs, in another order.
//
//php:function array_udiff(array, array2, callback)
func arrayUdiff[V any](a, other *Array[V], f func(a, b V) any) *Array[V] {
	return arrayFilter(a, func(v V) bool { return !hasEqual(other, v, f) })
}

// arrayUintersect is array_uintersect of two arrays.
//
//php:function array_uintersect(array, array2, callback)
func arrayUintersect[V any](a, other *Array[V], f func(a, b V) any) *Array[V] {
	return arrayFilter(a, func(v V) bool { return hasEqual(other, v, f) })
}

// arrayDiffUkey is array_diff_ukey of two arrays: the values whose keys are not in the other array, as a
// function compares them.
//
//php:function array_diff_ukey(array, array2, callback)
func arrayDiffUkey[V any](a *Array[V], other *Array[any], f func(a, b any) any) *Array[V] {
	keys := listOf(other.Keys()...)
	return arrayFilterKeys(a, func(k any) bool { return !hasEqual(keys, k, f) })
}

func hasEqual[V any](a *Array[V], v V, f func(a, b V) any) bool {
	for _, w := range a.All() {
		if toInt(f(v, w)) == 0 {
			return true
		}
	}
	return false
}

// A sortColumn is an array of array_multisort with its order and flags.
type sortColumn struct {
	values []any
	order  int
	flags  int
}

// Orders of array_multisort.
const (
	sortAsc  = 4
	sortDesc = 3
)

// multisort returns the order in which array_multisort puts the rows: by the first array, then by the
// next one.
func multisort(columns ...sortColumn) []int {
	n := len(columns[0].values)
	rows := make([]int, n)
	compares := make([]func(a, b any) int, len(columns))
	for i, c := range columns {
		if len(c.values) != n {
			throw("ValueError", "Array sizes are inconsistent")
		}
		compares[i] = sortCompare(c.flags)
	}
	for i := range rows {
		rows[i] = i
	}
	slices.SortStableFunc(rows, func(x, y int) int {
		for i, c := range columns {
			result := compares[i](c.values[x], c.values[y])
			if c.order == sortDesc {
				result = -result
			}
			if result != 0 {
				return result
			}
		}
		return 0
	})
	return rows
}

// inOrder returns a list's values in the order of multisort.
func inOrder[T any](list []T, order []int) []T {
	out := make([]T, len(list))
	for i, from := range order {
		out[i] = list[from]
	}
	return out
}

// arrayInOrder returns an array's values in the order of multisort. Strings stay their keys, integers are
// counted anew.
func arrayInOrder[V any](a *Array[V], order []int) *Array[V] {
	out := newArray[V]()
	keys, values := a.Keys(), a.Values()
	for _, from := range order {
		if key, ok := keys[from].(string); ok {
			out.Set(key, values[from])
		} else {
			out.Append(values[from])
		}
	}
	return out
}
