package functions

import (
	"fmt"
	"math"
	"strings"
)

// declared is what a parameter, result or property of a declared type gets of a value: "int",
// "?string", "string|false" or another one of a scalar type or "array". Other scalars are
// converted. Where that is not possible, PHP throws a TypeError. In its message %s is the type of
// the value.
func declared(v any, typ, message string) any {
	name, absent := typeParts(typ)
	if v == nil && absent == "null" || v == false && absent == "false" {
		return v
	}
	if out, ok := coerced(v, name); ok {
		return out
	}
	throw("TypeError", fmt.Sprintf(message, typeName(v)))
	return nil
}

// declaredStrictly is declared where the file says declare(strict_types=1): it only converts an
// integer to a float.
func declaredStrictly(v any, typ, message string) any {
	name, absent := typeParts(typ)
	n, isInt := v.(int)
	switch {
	case v == nil && absent == "null", v == false && absent == "false", name == typeName(v):
		return v
	case isInt && name == "float":
		return float64(n)
	}
	throw("TypeError", fmt.Sprintf(message, typeName(v)))
	return nil
}

// typeParts returns a type without the null or false that it allows as well.
func typeParts(typ string) (name, absent string) {
	if name, ok := strings.CutPrefix(typ, "?"); ok {
		return name, "null"
	}
	name, absent, _ = strings.Cut(typ, "|")
	return name, absent
}

// coerced converts a value to a scalar type as PHP does for a declared one.
func coerced(v any, typ string) (any, bool) {
	name := typeName(v)
	switch {
	case name == typ:
		return v, true
	case typ == "array" || name == "array" || name == "null":
		return nil, false
	case name == "object":
		s, ok := v.(fmt.Stringer)
		if !ok || typ != "string" {
			return nil, false
		}
		return s.String(), true
	}
	switch typ {
	case "int":
		return coercedInt(v)
	case "float":
		return coercedFloat(v)
	case "string":
		return toString(v), true
	case "bool":
		return toBool(v), true
	}
	return nil, false
}

// coercedFloat reads the string of an integer as one: "-0" is 0.
func coercedFloat(v any) (any, bool) {
	if s, ok := v.(string); ok {
		n := numericPrefix(s)
		if !n.isFloat {
			return float64(n.i), n.digits && n.whole
		}
	}
	return toFloat(v), isNumeric(v) || isBool(v)
}

// coercedInt accepts numbers that an integer can hold, without their fraction.
func coercedInt(v any) (any, bool) {
	switch v := v.(type) {
	case string:
		n := numericPrefix(v)
		switch {
		case !n.digits || !n.whole:
			return nil, false
		case n.isFloat:
			return coercedInt(n.f)
		}
		return n.i, true
	case float64:
		if math.IsNaN(v) || v >= 1<<63 || v < -1<<63 {
			return nil, false
		}
		return int(v), true
	}
	return toInt(v), true
}
