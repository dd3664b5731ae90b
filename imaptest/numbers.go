package imaptest

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// lastNumber is "*" in a set: the last message.
const lastNumber = math.MaxUint32

// numberRange is a range of message numbers or UIDs.
type numberRange struct{ first, last uint32 }

// numberSet is a sequence-set (RFC 3501 section 9).
type numberSet []numberRange

// parseNumbers reads a set such as "1:3,7,9:*".
func parseNumbers(s string) (numberSet, error) {
	var set numberSet
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, ":")
		if !isRange {
			to = from
		}
		first, ok1 := parseNumber(from)
		last, ok2 := parseNumber(to)
		if !ok1 || !ok2 {
			return nil, errMessageSet
		}
		set = append(set, numberRange{min(first, last), max(first, last)})
	}
	return set, nil
}

const errMessageSet = syntaxError("Invalid messageset")

func parseNumber(s string) (uint32, bool) {
	if s == "*" {
		return lastNumber, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil && n > 0
}

// contains reports whether a number of a message is in the set. last is the number for "*". A
// range that begins behind the last message and ends with "*" contains it (RFC 3501 section 9).
func (set numberSet) contains(n, last uint32) bool {
	for _, r := range set {
		if r.last == lastNumber {
			r = numberRange{min(r.first, last), last}
		}
		if r.first <= n && n <= r.last {
			return true
		}
	}
	return false
}

// exists reports whether a set of message numbers is valid. As in Dovecot only its highest range
// must be one of messages, so "12,*" may have a number that does not exist.
func (set numberSet) exists(last uint32) bool {
	highest := slices.MaxFunc(set, func(a, b numberRange) int {
		return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(b.first, a.first))
	})
	switch {
	case highest.first == lastNumber:
		return last > 0
	case highest.last == lastNumber:
		return highest.first <= last
	}
	return highest.last <= last
}

// add appends a number. Numbers that follow each other are a range.
func (set *numberSet) add(n uint32) {
	if i := len(*set) - 1; i >= 0 && (*set)[i].last+1 == n {
		(*set)[i].last = n
		return
	}
	*set = append(*set, numberRange{n, n})
}

// String returns the set as it is sent.
func (set numberSet) String() string {
	var b strings.Builder
	for i, r := range set {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(r.first), 10))
		if r.last != r.first {
			b.WriteByte(':')
			b.WriteString(strconv.FormatUint(uint64(r.last), 10))
		}
	}
	return b.String()
}
