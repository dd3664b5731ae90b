package functions

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// toString returns a value as PHP's (string) does. Arrays are "Array", with a warning.
func toString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return floatString(v)
	case bool:
		if v {
			return "1"
		}
		return ""
	case nil:
		return ""
	case interface{ Len() int }:
		warnText("Array to string conversion")
		return "Array"
	case fmt.Stringer:
		return v.String()
	}
	throw("Error", "Object could not be converted to string")
	return ""
}

// floatString returns a number with up to 14 digits, as echo writes it: "0.1", "1.0E+25".
func floatString(f float64) string { return formatFloat(f, 14, "E") }

// formatFloat returns a number with up to so many digits, with the shortest digits that tell it
// from others if precision is -1.
func formatFloat(f float64, precision int, exponent string) string {
	switch {
	case math.IsNaN(f):
		return "NAN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case f == 0:
		if math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	decimals := precision - 1
	if precision < 0 {
		precision, decimals = 17, -1
	}
	text := strconv.FormatFloat(math.Abs(f), 'e', decimals, 64)
	mantissa, exp, _ := strings.Cut(text, "e")
	point, _ := strconv.Atoi(exp) // of the first digit
	digits := strings.Replace(mantissa, ".", "", 1)
	if !cutInteger(math.Abs(f), digits, point) {
		digits = strings.TrimRight(digits, "0")
	}
	sign := ""
	if f < 0 {
		sign = "-"
	}
	switch {
	case point < -4 || point >= precision:
		if len(digits) == 1 {
			digits += "0"
		}
		return fmt.Sprintf("%s%s.%s%s%+d", sign, digits[:1], digits[1:], exponent, point)
	case point < 0:
		return sign + "0." + strings.Repeat("0", -point-1) + digits
	case len(digits) <= point+1:
		return sign + digits + strings.Repeat("0", point+1-len(digits))
	}
	return sign + digits[:point+1] + "." + digits[point+1:]
}

// cutInteger reports whether digits are an integer's first ones, after which exactly half of the
// last one was cut off. PHP leaves zeros at their end: 333028694146105.0 is "3.3302869414610E+14".
func cutInteger(f float64, digits string, point int) bool {
	if f != math.Trunc(f) || f >= 1e15 || len(digits) > point {
		return false
	}
	n, _ := strconv.Atoi(digits)
	unit := math.Pow10(point + 1 - len(digits))
	return (float64(n)+0.5)*unit == f
}

// toInt returns a value as PHP's (int) does.
func toInt(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case float64:
		return floatInt(v)
	case bool:
		return boolInt(v)
	case string:
		return intval(v)
	case nil:
		return 0
	case interface{ Len() int }:
		return boolInt(v.Len() > 0)
	}
	return 1
}

// intval returns the integer at the beginning of a string, 0 if there is none.
//
//php:function intval(value)
func intval(s string) int {
	n := numericPrefix(s)
	if n.isFloat {
		return floatIntCapped(n.f)
	}
	return n.i
}

// floatInt returns the integer part of a number, modulo 2^64 as PHP does.
func floatInt(f float64) int {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	if f > -1<<63 && f < 1<<63 {
		return int(f)
	}
	n, _ := big.NewFloat(f).Int(nil)
	n.And(n, new(big.Int).SetUint64(math.MaxUint64))
	return int(int64(n.Uint64()))
}

// floatIntCapped returns the integer part of a number, or the integer next to it.
func floatIntCapped(f float64) int {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0
	case f >= 1<<63:
		return math.MaxInt
	case f < -1<<63:
		return math.MinInt
	}
	return int(f)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// toFloat returns a value as PHP's (float) does.
func toFloat(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		return floatval(v)
	}
	return float64(toInt(v))
}

// floatval returns the number at the beginning of a string, 0 if there is none.
//
//php:function floatval(value)
//php:function doubleval(value)
func floatval(s string) float64 {
	s = strings.TrimLeft(s, whiteSpace)
	length, _ := numberLength(s)
	f, _ := strconv.ParseFloat(s[:length], 64) // too great is infinite
	return f
}

// toBool returns a value as PHP's (bool) does: "", "0", 0, nil and empty arrays are false.
func toBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v != "" && v != "0"
	case int:
		return v != 0
	case float64:
		return v != 0
	case nil:
		return false
	case interface{ Len() int }:
		return v.Len() > 0
	}
	return true
}

// toArray returns a value as PHP's (array) does: nil is an empty array, an object its properties, and other
// values are in one.
func toArray(v any) *Array[any] {
	switch v := v.(type) {
	case *Array[any]:
		return v
	case nil:
		return newArray[any]()
	}
	if o, ok := v.(classed); ok {
		return arrayOf(o)
	}
	if o := objectOf(v); o != nil {
		return o.Properties.Clone()
	}
	return listOf(v)
}

// A number is what a string is or begins with: an integer or, if isFloat, a float.
type number struct {
	i       int
	f       float64
	isFloat bool
	digits  bool // there is a number
	whole   bool // nothing but white space follows it
}

const whiteSpace = " \t\n\r\v\f"

// numericPrefix returns the number that a string begins with, after white space.
func numericPrefix(s string) number {
	s = strings.TrimLeft(s, whiteSpace)
	length, isFloat := numberLength(s)
	if length == 0 {
		return number{}
	}
	n := number{isFloat: isFloat, digits: true, whole: strings.Trim(s[length:], whiteSpace) == ""}
	if !isFloat {
		var err error
		if n.i, err = strconv.Atoi(s[:length]); err == nil && (n.i != math.MinInt || length == len(s)) {
			return n
		}
		n.isFloat = true
	}
	n.f, _ = strconv.ParseFloat(s[:length], 64) // too great is infinite
	return n
}

// numberLength returns how many bytes of a string are a number, and whether that is a float.
func numberLength(s string) (length int, isFloat bool) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	whole := digitsLength(s[i:])
	i += whole
	if i < len(s) && s[i] == '.' && whole+digitsLength(s[i+1:]) > 0 {
		whole++
		i += 1 + digitsLength(s[i+1:])
		isFloat = true
	}
	if whole == 0 {
		return 0, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if n := digitsLength(s[j:]); n > 0 {
			return j + n, true
		}
	}
	return i, isFloat
}

// digitsLength returns how many digits a string begins with.
func digitsLength(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// toNumber returns an operand of arithmetic: an int or a float64. What is no number throws a
// TypeError that names the operands.
func toNumber(v any, operator string, a, b any) any {
	switch v := v.(type) {
	case int, float64:
		return v
	case bool:
		return boolInt(v)
	case nil:
		return 0
	case string:
		n := numericPrefix(v)
		if !n.digits {
			break
		}
		if !n.whole {
			warnText("A non-numeric value encountered")
		}
		if n.isFloat {
			return n.f
		}
		return n.i
	}
	throw("TypeError", "Unsupported operand types: "+typeName(a)+" "+operator+" "+typeName(b))
	return nil
}

// typeName returns a type as PHP's errors name it.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case int:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case interface{ Len() int }:
		return "array"
	}
	return "object"
}
