package backend

import (
	"math"
	"slices"
)

// Set is a set of messages, by message number or by UID. An empty set contains no message.
type Set struct {
	UID    bool
	Ranges []Range
}

// SetOf returns the set of message numbers or UIDs in any order.
func SetOf(uid bool, nums []int) Set {
	if !slices.IsSorted(nums) {
		nums = slices.Sorted(slices.Values(nums))
	}
	set := Set{UID: uid}
	for _, n := range nums {
		if last := len(set.Ranges) - 1; last >= 0 && n <= set.Ranges[last].Last+1 {
			set.Ranges[last].Last = n
		} else {
			set.Ranges = append(set.Ranges, Range{First: n, Last: n})
		}
	}
	return set
}

// One returns the set of one message number or UID.
func One(uid bool, n int) Set { return Set{UID: uid, Ranges: []Range{{First: n, Last: n}}} }

// Overlaps reports whether two sets, both of numbers or both of UIDs, may have a message in
// common.
func (s Set) Overlaps(other Set) bool {
	for _, r := range s.Ranges {
		for _, o := range other.Ranges {
			if r.Last >= Max || o.Last >= Max || r.First <= o.Last && o.First <= r.Last {
				return true
			}
		}
	}
	return false
}

// Has reports whether a message may be in the set. A range with "*" may contain any message:
// "*" is the last message, even if its number is below the start of the range.
func (s Set) Has(msg *Message) bool {
	n := msg.Num
	if s.UID {
		n = msg.UID
	}
	return slices.ContainsFunc(s.Ranges, func(r Range) bool {
		return r.First <= n && n <= r.Last || r.Last >= Max
	})
}

// Range contains the messages First to Last, First <= Last. Max stands for the "*" of RFC 9051.
type Range struct{ First, Last int }

// Max is greater than every message number and UID. A UID has 32 bits (RFC 9051 section
// 2.3.1.1). If int has no more, the UIDs from Max on cannot be named.
const Max = min(1<<32, math.MaxInt-1)
