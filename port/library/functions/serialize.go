package functions

import (
	"strconv"
	"strings"
)

// phpSerialize is serialize, of values that are no objects.
//
//php:function serialize(value)
func phpSerialize(v any) string {
	switch v := v.(type) {
	case nil:
		return "N;"
	case bool:
		return "b:" + strconv.Itoa(boolInt(v)) + ";"
	case int:
		return "i:" + strconv.Itoa(v) + ";"
	case float64:
		return "d:" + formatFloat(v, -1, "E") + ";"
	case string:
		return "s:" + strconv.Itoa(len(v)) + ":\"" + v + "\";"
	case *Array[any]:
		var out strings.Builder
		out.WriteString("a:" + strconv.Itoa(v.Len()) + ":{")
		for key, value := range v.All() {
			out.WriteString(phpSerialize(key) + phpSerialize(value))
		}
		out.WriteString("}")
		return out.String()
	}
	throw("Exception", "Serialization of objects is not allowed")
	return ""
}

// phpUnserialize is unserialize of values that are no objects and no references. Those throw an
// Error. What is no serialized value is false.
//
//php:function unserialize(data)
func phpUnserialize(s string) any {
	u := unserializer{rest: s}
	v, ok := u.value()
	if !ok {
		warnText("unserialize(): Error at offset " + strconv.Itoa(len(s)-len(u.rest)) + " of " + strconv.Itoa(len(s)) + " bytes")
		return false
	}
	return v
}

type unserializer struct{ rest string }

func (u *unserializer) value() (any, bool) {
	if strings.HasPrefix(u.rest, "N;") {
		u.rest = u.rest[2:]
		return nil, true
	}
	if len(u.rest) < 2 || u.rest[1] != ':' {
		return nil, false
	}
	kind := u.rest[0]
	if strings.IndexByte("OCRrE", kind) >= 0 {
		throw("Error", "unserialize() of an object or a reference")
	}
	rest := u.rest[2:]
	switch kind {
	case 'b', 'i', 'd':
		text, after, ok := strings.Cut(rest, ";")
		v, valid := unserializeScalar(kind, text)
		if ok && valid {
			u.rest = after
		}
		return v, ok && valid
	case 's':
		return u.text(rest)
	case 'a':
		return u.array(rest)
	}
	return nil, false
}

func unserializeScalar(kind byte, text string) (any, bool) {
	switch kind {
	case 'b':
		return text == "1", text == "0" || text == "1"
	case 'i':
		n, err := strconv.Atoi(text)
		return n, err == nil
	}
	switch text {
	case "INF", "-INF", "NAN":
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil
	}
	length, _ := numberLength(text)
	return floatval(text), length == len(text) && length > 0
}

// text reads "3:\"abc\";".
func (u *unserializer) text(rest string) (any, bool) {
	n, rest, ok := unserializeLength(rest)
	if !ok || len(rest) < n+3 || rest[0] != '"' || rest[n+1:n+3] != `";` {
		return nil, false
	}
	u.rest = rest[n+3:]
	return rest[1 : n+1], true
}

func unserializeLength(s string) (n int, rest string, ok bool) {
	text, rest, found := strings.Cut(s, ":")
	n, err := strconv.Atoi(text)
	return n, rest, found && err == nil && digitsLength(text) == len(text)
}

func (u *unserializer) array(rest string) (any, bool) {
	n, rest, ok := unserializeLength(rest)
	if !ok || !strings.HasPrefix(rest, "{") {
		return nil, false
	}
	u.rest = rest[1:]
	a := newArray[any]()
	for range n {
		key, ok := u.value()
		if _, isInt := key.(int); !ok || !isInt && !isString(key) {
			return nil, false
		}
		value, ok := u.value()
		if !ok {
			return nil, false
		}
		a.Set(key, value)
	}
	if !strings.HasPrefix(u.rest, "}") {
		return nil, false
	}
	u.rest = u.rest[1:]
	return a, true
}
