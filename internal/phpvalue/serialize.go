package phpvalue

import (
	"fmt"
	"reflect"
	"strconv"
)

// AppendSerialized appends PHP's serialize of the object or array that [MarshalJSON] returns as
// JSON, with all octets of its strings.
func AppendSerialized(dst []byte, v any) []byte { return serialized(dst, reflect.ValueOf(v)) }

func serialized(dst []byte, v reflect.Value) []byte {
	if isNil := v.Kind() == reflect.Pointer && v.IsNil(); !isNil && v.CanInterface() {
		if array, ok := v.Interface().(keyed); ok {
			return serializedKeyed(dst, array)
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(dst, "N;"...)
		}
		return serialized(dst, v.Elem())
	case reflect.Struct:
		return serializedObject(dst, v)
	case reflect.Slice:
		dst = appendCount(dst, "a:", v.Len())
		for i := range v.Len() {
			dst = serialized(appendInt(dst, int64(i)), v.Index(i))
		}
		return append(dst, '}')
	case reflect.String:
		return appendString(dst, v.String())
	case reflect.Bool:
		if v.Bool() {
			return appendInt(dst, 1)
		}
		return appendInt(dst, 0)
	case reflect.Int, reflect.Int64:
		return appendInt(dst, v.Int())
	case reflect.Uint32:
		return appendInt(dst, int64(v.Uint()))
	}
	panic(fmt.Sprintf("phpvalue: no form for %v", v.Type()))
}

func serializedKeyed(dst []byte, array keyed) []byte {
	var items []byte
	n := 0
	for key, value := range array.All() {
		items = serialized(appendString(items, key), reflect.ValueOf(value))
		n++
	}
	return append(append(appendCount(dst, "a:", n), items...), '}')
}

func serializedObject(dst []byte, v reflect.Value) []byte {
	s := shapeOf(v.Type())
	n := 0
	for _, f := range s.fields {
		if !s.isset(v, f) {
			continue
		}
		if n++; f.alias != "" {
			n++
		}
	}
	dst = appendCount(dst, `O:8:"stdClass":`, n)
	for _, f := range s.fields {
		if !s.isset(v, f) {
			continue
		}
		dst = serializedProperty(appendString(dst, f.name), v.Field(f.index), f)
		if f.alias != "" {
			dst = serializedProperty(appendString(dst, f.alias), v.Field(f.index), f)
		}
	}
	return append(dst, '}')
}

func serializedProperty(dst []byte, v reflect.Value, f field) []byte {
	switch {
	case f.object && v.Len() == 0:
		return append(appendCount(dst, `O:8:"stdClass":`, 0), '}')
	case f.format == "":
		return serialized(dst, v)
	}
	return appendString(dst, fmt.Sprintf(f.format, v.Interface()))
}

func appendCount(dst []byte, prefix string, n int) []byte {
	return append(strconv.AppendInt(append(dst, prefix...), int64(n), 10), ":{"...)
}

func appendInt(dst []byte, n int64) []byte {
	return append(strconv.AppendInt(append(dst, "i:"...), n, 10), ';')
}

func appendString(dst []byte, s string) []byte {
	dst = strconv.AppendInt(append(dst, "s:"...), int64(len(s)), 10)
	return append(append(append(dst, `:"`...), s...), `";`...)
}
