package imapcompat

import (
	"iter"
	"strconv"
	"strings"
)

// Sections iterates over the parts of a message in the order of the message, each with its
// section number as [Connection.FetchBody] and [Connection.BodyStruct] take it:
//
//	for section, part := range structure.Sections() {
//
// A message that is no multipart has the one part "1". The parts of a nested message follow
// it, "2" and then "2.1". A multipart has the section number of the part that it is. The
// multipart that is all of a message, or all of a nested message, has none and is left out.
//
// PHP has no such function. The numbers are those of RFC 9051 section 6.4.5.
func (s *Structure) Sections() iter.Seq2[string, *Structure] {
	return func(yield func(string, *Structure) bool) {
		if s != nil {
			s.walk("", yield)
		}
	}
}

// walk yields the parts of a message whose numbers begin with prefix. It returns false when
// the loop has ended.
func (s *Structure) walk(prefix string, yield func(string, *Structure) bool) bool {
	if s.Type != TYPEMULTIPART {
		return s.walkPart(prefix+"1", yield)
	}
	for i, part := range s.Parts {
		if part != nil && !part.walkPart(prefix+strconv.Itoa(i+1), yield) {
			return false
		}
	}
	return true
}

// walkPart yields a part and what is in it.
func (s *Structure) walkPart(number string, yield func(string, *Structure) bool) bool {
	if !yield(number, s) {
		return false
	}
	switch nested := s.nested(); {
	case nested != nil:
		return nested.walk(number+".", yield)
	case s.Type == TYPEMULTIPART:
		return s.walk(number+".", yield)
	}
	return true
}

// nested returns the body of a message in a message, and nil for other parts. The part of a
// multipart/digest may be a message without one.
func (s *Structure) nested() *Structure {
	if s.Type != TYPEMESSAGE || !strings.EqualFold(s.Subtype, "RFC822") || len(s.Parts) == 0 {
		return nil
	}
	return s.Parts[0]
}
