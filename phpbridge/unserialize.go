package phpbridge

import (
	"bytes"
	"errors"
	"strconv"
	"unsafe"
)

// array is a PHP array, in its order.
type array []element

// element is an element of an array: its key is an int or a string.
type element struct{ key, value any }

// get returns the value under a string key.
func (a array) get(key string) (value any, ok bool) {
	for _, e := range a {
		if e.key == key {
			return e.value, true
		}
	}
	return nil, false
}

// maxDepth limits the nesting of arrays: those of imap_mail_compose have four levels in a
// request.
const maxDepth = 10

var errSerialized = errors.New("not PHP's serialize of plain values")

// unserialize reads a value in the form of PHP's serialize: nil, a bool, an int, a string or an
// array of these. It refuses objects, references and floats.
func unserialize(in []byte) (any, error) {
	p := parser{rest: in}
	v, ok := p.value(0)
	if !ok || len(p.rest) > 0 {
		return nil, errSerialized
	}
	return v, nil
}

type parser struct{ rest []byte }

func (p *parser) value(depth int) (any, bool) {
	if len(p.rest) < 2 {
		return nil, false
	}
	kind := p.rest[0]
	if kind == 'N' {
		return nil, p.skip("N;")
	}
	if p.rest[1] != ':' {
		return nil, false
	}
	p.rest = p.rest[2:]
	switch kind {
	case 'b':
		n, ok := p.number(';')
		return n == 1, ok && (n == 0 || n == 1)
	case 'i':
		return p.number(';')
	case 's':
		return p.string()
	case 'a':
		return p.array(depth)
	}
	return nil, false
}

func (p *parser) skip(text string) bool {
	rest, ok := bytes.CutPrefix(p.rest, []byte(text))
	p.rest = rest
	return ok
}

// number reads digits up to a delimiter.
func (p *parser) number(delimiter byte) (int, bool) {
	const longest = len("-9223372036854775808")
	end := bytes.IndexByte(p.rest[:min(len(p.rest), longest+1)], delimiter)
	if end < 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(p.rest[:end]), 10, strconv.IntSize)
	p.rest = p.rest[end+1:]
	return int(n), err == nil
}

func (p *parser) string() (string, bool) {
	size, ok := p.number(':')
	if !ok || size < 0 || size > len(p.rest)-len(`"";`) || !p.skip(`"`) {
		return "", false
	}
	// Nothing writes to a request, most of which may be a message for imap_append.
	s := unsafe.String(unsafe.SliceData(p.rest), size)
	p.rest = p.rest[size:]
	return s, p.skip(`";`)
}

func (p *parser) array(depth int) (array, bool) {
	const shortest = len("i:0;N;") // of an element
	count, ok := p.number(':')
	if !ok || depth == maxDepth || count < 0 || count > len(p.rest)/shortest || !p.skip("{") {
		return nil, false
	}
	list := make(array, 0, count)
	for range count {
		var e element
		if e.key, ok = p.key(); !ok {
			return nil, false
		}
		if e.value, ok = p.value(depth + 1); !ok {
			return nil, false
		}
		list = append(list, e)
	}
	return list, p.skip("}")
}

func (p *parser) key() (any, bool) {
	if len(p.rest) == 0 || p.rest[0] != 'i' && p.rest[0] != 's' {
		return nil, false
	}
	return p.value(maxDepth)
}
