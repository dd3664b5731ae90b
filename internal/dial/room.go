package dial

import (
	"strings"
	"unsafe"
)

// FirstRoom is the initial capacity for a text, in octets. So a text that is announced and not
// sent takes little memory.
const FirstRoom = 64 << 10

const (
	// roomGrowth is the factor by which the capacity then grows. If the rest is at most
	// nearRest times what has come, the capacity is made for all of it: each step copies what
	// has come, and leaves garbage.
	roomGrowth = 8
	nearRest   = 16
)

// Room returns the capacity to add for a text. come octets of it have arrived, and rest are
// announced.
func Room(come, rest int) int {
	if trusted := max(FirstRoom, roomGrowth*come); rest > nearRest*trusted {
		return trusted
	}
	return rest
}

// Uncleared returns an empty slice with capacity for n octets, which are not zeroed. For a long
// text zeroing takes longer than copying, since the collector and the zeroing goroutine wait
// for each other. The octets must be written before they are read.
func Uncleared(n int) []byte {
	var b strings.Builder // strings.Builder does not zero memory
	b.Grow(max(n, 1))
	b.WriteByte(0) // an empty string need not point anywhere
	return unsafe.Slice(unsafe.StringData(b.String()), b.Cap())[:0]
}

// Cut returns the beginning of a server's text, at most octets octets.
func Cut(text string, octets int) string { return text[:min(len(text), octets)] }
