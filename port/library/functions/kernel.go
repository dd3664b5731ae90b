package functions

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// todo ends the program where the port has something left to do.
func todo(what string) { panic("TODO(port): " + what) }

// first returns a value, the zero value if there is none.
func first[T any](v T, ok bool) T {
	if !ok {
		var none T
		return none
	}
	return v
}

// boolOrder is the order of a callback that only says whether a is behind b: PHP's sorts ask the
// other way round too.
func boolOrder[T any](behind func(a, b T) bool) func(a, b T) int {
	return func(a, b T) int {
		switch {
		case behind(a, b):
			return 1
		case behind(b, a):
			return -1
		}
		return 0
	}
}

// found reports whether there is a value.
func found[T any](_ T, ok bool) bool { return ok }

// succeeded reports whether there was no error. It writes the error if there is one.
func succeeded[T any](_ T, err error) bool { return ok(err) }

// valueOK returns a value and whether there was no error, which it writes.
func valueOK[T any](v T, err error) (T, bool) { return v, ok(err) }

// valueOrFalse returns a value, or false if there is none.
func valueOrFalse[T any](v T, ok bool) any {
	if !ok {
		return false
	}
	return v
}

// valueOrNull returns a value, or nil if there is none.
func valueOrNull[T any](v T, ok bool) any {
	if !ok {
		return nil
	}
	return v
}

// anyOrFalse is valueOrFalse of lists and arrays.
func anyOrFalse[T any](v T, ok bool) any {
	if !ok {
		return false
	}
	return toAny(v)
}

// anyOrNull is valueOrNull of lists and arrays.
func anyOrNull[T any](v T, ok bool) any {
	if !ok {
		return nil
	}
	return toAny(v)
}

// nonNilOrFalse returns a value, or false for a pointer that is nil.
func nonNilOrFalse(v any) any {
	if r := reflect.ValueOf(v); !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil() {
		return false
	}
	return v
}

// nonNilOrNull returns a value, or nil for a pointer that is nil.
func nonNilOrNull(v any) any {
	if r := reflect.ValueOf(v); !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil() {
		return nil
	}
	return v
}

// orEmpty returns what a pointer points to, or an object without properties if there is an
// error, which it writes. PHP's properties of false are null.
func orEmpty[T any](v *T, err error) *T {
	if err != nil {
		warn(err)
	}
	if v == nil {
		return new(T)
	}
	return v
}

// at returns the element of a list under an index, the zero value if there is none.
func at[T any](list []T, i int) T {
	if i < 0 || i >= len(list) {
		var none T
		return none
	}
	return list[i]
}

// lookup returns the element of a list under an index, and whether there is one.
func lookup[T any](list []T, i int) (T, bool) {
	return at(list, i), i >= 0 && i < len(list)
}

// listIndex returns the index that a text is as a key, -1 if it is none.
func listIndex(key string) int {
	if n, err := strconv.Atoi(key); err == nil && strconv.Itoa(n) == key {
		return n
	}
	return -1
}

// hasIndex reports whether a list has an index.
func hasIndex[T any](list []T, i int) bool { return i >= 0 && i < len(list) }

// hasOffset reports whether a string has a character under an index. Those from the end are
// negative.
func hasOffset(s string, i int) bool { return i < len(s) && -i <= len(s) }

// inner returns the array under a key, for $a[key][…] = …. It sets an empty one where there is none.
func inner[V any](a *Array[*Array[V]], key any) *Array[V] {
	if key != nil {
		if v := a.Get(key); v != nil {
			return v
		}
	}
	v := newArray[V]()
	if key == nil {
		a.Append(v)
	} else {
		a.Set(key, v)
	}
	return v
}

// arrayIn returns the array in a variable, for $v[…] = …. It sets an empty one if the variable is
// null. A value that is no array throws an Error.
func arrayIn(v *any) *Array[any] {
	switch a := (*v).(type) {
	case *Array[any]:
		return a
	case nil:
	case string:
		if a != "" {
			throw("Error", "[] operator not supported for strings")
		}
	case bool:
		if a {
			throw("Error", "Cannot use a scalar value as an array")
		}
	default:
		throw("Error", "Cannot use a scalar value as an array")
	}
	a := newArray[any]()
	*v = a
	return a
}

// deleteKey removes the value under a key if v is an array: unset.
func deleteKey(v, key any) {
	if a, ok := v.(*Array[any]); ok {
		a.Delete(key)
	}
}

// presentIf returns a value that is there, and the zero value for one that is not: PHP has false in its place.
func presentIf[T any](v T, ok bool) (T, bool) {
	if !ok {
		var zero T
		return zero, false
	}
	return v, true
}

// mapList converts the values of a list.
func mapList[A, B any](list []A, convert func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, 0, len(list))
	for _, v := range list {
		out = append(out, convert(v))
	}
	return out
}

// mapArray converts the values of an array.
func mapArray[A, B any](a *Array[A], convert func(A) B) *Array[B] {
	out := newArray[B]()
	for k, v := range a.All() {
		out.Set(k, convert(v))
	}
	return out
}

