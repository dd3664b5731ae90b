package phpvalue

import (
	"bytes"
	"strconv"
)

// AppendPrinted appends what PHP's print_r prints of the object or array that [MarshalJSON]
// returns as JSON, with all octets of its strings.
func AppendPrinted(dst []byte, v any) []byte {
	p := printer{out: dst, in: AppendSerialized(nil, v)}
	p.value(0)
	return p.out
}

// printer prints a value from its serialized form, which tells objects from arrays.
type printer struct {
	in, out []byte
}

func (p *printer) value(indent int) {
	switch p.in[0] {
	case 'N':
		p.in = p.in[len("N;"):]
	case 'i':
		p.in = p.in[len("i:"):]
		p.out = append(p.out, p.until(';')...)
	case 's':
		p.out = append(p.out, p.text()...)
	case 'a':
		p.in = p.in[len("a:"):]
		p.members("Array", indent)
	case 'O':
		p.in = p.in[len(`O:8:"stdClass":`):]
		p.members("stdClass Object", indent)
	}
}

// members prints the elements of an array or the properties of an object.
func (p *printer) members(kind string, indent int) {
	n, _ := strconv.Atoi(string(p.until(':')))
	p.in = p.in[len("{"):]
	p.out = append(append(p.out, kind...), '\n')
	p.line(indent, "(")
	for range n {
		p.spaces(indent + 4)
		p.out = append(p.out, '[')
		p.value(0) // the key
		p.out = append(p.out, "] => "...)
		p.value(indent + 8)
		p.out = append(p.out, '\n')
	}
	p.in = p.in[len("}"):]
	p.line(indent, ")")
}

// text returns the string of `s:3:"abc";`.
func (p *printer) text() []byte {
	p.in = p.in[len("s:"):]
	n, _ := strconv.Atoi(string(p.until(':')))
	text := p.in[1 : 1+n]
	p.in = p.in[n+len(`"";`):]
	return text
}

// until returns what precedes an octet, and skips both.
func (p *printer) until(end byte) []byte {
	text, rest, _ := bytes.Cut(p.in, []byte{end})
	p.in = rest
	return text
}

func (p *printer) spaces(n int) {
	for range n {
		p.out = append(p.out, ' ')
	}
}

func (p *printer) line(indent int, text string) {
	p.spaces(indent)
	p.out = append(append(p.out, text...), '\n')
}
