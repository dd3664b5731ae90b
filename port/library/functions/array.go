package functions

import (
	"iter"
	"math"
	"slices"
	"strconv"
)

// An Array is PHP's array: values in the order in which they were set, under keys that are
// integers or strings. An assignment of an array copies it in PHP. In Go that is Clone.
type Array[V any] struct {
	entries []entry[V]
	index   map[any]int // the key's entry; nil as long as the keys are 0, 1, 2, …
	live    int         // entries that were not deleted
	last    int         // the greatest integer that was a key
	counted bool        // an integer was a key
	pos     int         // the entry of current, next and key
	shared  bool        // a range reads entries: they are copied before they change
}

type entry[V any] struct {
	key     any // int or string
	value   V
	deleted bool
}

// newArray returns an empty array.
func newArray[V any]() *Array[V] { return &Array[V]{} }

// listOf returns an array of values under the keys 0, 1, 2, …
func listOf[V any](values ...V) *Array[V] {
	a := &Array[V]{entries: make([]entry[V], 0, len(values))}
	for _, v := range values {
		a.Append(v)
	}
	return a
}

// mapOf returns an array of pairs of a key and a value. A nil key appends its value.
func mapOf[V any](pairs ...pair[V]) *Array[V] {
	a := &Array[V]{}
	for _, p := range pairs {
		if p.key == nil {
			a.Append(p.value)
		} else {
			a.Set(p.key, p.value)
		}
	}
	return a
}

// A pair is a key and a value of mapOf.
type pair[V any] struct {
	key   any
	value V
}

// arrayKey returns a key as PHP's arrays store it: an int or a string. Strings of decimal
// integers are integers. So are booleans and the integer part of floats. nil is "". Other values
// throw a TypeError.
func arrayKey(key any) any {
	switch k := key.(type) {
	case int:
		return k
	case string:
		if n, ok := decimalKey(k); ok {
			return n
		}
		return k
	case bool:
		return boolInt(k)
	case float64:
		return floatInt(k)
	case nil:
		return ""
	}
	throw("TypeError", "Illegal offset type")
	return nil
}

// decimalKey returns the integer that a string is as a key: "7" and "-7", but not "07", "+7",
// "-0" and "7 ".
func decimalKey(s string) (int, bool) {
	if s == "" || len(s) > 20 || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && strconv.Itoa(n) == s
}

// Len returns the number of values.
func (a *Array[V]) Len() int {
	if a == nil {
		return 0
	}
	return a.live
}

// find returns the position of a key's entry, -1 if there is none.
func (a *Array[V]) find(key any) int {
	if a == nil {
		return -1
	}
	key = arrayKey(key)
	if a.index != nil {
		if i, ok := a.index[key]; ok {
			return i
		}
		return -1
	}
	if i, ok := key.(int); ok && i >= 0 && i < len(a.entries) {
		return i
	}
	return -1
}

// Has reports whether there is a value under a key: array_key_exists.
func (a *Array[V]) Has(key any) bool { return a.find(key) >= 0 }

// Get returns the value under a key, the zero value if there is none.
func (a *Array[V]) Get(key any) V {
	v, _ := a.Lookup(key)
	return v
}

// Lookup returns the value under a key and whether there is one.
func (a *Array[V]) Lookup(key any) (V, bool) {
	if i := a.find(key); i >= 0 {
		return a.entries[i].value, true
	}
	var zero V
	return zero, false
}

// Set stores a value under a key. A key that is there keeps its place.
func (a *Array[V]) Set(key any, value V) {
	a.own()
	if i := a.find(key); i >= 0 {
		a.entries[i].value = value
		return
	}
	a.add(arrayKey(key), value)
}

// Append stores a value under the integer after the greatest one that was a key: $a[] = value.
func (a *Array[V]) Append(value V) {
	a.own()
	switch {
	case !a.counted:
		a.add(0, value)
	case a.last == math.MaxInt:
		throw("Error", "Cannot add element to the array as the next element is already occupied")
	default:
		a.add(a.last+1, value)
	}
}

func (a *Array[V]) add(key any, value V) {
	n, isInt := key.(int)
	if a.index == nil && !(isInt && n == len(a.entries)) {
		a.buildIndex()
	}
	if isInt && (n > a.last || !a.counted) {
		a.last, a.counted = n, true
	}
	if a.index != nil {
		a.index[key] = len(a.entries)
	}
	a.entries = append(a.entries, entry[V]{key: key, value: value})
	a.live++
}

