package growth

import (
	"fmt"
	"runtime"
)

const (
	// larger is how many times the size of the small argument the large one has.
	larger = 4
	// most is how many times as much the large argument may cost. Where a function is
	// linear it costs four times as much, where it is quadratic sixteen times.
	most = 5
	// What a call costs whatever its argument, and what others allocate at the same time,
	// is left out of the account.
	freeOctets, freeAllocations = 1 << 20, 2000
)

// cost is what calls have allocated.
type cost struct{ octets, allocations uint64 }

// Linear is an error when what a call allocates, in octets or in allocations, grows faster
// than its argument. It makes the call with an argument of the size, and with one of four
// times the size.
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
