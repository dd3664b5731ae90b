package imapbridge

import (
	"iter"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// maxRanges bounds the ranges in one command, so that it is shorter than the 8,192 octets
// that every server accepts (RFC 7162 section 4).
const maxRanges = 300

// wireSet is a set of messages for one command, in the server's numbers.
type wireSet struct {
	uid    bool
	ranges []backend.Range
}

// onWire converts a set of at most maxRanges ranges. It leaves out message numbers that do not
// exist, but keeps all UIDs.
func (s *Session) onWire(set backend.Set) wireSet {
	if set.UID {
		return wireSet{true, set.Ranges}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return wireSet{false, s.nums.serverRanges(set.Ranges)}
}

// parts yields parts of the caller's set, each short enough for one command. It converts the
// message numbers of a part when that part is due, because a server may report EXPUNGE during
// the command for the previous one (RFC 9051 section 7.5.1).
func (s *Session) parts(set backend.Set) iter.Seq[wireSet] {
	return func(yield func(wireSet) bool) {
		for ranges := range slices.Chunk(set.Ranges, maxRanges) {
			part := s.onWire(backend.Set{UID: set.UID, Ranges: ranges})
			if !part.isEmpty() && !yield(part) {
				return
			}
		}
	}
}

func (w wireSet) isEmpty() bool { return len(w.ranges) == 0 }

// prefix returns "UID " for a command by UID.
func (w wireSet) prefix() string {
	if w.uid {
		return "UID "
	}
	return ""
}

// String returns the sequence-set of RFC 9051 section 9.
func (w wireSet) String() string {
	var b strings.Builder
	for i, r := range w.ranges {
		if i > 0 {
			b.WriteByte(',')
		}
		writeNumber(&b, r.First)
		if r.Last != r.First {
			b.WriteByte(':')
			writeNumber(&b, r.Last)
		}
	}
	return b.String()
}

func writeNumber(b *strings.Builder, n int) {
	if n >= backend.Max {
		b.WriteByte('*')
	} else {
		b.WriteString(strconv.Itoa(n))
	}
}

// numSet is a growing set of message numbers.
type numSet struct{ bits []uint64 }

// add adds a number, and reports whether it was new.
func (s *numSet) add(n int) bool {
	i, bit := n/64, uint64(1)<<(n%64)
	if i >= len(s.bits) {
		s.bits = slices.Grow(s.bits, i+1-len(s.bits))[:i+1]
	}
	isNew := s.bits[i]&bit == 0
	s.bits[i] |= bit
	return isNew
}

// span returns the range from the least number to the greatest. The set must not be empty.
func (s *numSet) span() backend.Range {
	first, last := 0, len(s.bits)-1
	for s.bits[first] == 0 {
		first++
	}
	for s.bits[last] == 0 {
		last--
	}
	return backend.Range{
		First: 64*first + bits.TrailingZeros64(s.bits[first]),
		Last:  64*last + 63 - bits.LeadingZeros64(s.bits[last]),
	}
}

// list returns the numbers, ascending.
func (s *numSet) list() (list []int) {
	for i, word := range s.bits {
		for ; word != 0; word &= word - 1 {
			list = append(list, 64*i+bits.TrailingZeros64(word))
		}
	}
	return list
}

func (s *numSet) has(n int) bool {
	i := n / 64
	return i < len(s.bits) && s.bits[i]&(1<<(n%64)) != 0
}
