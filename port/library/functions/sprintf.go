package functions

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// printf is printf: returns the number of bytes that it writes.
//
//php:function printf(format, values)
func printf(format string, values ...any) int {
	text := sprintf(format, values...)
	echo(text)
	return len(text)
}

// vprintf is vprintf.
//
//php:function vprintf(format, values)
func vprintf(format string, values *Array[any]) int { return printf(format, values.Values()...) }

// fprintf is fprintf.
//
//php:function fprintf(stream, format, values)
func fprintf(f *file, format string, values ...any) (int, error) {
	return fwrite(f, sprintf(format, values...))
}

// vsprintf is vsprintf.
//
//php:function vsprintf(format, values)
func vsprintf(format string, values *Array[any]) string { return sprintf(format, values.Values()...) }

// sprintf is sprintf. Of negative infinity PHP writes other texts.
//
//php:function sprintf(format, values)
func sprintf(format string, values ...any) string {
	p := sprintfState{rest: format, values: values}
	for p.rest != "" {
		text, rest, found := strings.Cut(p.rest, "%")
		p.out.WriteString(text)
		p.rest = rest
		if found {
			p.conversion()
		}
	}
	if p.needed > len(values) {
		throw("ArgumentCountError", fmt.Sprintf("%d arguments are required, %d given", p.needed+1, len(values)+1))
	}
	return p.out.String()
}

type sprintfState struct {
	out    strings.Builder
	rest   string
	values []any
	next   int // the argument of the next conversion without a number
	needed int // how many arguments there must be
}

// A sprintfSpec is what is between "%" and the letter.
type sprintfSpec struct {
	left, sign       bool
	padding          byte
	width, precision int  // precision -1: none
	bare             bool // a precision without digits, which strings ignore
}

func (p *sprintfState) conversion() {
	if strings.HasPrefix(p.rest, "%") {
		p.out.WriteByte('%')
		p.rest = p.rest[1:]
		return
	}
	number := -1
	if n := digitsLength(p.rest); n < len(p.rest) && p.rest[n] == '$' {
		number = p.number("Argument number specifier") - 1
		if number < 0 {
			throw("ValueError", "Argument number specifier must be greater than zero and less than 2147483647")
		}
		p.rest = p.rest[1:]
	}
	spec := p.spec()
	p.rest = strings.TrimPrefix(p.rest, "l")
	if number < 0 {
		number = p.next
		p.next++
	}
	if number >= len(p.values) { // an error at the end
		p.needed = max(p.needed, number+1)
		return
	}
	if p.rest == "" {
		throw("ValueError", "Missing format specifier at end of string")
	}
	letter := p.rest[0]
	p.rest = p.rest[1:]
	p.convert(letter, spec, p.values[number])
}

// number reads digits.
func (p *sprintfState) number(what string) int {
	n := digitsLength(p.rest)
	value, err := strconv.Atoi("0" + p.rest[:n])
	if err != nil || value >= math.MaxInt32 {
		throw("ValueError", what+" must be greater than zero and less than 2147483647")
	}
	p.rest = p.rest[n:]
	return value
}

func (p *sprintfState) spec() sprintfSpec {
	spec := sprintfSpec{padding: ' ', precision: -1}
flags:
	for ; p.rest != ""; p.rest = p.rest[1:] {
		switch p.rest[0] {
		case '-':
			spec.left = true
		case '+':
			spec.sign = true
		case '0', ' ':
			spec.padding = p.rest[0]
		case '\'':
			if len(p.rest) < 2 {
				throw("ValueError", "Missing padding character")
			}
			spec.padding = p.rest[1]
			p.rest = p.rest[1:]
		default:
			break flags
		}
	}
	if digitsLength(p.rest) > 0 {
		spec.width = p.number("Width")
	}
	if strings.HasPrefix(p.rest, ".") {
		p.rest = p.rest[1:]
		spec.precision, spec.bare = 0, digitsLength(p.rest) == 0
		if !spec.bare {
			spec.precision = p.number("Precision")
		}
	}
	return spec
}

