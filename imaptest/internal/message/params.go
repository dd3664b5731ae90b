package message

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
)

// param is a parameter of Content-Type or Content-Disposition.
type param struct{ name, value string }

// mediaType reads the type and subtype of a Content-Type. What has no subtype is a type with an
// empty subtype, anything else that does not parse is two empty strings. In both cases ok is
// false, and the parameters are not read.
func (s *scanner) mediaType() (kind, subtype string, ok bool) {
	if s.skip() != more {
		return "", "", false
	}
	t, o := s.token(nil)
	if o != more || len(t) == 0 {
		return string(t), "", false
	}
	if !s.at('/') {
		return "", "", false
	}
	s.pos++
	if s.skip() != more {
		return "", "", false
	}
	sub, o := s.token(nil)
	if o == broken || len(sub) == 0 || !s.atEnd() && !s.at(';') {
		return "", "", false
	}
	return string(t), string(sub), true
}

// maxParams is the number of attempts to read a parameter. An attempt that fails skips one octet, or
// what was read.
const maxParams = 128

// params reads parameters up to the end. What is no parameter is skipped. The parameters of
// RFC 2231, as far as they are complete, come joined behind the others.
func (s *scanner) params() []param {
	var plain []param
	var pieces []piece
	index := uint32(0)
	for attempts := 0; attempts < maxParams && !s.atEnd(); attempts++ {
		p, ok := s.param()
		if !ok {
			s.pos++
			continue
		}
		if piece, ok := newPiece(p, &index); ok {
			pieces = append(pieces, piece)
		} else {
			plain = append(plain, p)
		}
	}
	return append(plain, joinPieces(pieces)...)
}

// param reads ";", a name, "=" and a value.
func (s *scanner) param() (p param, ok bool) {
	if !s.at(';') {
		return p, false
	}
	s.pos++
	if s.skip() != more {
		return p, false
	}
	name, o := s.token(nil)
	if o != more || !s.at('=') {
		return p, false
	}
	s.pos++
	var value []byte
	if o = s.skip(); o == more {
		switch {
		case s.at('"'):
			value, o = s.quotedString(nil)
		case s.at('='):
			value = s.encodedWord()
		default:
			value, o = s.token(nil)
		}
	}
	return param{string(name), string(value)}, o != broken
}

// encodedWord reads a value that begins with "=", as an encoded word without quotes does.
func (s *scanner) encodedWord() []byte {
	rest := s.text[s.pos:]
	n := bytes.IndexAny(rest, "; \t\r\n")
	if n < 0 {
		n = len(rest)
	}
	s.pos += n
	value, _, _ := bytes.Cut(rest[:n], []byte{0})
	return value
}

// piece is a piece of a parameter of RFC 2231: name*index=value, or name*index*=value, which is
// extended.
type piece struct {
	name, value string
	index       uint32
	extended    bool
}

// newPiece parses a parameter's name. name*=value has the index of the piece before, as in
// Dovecot.
func newPiece(p param, index *uint32) (piece, bool) {
	i := bytes.IndexByte([]byte(p.name), '*')
	if i < 0 {
		return piece{}, false
	}
	rest := p.name[i+1:]
	extended := rest == ""
	if !extended {
		*index = 0
		for rest != "" && '0' <= rest[0] && rest[0] <= '9' {
			*index = *index*10 + uint32(rest[0]-'0')
			rest = rest[1:]
		}
		if rest != "" && rest[0] == '*' {
			extended, rest = true, rest[1:]
		}
	}
	return piece{p.name[:i], p.value, *index, extended}, rest == ""
}

// joinPieces joins the pieces of each parameter. If one is missing or there twice, all stay
// apart.
func joinPieces(pieces []piece) []param {
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.index, b.index))
	})
	var params []param
	for len(pieces) > 0 {
		name := lower([]byte(pieces[0].name))
		n := 0
		complete, extended := true, false
		for n < len(pieces) && lower([]byte(pieces[n].name)) == name {
			complete = complete && pieces[n].index == uint32(n)
			extended = extended || pieces[n].extended
			n++
		}
		if complete {
			params = append(params, joined(pieces[:n], extended))
		} else {
			for _, p := range pieces[:n] {
				params = append(params, p.param())
			}
		}
		pieces = pieces[n:]
	}
	return params
}

func (p piece) param() param {
	name := p.name + "*" + strconv.FormatUint(uint64(p.index), 10)
	if p.extended {
		name += "*"
	}
	return param{name, p.value}
}

// joined joins pieces. If one is extended the whole is, and has a charset and a language, though
// perhaps empty ones.
func joined(pieces []piece, extended bool) param {
	p := param{name: pieces[0].name}
	var value []byte
	if extended {
		p.name += "*"
		if !pieces[0].extended {
			value = append(value, "''"...)
		}
	}
	for _, piece := range pieces {
		if extended && !piece.extended {
			value = append(value, bytes.ReplaceAll([]byte(piece.value), []byte("%"), []byte("%25"))...)
		} else {
			value = append(value, piece.value...)
		}
	}
	p.value = string(value)
	return p
}