// toAny returns lists and arrays of any depth as arrays of values of any type.
func toAny(v any) any {
	switch v := v.(type) {
	case nil, bool, int, float64, string, *Array[any]:
		return v
	case interface{ anyArray() *Array[any] }:
		return v.anyArray()
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Slice:
		out := newArray[any]()
		for i := range r.Len() {
			out.Append(toAny(r.Index(i).Interface()))
		}
		return out
	case r.CanInt():
		return int(r.Int())
	}
	return v
}

// anyArray is toAny of an array.
func (a *Array[V]) anyArray() *Array[any] {
	if a == nil {
		return nil
	}
	out := newArray[any]()
	for k, v := range a.All() {
		out.Set(k, toAny(v))
	}
	return out
}

// intOrFloat returns a quotient as PHP has it: an integer if it has no fraction.
func intOrFloat(f float64) any {
	if n := int(f); float64(n) == f && f > -1<<53 && f < 1<<53 {
		return n
	}
	return f
}

// divide is a / b. A divisor of zero throws a DivisionByZeroError.
func divide(a, b float64) float64 {
	if b == 0 {
		throw("DivisionByZeroError", "Division by zero")
	}
	return a / b
}

// increment is ++ of a value of any type.
func increment(v any) any {
	switch v := v.(type) {
	case nil:
		return 1
	case bool:
		return v
	case string:
		if n := numericPrefix(v); v != "" && !(n.digits && n.whole) {
			return incrementText(v)
		}
		if v == "" {
			return "1"
		}
	}
	return add(v, 1)
}

// incrementText is ++ of a text: "a" is "b", "Az" is "Ba", "zz" is "aaa", "a9" is "b0".
func incrementText(s string) string {
	text := []byte(s)
	for i := len(text) - 1; i >= 0; i-- {
		var first byte
		switch c := text[i]; {
		case c == 'z':
			first = 'a'
		case c == 'Z':
			first = 'A'
		case c == '9':
			first = '0'
		case c >= 'a' && c < 'z', c >= 'A' && c < 'Z', c >= '0' && c < '9':
			text[i]++
			return string(text)
		default:
			return string(text)
		}
		text[i] = first
		if i == 0 {
			if first == '0' {
				first = '1'
			}
			return string(first) + string(text)
		}
	}
	return string(text)
}

// decrement is -- of a value of any type.
func decrement(v any) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case string:
		if v != "" && !isNumeric(v) {
			return v
		}
	}
	return sub(v, 1)
}

// setChar returns a text with another character under an index, for $s[i] = c. Those from the end are
// negative. Spaces fill the text up to an index behind its end.
func setChar(s string, i int, c string) string {
	if i < 0 {
		i += len(s)
	}
	switch {
	case i < 0:
		warnText("Illegal string offset " + strconv.Itoa(i-len(s)))
		return s
	case c == "":
		throw("Error", "Cannot assign an empty string to a string offset")
	case i >= len(s):
		s += strings.Repeat(" ", i-len(s)+1)
	}
	return s[:i] + c[:1] + s[i+1:]
}

// as returns a value as one of type T, the zero value if it is of another.
func as[T any](v any) T {
	t, _ := v.(T)
	return t
}

// isA reports whether a value is of type T.
func isA[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// Ref returns the address of the value under a key. It sets the zero value where there is none.
func (a *Array[V]) Ref(key any) *V {
	a.own()
	i := a.find(key)
	if i < 0 {
		var zero V
		a.Set(key, zero)
		i = a.find(key)
	}
	return &a.entries[i].value
}

// scriptFile is __FILE__: the program's own file.
func scriptFile() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	return name
}

// scriptDir is __DIR__: the folder from which the program was started, where the files of the
// script are.
func scriptDir() string {
	if startedIn == "" {
		return filepath.Dir(scriptFile())
	}
	return startedIn
}

// startedIn stays when the program changes its folder.
var startedIn = currentFolder()

func currentFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	return folder
}

// isArray is is_array.
func isArray(v any) bool {
	_, ok := v.(*Array[any])
	return ok
}

// isInt is is_int.
func isInt(v any) bool {
	_, ok := v.(int)
	return ok
}

// isFloat is is_float.
func isFloat(v any) bool {
	_, ok := v.(float64)
	return ok
}

// isBool is is_bool.
func isBool(v any) bool {
	_, ok := v.(bool)
	return ok
}

// isObject is is_object.
func isObject(v any) bool {
	switch v.(type) {
	case nil, bool, int, float64, string, *Array[any]:
		return false
	}
	return true
}

// isResource is is_resource of what stands for files and the like.
func isResource(v any) bool {
	_, ok := v.(interface{ Close() error })
	return ok
}

// countOf is count of a value of any type.
func countOf(v any) int {
	switch v := v.(type) {
	case *Array[any]:
		return v.Len()
	case interface{ phpCount() int }:
		return v.phpCount()
	}
	throw("TypeError", fmt.Sprintf("count(): Argument #1 ($value) must be of type Countable|array, %s given", typeName(v)))
	return 0
}

// exitWith ends the program as exit($v) does: a text is written, an integer is the status.
func exitWith(v any) {
	if n, ok := v.(int); ok {
		exit(n)
	}
	die(toString(v))
}