func (p *sprintfState) convert(letter byte, spec sprintfSpec, v any) {
	switch letter {
	case '%':
		p.out.WriteByte('%')
	case 's':
		s := toString(v)
		if spec.precision >= 0 && !spec.bare {
			s = s[:min(spec.precision, len(s))]
		}
		p.pad(s, spec, false)
	case 'd':
		n := toInt(v)
		s := strconv.Itoa(n)
		if spec.sign && n >= 0 {
			s = "+" + s
		}
		if spec.left && spec.padding == '0' {
			spec.padding = ' '
		}
		p.pad(s, spec, true)
	case 'u':
		p.pad(strconv.FormatUint(uint64(toInt(v)), 10), spec, false)
	case 'b', 'o', 'x', 'X':
		base := map[byte]int{'b': 2, 'o': 8, 'x': 16, 'X': 16}[letter]
		s := strconv.FormatUint(uint64(toInt(v)), base)
		if letter == 'X' {
			s = strings.ToUpper(s)
		}
		p.pad(s, spec, false)
	case 'c':
		p.out.WriteString(chr(toInt(v)))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'h', 'H':
		f := toFloat(v)
		switch { // PHP writes neither the sign nor the width
		case math.IsNaN(f):
			p.out.WriteString("NaN")
		case math.IsInf(f, 0):
			p.out.WriteString("INF")
		default:
			p.pad(sprintfFloat(letter, spec, f), spec, true)
		}
	default:
		throw("ValueError", fmt.Sprintf("Unknown format specifier \"%c\"", letter))
	}
}

func sprintfFloat(letter byte, spec sprintfSpec, f float64) string {
	sign := ""
	if spec.sign && f >= 0 {
		sign = "+"
	}
	if f == 0 && strings.IndexByte("eEfF", letter) >= 0 {
		f = 0 // not -0
	}
	precision := spec.precision
	if precision < 0 {
		precision = 6
	}
	if precision > 53 {
		warnText(fmt.Sprintf("Requested precision of %d digits was truncated to PHP maximum of 53 digits", precision))
		precision = 53
	}
	switch letter {
	case 'f', 'F':
		return sign + strconv.FormatFloat(f, 'f', precision, 64)
	case 'e', 'E':
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', precision, 64), "e")
		n, _ := strconv.Atoi(exponent)
		return sign + mantissa + string(letter) + fmt.Sprintf("%+d", n)
	}
	exponent := "E"
	if letter == 'g' || letter == 'h' {
		exponent = "e"
	}
	return sign + formatFloat(f, max(1, precision), exponent)
}

// pad writes a text of at least the width. Zeros are between a number and its sign.
func (p *sprintfState) pad(s string, spec sprintfSpec, number bool) {
	missing := spec.width - len(s)
	if missing <= 0 {
		p.out.WriteString(s)
		return
	}
	padding := strings.Repeat(string([]byte{spec.padding}), missing)
	switch {
	case spec.left:
		p.out.WriteString(s + padding)
	case number && spec.padding == '0' && (s[0] == '-' || s[0] == '+'):
		p.out.WriteString(s[:1] + padding + s[1:])
	default:
		p.out.WriteString(padding + s)
	}
}

// numberFormat is number_format.
//
//php:function number_format(num, decimals = 0, decimal_separator = ".", thousands_separator = ",")
func numberFormat(f float64, decimals int, point, thousands string) string {
	decimals = max(0, decimals)
	text := strconv.FormatFloat(math.Abs(round(f, decimals)), 'f', decimals, 64)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return strings.ToLower(strings.Trim(text, "+"))
	}
	whole, fraction, _ := strings.Cut(text, ".")
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	out := strings.Join(append([]string{whole}, groups...), thousands)
	if decimals > 0 {
		out += point + fraction
	}
	if f < 0 && strings.Trim(text, "0.") != "" {
		out = "-" + out
	}
	return out
}
