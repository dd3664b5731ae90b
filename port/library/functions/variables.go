package functions

import "strings"

// isScalar is is_scalar.
//
//php:function is_scalar(value)
func isScalar(v any) bool { return isInt(v) || isFloat(v) || isBool(v) || isString(v) }

// isNumeric is is_numeric: a number, or a string that is one.
//
//php:function is_numeric(value)
func isNumeric(v any) bool {
	if s, ok := v.(string); ok {
		n := numericPrefix(s)
		return n.digits && n.whole
	}
	return isInt(v) || isFloat(v)
}

// getType is gettype.
//
//php:function gettype(value)
func getType(v any) string {
	names := map[string]string{"null": "NULL", "bool": "boolean", "int": "integer", "float": "double"}
	name := typeName(v)
	if long, ok := names[name]; ok {
		return long
	}
	return name
}

// getDebugType is get_debug_type, of objects without their class.
//
//php:function get_debug_type(value)
func getDebugType(v any) string { return typeName(v) }

// ctypeAll reports whether a string is not empty and all its bytes are of a kind.
func ctypeAll(s string, kind func(c byte) bool) bool {
	for i := range len(s) {
		if !kind(s[i]) {
			return false
		}
	}
	return s != ""
}

// ctypeDigit is ctype_digit.
//
//php:function ctype_digit(text)
func ctypeDigit(s string) bool { return s != "" && digitsLength(s) == len(s) }

// ctypeAlpha is ctype_alpha.
//
//php:function ctype_alpha(text)
func ctypeAlpha(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' })
}

// ctypeAlnum is ctype_alnum.
//
//php:function ctype_alnum(text)
func ctypeAlnum(s string) bool { return ctypeAll(s, isAlnum) }

// ctypeUpper is ctype_upper.
//
//php:function ctype_upper(text)
func ctypeUpper(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c >= 'A' && c <= 'Z' })
}

// ctypeLower is ctype_lower.
//
//php:function ctype_lower(text)
func ctypeLower(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c >= 'a' && c <= 'z' })
}

// ctypeSpace is ctype_space.
//
//php:function ctype_space(text)
func ctypeSpace(s string) bool {
	return ctypeAll(s, func(c byte) bool { return strings.IndexByte(whiteSpace, c) >= 0 })
}

// ctypeXdigit is ctype_xdigit.
//
//php:function ctype_xdigit(text)
func ctypeXdigit(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' })
}

// ctypePunct is ctype_punct.
//
//php:function ctype_punct(text)
func ctypePunct(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c > ' ' && c < 0x7F && !isAlnum(c) })
}

// ctypeCntrl is ctype_cntrl.
//
//php:function ctype_cntrl(text)
func ctypeCntrl(s string) bool {
	return ctypeAll(s, func(c byte) bool { return c < 32 || c == 127 })
}

// ctypeGraph is ctype_graph.
//
//php:function ctype_graph(text)
func ctypeGraph(s string) bool { return ctypeAll(s, func(c byte) bool { return c > 32 && c < 127 }) }

// ctypePrint is ctype_print.
//
//php:function ctype_print(text)
func ctypePrint(s string) bool { return ctypeAll(s, func(c byte) bool { return c >= 32 && c < 127 }) }
