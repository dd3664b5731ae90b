package functions

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Flags of json_encode and json_decode, and the numbers of their errors.
const (
	jsonHexTag                   = 1
	jsonHexAmp                   = 2
	jsonHexApos                  = 4
	jsonHexQuot                  = 8
	jsonForceObject              = 16
	jsonNumericCheck             = 32
	jsonUnescapedSlashes         = 64
	jsonPrettyPrint              = 128
	jsonPartialOutputOnError     = 512
	jsonUnescapedUnicode         = 256
	jsonPreserveZeroFraction     = 1024
	jsonUnescapedLineTerminators = 2048
	jsonInvalidUTF8Ignore        = 1 << 20
	jsonInvalidUTF8Substitute    = 1 << 21
	jsonThrowOnError             = 1 << 22
	jsonObjectAsArray            = 1
	jsonBigintAsString           = 2

	jsonErrorNone                = 0
	jsonErrorDepth               = 1
	jsonErrorCtrlChar            = 3
	jsonErrorSyntax              = 4
	jsonErrorUTF8                = 5
	jsonErrorInfOrNaN            = 7
	jsonErrorUnsupportedType     = 8
	jsonErrorInvalidPropertyName = 9
	jsonErrorUTF16               = 10
)

// jsonError is the error of the last json_encode or json_decode.
var jsonError = jsonErrorNone

// jsonLastError is json_last_error. Of a text with several errors it can be another one than
// PHP's.
//
//php:function json_last_error()
func jsonLastError() int { return jsonError }

var jsonMessages = map[int]string{
	jsonErrorNone:                "No error",
	jsonErrorDepth:               "Maximum stack depth exceeded",
	jsonErrorCtrlChar:            "Control character error, possibly incorrectly encoded",
	jsonErrorSyntax:              "Syntax error",
	jsonErrorUTF8:                "Malformed UTF-8 characters, possibly incorrectly encoded",
	jsonErrorInfOrNaN:            "Inf and NaN cannot be JSON encoded",
	jsonErrorUnsupportedType:     "Type is not supported",
	jsonErrorInvalidPropertyName: "The decoded property name is invalid",
	jsonErrorUTF16:               "Single unpaired UTF-16 surrogate in unicode escape",
}

// jsonLastErrorMsg is json_last_error_msg.
//
//php:function json_last_error_msg()
func jsonLastErrorMsg() string { return jsonMessages[jsonError] }

// jsonEncode is json_encode.
//
//php:function json_encode(value, flags = 0, depth = 512)
func jsonEncode(v any, flags, depth int) (string, bool) {
	e := jsonEncoder{flags: flags, depth: depth}
	e.value(v, 0)
	if flags&jsonThrowOnError == 0 || e.partial() {
		jsonError = e.err
	} else if e.err != jsonErrorNone {
		panic(newException("JsonException", jsonMessages[e.err], e.err))
	}
	return presentIf(e.out.String(), e.err == jsonErrorNone || e.partial())
}

type jsonEncoder struct {
	out          strings.Builder
	flags, depth int
	err          int
	stopped      bool
}

// partial reports whether an error does not end the encoding.
func (e *jsonEncoder) partial() bool { return e.flags&jsonPartialOutputOnError != 0 }

// fail notes an error. If it does not end the encoding, instead stands in place of the value.
func (e *jsonEncoder) fail(err int, instead string) {
	switch {
	case e.partial():
		e.err = err
		e.out.WriteString(instead)
	case !e.stopped:
		e.err, e.stopped = err, true
	}
}

func (e *jsonEncoder) value(v any, level int) {
	if e.stopped {
		return
	}
	switch v := v.(type) {
	case nil:
		e.out.WriteString("null")
	case bool:
		e.out.WriteString(strconv.FormatBool(v))
	case int:
		e.out.WriteString(strconv.Itoa(v))
	case float64:
		e.float(v)
	case string:
		e.string(v, "null")
	case *Array[any]:
		e.members(v, v.isList() && e.flags&jsonForceObject == 0, level)
	case interface{ phpJSON() any }:
		e.value(v.phpJSON(), level)
	default:
		if _, _, ok := membersOf(v); ok {
			e.members(objectVars(v), false, level)
		} else {
			e.fail(jsonErrorUnsupportedType, "null")
		}
	}
}

func (e *jsonEncoder) float(f float64) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		e.err = jsonErrorInfOrNaN
		e.out.WriteByte('0')
		return
	}
	text := formatFloat(f, -1, "e")
	if e.flags&jsonPreserveZeroFraction != 0 && !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	e.out.WriteString(text)
}

// members writes an array or the properties of an object.
func (e *jsonEncoder) members(a *Array[any], list bool, level int) {
	brackets := "{}"
	if list {
		brackets = "[]"
	}
	if a.Len() == 0 {
		e.out.WriteString(brackets)
		e.deep(level)
		return
	}
	e.out.WriteByte(brackets[0])
	first := true
	for k, v := range a.All() {
		if !first {
			e.out.WriteByte(',')
		}
		first = false
		e.line(level + 1)
		if !list {
			flags := e.flags
			e.flags &^= jsonNumericCheck
			e.string(toString(k), `""`)
			e.flags = flags
			e.out.WriteByte(':')
			if e.flags&jsonPrettyPrint != 0 {
				e.out.WriteByte(' ')
			}
		}
		e.value(v, level+1)
	}
	e.line(level)
	e.out.WriteByte(brackets[1])
	e.deep(level)
}

