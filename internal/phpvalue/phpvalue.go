// Package phpvalue converts a result struct of the facade to the PHP object that it represents:
// which properties are set, in which order, with which values.
//
// The json tag of a field is the name of the property. A field with its zero value is a
// property that is not set, unless the tag says otherwise:
//
//	php:"always"    always set
//	php:"object"    always set, and an empty list is the object {}
//	php:"%4d"       a string in this format
//	alias:"Date"    also set under this name
//
// A type with a method All, of iter.Seq2[string, any], is an array with keys.
//
// The field of type [Empty] names the properties that are set and empty. A bool becomes 0 or 1.
package phpvalue

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Empty names the properties of an object that are set and have a zero value.
type Empty []string

// Mark adds a property.
func (e *Empty) Mark(property string) { *e = append(*e, property) }

// MarshalJSON returns the JSON of a result struct. Bytes that are not UTF-8 become U+FFFD, as
// with JSON_INVALID_UTF8_SUBSTITUTE.
func MarshalJSON(v any) ([]byte, error) {
	return encoder{writeString: appendUTF8}.value(nil, reflect.ValueOf(v)), nil
}

// Latin1 returns the JSON of a value in which each byte of a string becomes the character with
// that number, so that no byte is lost.
func Latin1(v any) []byte {
	return encoder{writeString: appendLatin1}.value(nil, reflect.ValueOf(v))
}

// Isset reports whether a property of a result struct is set, as PHP's isset
// does.
func Isset(v any, property string) bool {
	rv := reflect.Indirect(reflect.ValueOf(v))
	if rv.Kind() != reflect.Struct {
		return false
	}
	s := shapeOf(rv.Type())
	for _, f := range s.fields {
		if f.name == property || f.alias != "" && f.alias == property {
			return s.isset(rv, f)
		}
	}
	return false
}

// field is a property of a result struct.
type field struct {
	index  int
	name   string
	alias  string
	format string // "" shows the value unchanged
	always bool
	object bool // an empty list is an object
}

// shape has the contents of the tags of a struct type.
type shape struct {
	fields []field
	empty  int // index of the field of type Empty, or -1
}

var shapes sync.Map // reflect.Type to *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{empty: -1}
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Type == reflect.TypeFor[Empty]() {
			s.empty = i
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if !sf.IsExported() || name == "-" || name == "" {
			continue
		}
		f := field{index: i, name: name, alias: sf.Tag.Get("alias")}
		switch php := sf.Tag.Get("php"); php {
		case "always":
			f.always = true
		case "object":
			f.always, f.object = true, true
		default:
			f.format = php
		}
		s.fields = append(s.fields, f)
	}
	shapes.Store(t, s)
	return s
}

func (s *shape) isset(v reflect.Value, f field) bool {
	if f.always || !v.Field(f.index).IsZero() {
		return true
	}
	if s.empty < 0 {
		return false
	}
	empty := v.Field(s.empty)
	for i := range empty.Len() {
		if empty.Index(i).String() == f.name {
			return true
		}
	}
	return false
}

type encoder struct {
	writeString func(dst []byte, s string) []byte
}

// keyed is a PHP array with keys. An empty one is [], as in PHP.
type keyed interface{ All() iter.Seq2[string, any] }

func (e encoder) value(dst []byte, v reflect.Value) []byte {
	if isNil := v.Kind() == reflect.Pointer && v.IsNil(); !isNil && v.CanInterface() {
		if array, ok := v.Interface().(keyed); ok {
			return e.keyed(dst, array)
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return e.value(dst, v.Elem())
	case reflect.Struct:
		return e.object(dst, v)
	case reflect.Slice:
		return e.array(dst, v)
	case reflect.String:
		return e.writeString(dst, v.String())
	case reflect.Bool:
		if v.Bool() {
			return append(dst, '1')
		}
		return append(dst, '0')
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Uint32:
		return strconv.AppendUint(dst, v.Uint(), 10)
	}
	panic(fmt.Sprintf("phpvalue: no form for %v", v.Type()))
}

func (e encoder) array(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.value(dst, v.Index(i))
	}
	return append(dst, ']')
}

func (e encoder) keyed(dst []byte, array keyed) []byte {
	dst = append(dst, '{')
	empty := true
	for key, value := range array.All() {
		if !empty {
			dst = append(dst, ',')
		}
		empty = false
		dst = append(e.writeString(dst, key), ':')
		dst = e.value(dst, reflect.ValueOf(value))
	}
	if empty {
		return append(dst[:len(dst)-1], "[]"...)
	}
	return append(dst, '}')
}

func (e encoder) object(dst []byte, v reflect.Value) []byte {
	s := shapeOf(v.Type())
	dst = append(dst, '{')
	first := true
	property := func(name string, f field) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(e.writeString(dst, name), ':')
		dst = e.property(dst, v.Field(f.index), f)
	}
	for _, f := range s.fields {
		if !s.isset(v, f) {
			continue
		}
		property(f.name, f)
		if f.alias != "" {
			property(f.alias, f)
		}
	}
	return append(dst, '}')
}

func (e encoder) property(dst []byte, v reflect.Value, f field) []byte {
	switch {
	case f.object && v.Len() == 0:
		return append(dst, "{}"...)
	case f.format == "":
		return e.value(dst, v)
	}
	return e.writeString(dst, fmt.Sprintf(f.format, v.Interface()))
}

func appendUTF8(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(dst, b...)
}

func appendLatin1(dst []byte, s string) []byte {
	text := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		text = utf8.AppendRune(text, rune(s[i]))
	}
	return appendUTF8(dst, string(text))
}