func (a *Array[V]) buildIndex() {
	a.index = make(map[any]int, len(a.entries))
	for i, e := range a.entries {
		if !e.deleted {
			a.index[e.key] = i
		}
	}
}

// own makes the entries the array's own before they change.
func (a *Array[V]) own() {
	if a.shared {
		a.entries = slices.Clone(a.entries)
		a.shared = false
	}
}

// Delete removes the value under a key: unset.
func (a *Array[V]) Delete(key any) {
	i := a.find(key)
	if i < 0 {
		return
	}
	a.own()
	if a.index == nil {
		a.buildIndex()
	}
	delete(a.index, a.entries[i].key)
	a.entries[i] = entry[V]{deleted: true}
	a.live--
	if len(a.entries) > 32 && a.live < len(a.entries)/2 {
		a.compact()
	}
}

// compact drops the entries that were deleted.
func (a *Array[V]) compact() {
	pos := 0
	entries := make([]entry[V], 0, a.live)
	for i, e := range a.entries {
		if i == a.pos {
			pos = len(entries)
		}
		if !e.deleted {
			entries = append(entries, e)
		}
	}
	if a.pos >= len(a.entries) {
		pos = len(entries)
	}
	a.entries, a.pos = entries, pos
	a.buildIndex()
}

// All ranges over the keys and values as they are when the range begins, as foreach does.
func (a *Array[V]) All() iter.Seq2[any, V] {
	return func(yield func(any, V) bool) {
		if a == nil {
			return
		}
		a.shared = true
		for _, e := range a.entries {
			if !e.deleted && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Values returns the values in their order: array_values.
func (a *Array[V]) Values() []V {
	list := make([]V, 0, a.Len())
	for _, v := range a.All() {
		list = append(list, v)
	}
	return list
}

// Keys returns the keys in their order: array_keys.
func (a *Array[V]) Keys() []any {
	list := make([]any, 0, a.Len())
	for k := range a.All() {
		list = append(list, k)
	}
	return list
}

// isList reports whether the keys are 0, 1, 2, … in this order: array_is_list.
func (a *Array[V]) isList() bool {
	n := 0
	for k := range a.All() {
		if k != any(n) {
			return false
		}
		n++
	}
	return true
}

// Clone returns a copy. Arrays in it are copied too, objects are not: $b = $a.
func (a *Array[V]) Clone() *Array[V] {
	c := newArray[V]()
	if a == nil {
		return c
	}
	c.entries = slices.Clone(a.entries)
	for i := range c.entries {
		c.entries[i].value = cloneValue(c.entries[i].value)
	}
	c.live, c.last, c.counted, c.pos = a.live, a.last, a.counted, a.pos
	if a.index != nil {
		c.buildIndex()
	}
	return c
}

func (a *Array[V]) cloneAny() any { return a.Clone() }

// cloneValue returns the copy that an assignment makes of a value.
func cloneValue[V any](v V) V {
	if a, ok := any(v).(interface{ cloneAny() any }); ok {
		return a.cloneAny().(V)
	}
	return v
}

// cloneList returns the copy that an assignment makes of a list of arrays.
func cloneList[V any](list []V) []V {
	out := slices.Clone(list)
	for i := range out {
		out[i] = cloneValue(out[i])
	}
	return out
}

// child returns the array under a key, for $a[key][…] = …. It sets an empty one where there is
// none. A value that is no array throws an Error.
func child(a *Array[any], key any) *Array[any] {
	switch v := a.Get(key).(type) {
	case *Array[any]:
		return v
	case nil:
		child := newArray[any]()
		if key == nil {
			a.Append(child)
		} else {
			a.Set(key, child)
		}
		return child
	}
	throw("Error", "Cannot use a scalar value as an array")
	return nil
}

// anyArray returns an array's values as an array of values of any type.
func anyArray[V any](a *Array[V]) *Array[any] {
	if a == nil {
		return nil
	}
	c := newArray[any]()
	for k, v := range a.All() {
		c.Set(k, v)
	}
	return c
}

// anyList returns a list's values as an array of values of any type.
func anyList[V any](list []V) *Array[any] {
	a := newArray[any]()
	for _, v := range list {
		a.Append(v)
	}
	return a
}