func (e *jsonEncoder) deep(level int) {
	if level+1 > e.depth {
		e.fail(jsonErrorDepth, "")
	}
}

func (e *jsonEncoder) line(level int) {
	if e.flags&jsonPrettyPrint != 0 {
		e.out.WriteString("\n" + strings.Repeat("    ", level))
	}
}

// string writes a string, or what stands instead of one that is not UTF-8.
func (e *jsonEncoder) string(s, instead string) {
	if n := numericPrefix(s); e.flags&jsonNumericCheck != 0 && n.digits && n.whole && !math.IsInf(n.f, 0) {
		if n.isFloat {
			e.float(n.f)
		} else {
			e.out.WriteString(strconv.Itoa(n.i))
		}
		return
	}
	if e.flags&(jsonInvalidUTF8Ignore|jsonInvalidUTF8Substitute) == 0 && !wellFormed(s) {
		e.fail(jsonErrorUTF8, instead)
		return
	}
	e.out.WriteByte('"')
	for s != "" {
		r, size, ok := utf8Char(s)
		if ok {
			e.rune(r)
		} else if e.flags&jsonInvalidUTF8Ignore == 0 {
			e.rune(utf8.RuneError)
		}
		s = s[size:]
	}
	e.out.WriteByte('"')
}

// wellFormed reports whether a string is UTF-8 as PHP reads it.
func wellFormed(s string) bool {
	for s != "" {
		_, size, ok := utf8Char(s)
		if !ok {
			return false
		}
		s = s[size:]
	}
	return true
}

var jsonEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func (e *jsonEncoder) rune(r rune) {
	hex := map[rune]int{'<': jsonHexTag, '>': jsonHexTag, '&': jsonHexAmp, '\'': jsonHexApos, '"': jsonHexQuot}[r]
	switch escape := jsonEscapes[r]; {
	case hex&e.flags != 0:
		fmt.Fprintf(&e.out, `\u%04X`, r)
	case r == '/' && e.flags&jsonUnescapedSlashes == 0:
		e.out.WriteString(`\/`)
	case escape != "":
		e.out.WriteString(escape)
	case r < ' ' || r > 0x7E && r != 0x7F && e.escapes(r):
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&e.out, `\u%04x`, unit)
		}
	default:
		e.out.WriteRune(r)
	}
}

// escapes reports whether a character that is not ASCII is escaped.
func (e *jsonEncoder) escapes(r rune) bool {
	if r == 0x2028 || r == 0x2029 {
		return e.flags&(jsonUnescapedUnicode|jsonUnescapedLineTerminators) != jsonUnescapedUnicode|jsonUnescapedLineTerminators
	}
	return e.flags&jsonUnescapedUnicode == 0
}

// jsonDecode is json_decode. Objects are *Object, or arrays if assoc. A text that is no JSON is
// nil.
//
//php:function json_decode(json, associative = false, depth = 512, flags = 0)
func jsonDecode(s string, assoc bool, depth, flags int) any {
	d := jsonDecoder{rest: s, assoc: assoc || flags&jsonObjectAsArray != 0, depth: depth, flags: flags}
	v := d.value(0)
	d.space()
	if d.err == jsonErrorNone && d.rest != "" {
		d.unexpected()
	}
	if flags&jsonThrowOnError == 0 {
		jsonError = d.err
	} else if d.err != jsonErrorNone {
		panic(newException("JsonException", jsonMessages[d.err], d.err))
	}
	if d.err != jsonErrorNone {
		return nil
	}
	return v
}

type jsonDecoder struct {
	rest         string
	assoc        bool
	depth, flags int
	err          int
}

func (d *jsonDecoder) fail(err int) any {
	if d.err == jsonErrorNone {
		d.err = err
	}
	return nil
}

// unexpected fails at a character that begins nothing.
func (d *jsonDecoder) unexpected() any {
	if d.rest != "" && d.rest[0] < ' ' {
		return d.fail(jsonErrorCtrlChar)
	}
	if r, size := utf8.DecodeRuneInString(d.rest); r == utf8.RuneError && size == 1 {
		return d.fail(jsonErrorUTF8)
	}
	return d.fail(jsonErrorSyntax)
}

func (d *jsonDecoder) space() { d.rest = strings.TrimLeft(d.rest, " \t\n\r") }

func (d *jsonDecoder) value(level int) any {
	d.space()
	if d.rest == "" {
		return d.fail(jsonErrorSyntax)
	}
	switch c := d.rest[0]; {
	case c == '{':
		return d.object(level + 1)
	case c == '[':
		return d.array(level + 1)
	case c == '"':
		s, _ := d.string()
		return s
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	}
	for _, literal := range []struct {
		name  string
		value any
	}{{"null", nil}, {"true", true}, {"false", false}} {
		if strings.HasPrefix(d.rest, literal.name) {
			d.rest = d.rest[len(literal.name):]
			return literal.value
		}
	}
	return d.unexpected()
}

