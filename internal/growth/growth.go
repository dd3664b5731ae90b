package growth

import (
	"fmt"
	"runtime"
)

const (
	// larger is the size of the large argument, in multiples of the small one.
	larger = 4
	// most is the greatest allowed cost of the large argument, in multiples of the small one's.
	// A linear function costs four times as much, a quadratic one sixteen times.
	most = 5
	// Octets and allocations up to these are not counted: a call's fixed cost, and what other
	// goroutines allocate at the same time.
	freeOctets, freeAllocations = 1 << 20, 2000
)

// cost has the octets and allocations of calls.
type cost struct{ octets, allocations uint64 }

// Linear returns an error if the allocations of a call, in octets or number, grow faster than
// its argument. It makes the call with an argument of the given size, and with one of four
// times that size.
func Linear(size int, call func(size int)) error {
	var small, large cost
	for range 2 { // others may have allocated at the first attempt
		small, large = costOf(func() { call(size) }), costOf(func() { call(larger * size) })
		if large.octets <= most*small.octets+freeOctets && large.allocations <= most*small.allocations+freeAllocations {
			return nil
		}
	}
	return fmt.Errorf("size %d: %d octets in %d allocations, size %d: %d in %d",
		size, small.octets, small.allocations, larger*size, large.octets, large.allocations)
}

func costOf(call func()) cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return cost{after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs}
}