func (d *jsonDecoder) array(level int) any {
	a := newArray[any]()
	d.rest = d.rest[1:]
	d.deep(level)
	if d.skip(']') {
		return a
	}
	for d.err == jsonErrorNone {
		a.Append(d.value(level))
		if d.skip(']') {
			return a
		}
		d.comma()
	}
	return nil
}

func (d *jsonDecoder) deep(level int) {
	if level >= d.depth {
		d.fail(jsonErrorDepth)
	}
}

// skip skips a character after white space.
func (d *jsonDecoder) skip(c byte) bool {
	if d.err != jsonErrorNone {
		return false
	}
	d.space()
	if d.rest == "" || d.rest[0] != c {
		return false
	}
	d.rest = d.rest[1:]
	return true
}

func (d *jsonDecoder) comma() {
	if d.err == jsonErrorNone && !d.skip(',') {
		d.unexpected()
	}
}

func (d *jsonDecoder) object(level int) any {
	o := newObject()
	d.rest = d.rest[1:]
	d.deep(level)
	if d.skip('}') {
		return d.finish(o)
	}
	for d.err == jsonErrorNone {
		d.space()
		if d.rest == "" || d.rest[0] != '"' {
			return d.unexpected()
		}
		key, _ := d.string()
		if d.err == jsonErrorNone && !d.skip(':') {
			return d.unexpected()
		}
		value := d.value(level)
		if !d.assoc && strings.HasPrefix(key, "\x00") {
			d.fail(jsonErrorInvalidPropertyName)
		}
		o.Properties.Set(key, value)
		if d.skip('}') {
			return d.finish(o)
		}
		d.comma()
	}
	return nil
}

func (d *jsonDecoder) finish(o *Object) any {
	if d.assoc {
		return o.Properties
	}
	return o
}

func (d *jsonDecoder) number() any {
	s := d.rest
	i := 0
	if s[0] == '-' {
		i++
	}
	digits := digitsLength(s[i:])
	if digits > 1 && s[i] == '0' {
		digits = 1
	}
	if digits == 0 {
		return d.fail(jsonErrorSyntax)
	}
	i += digits
	isFloat := false
	if i < len(s) && s[i] == '.' && digitsLength(s[i+1:]) > 0 {
		i += 1 + digitsLength(s[i+1:])
		isFloat = true
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if n := digitsLength(s[j:]); n > 0 {
			i = j + n
			isFloat = true
		}
	}
	d.rest = s[i:]
	if !isFloat {
		if n, err := strconv.Atoi(s[:i]); err == nil {
			return n
		}
		if d.flags&jsonBigintAsString != 0 {
			return s[:i]
		}
	}
	return floatval(s[:i])
}

func (d *jsonDecoder) string() (string, bool) {
	var out strings.Builder
	d.rest = d.rest[1:]
	for d.rest != "" {
		r, size := utf8.DecodeRuneInString(d.rest)
		switch {
		case r == '"':
			d.rest = d.rest[1:]
			return out.String(), true
		case r < ' ':
			d.fail(jsonErrorCtrlChar)
			return "", false
		case r == utf8.RuneError && size == 1:
			if d.flags&(jsonInvalidUTF8Ignore|jsonInvalidUTF8Substitute) == 0 {
				d.fail(jsonErrorUTF8)
				return "", false
			}
			if d.flags&jsonInvalidUTF8Ignore == 0 {
				out.WriteRune(utf8.RuneError)
			}
			d.rest = d.rest[1:]
		case r == '\\':
			if !d.escape(&out) {
				return "", false
			}
		default:
			out.WriteString(d.rest[:size])
			d.rest = d.rest[size:]
		}
	}
	d.fail(jsonErrorCtrlChar)
	return "", false
}

// escape decodes an escape sequence.
func (d *jsonDecoder) escape(out *strings.Builder) bool {
	if len(d.rest) < 2 {
		d.fail(jsonErrorCtrlChar)
		return false
	}
	if i := strings.IndexByte(`"\/bfnrt`, d.rest[1]); i >= 0 {
		out.WriteByte("\"\\/\b\f\n\r\t"[i])
		d.rest = d.rest[2:]
		return true
	}
	unit, ok := d.unit()
	if !ok {
		d.fail(jsonErrorSyntax)
		return false
	}
	if utf16.IsSurrogate(unit) {
		low, ok := d.unit()
		unit = utf16.DecodeRune(unit, low)
		if !ok || unit == utf8.RuneError {
			d.fail(jsonErrorUTF16)
			return false
		}
	}
	out.WriteRune(unit)
	return true
}

// unit reads a code unit of UTF-16, "\u00e9".
func (d *jsonDecoder) unit() (rune, bool) {
	if len(d.rest) < 6 || d.rest[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(d.rest[2:6], 16, 16)
	if err != nil {
		return 0, false
	}
	d.rest = d.rest[6:]
	return rune(n), true
}
