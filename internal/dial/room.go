package dial

import (
	"strings"
	"unsafe"
)

// FirstRoom is how much room is made at first for a text, in octets, so that one that is
// announced and not sent costs nothing.
const FirstRoom = 64 << 10

const (
	// roomGrowth is how many times what has come is then made
	// room for. All of the rest is, where it is no more than nearRest times that: each step
	// copies what has come, and leaves the copied one to the collector.
	roomGrowth = 8
	nearRest   = 16
)

// Room is for how many octets more of a text to make room, of which some have come and
// the rest is announced.
func Room(come, rest int) int {
	if trusted := max(FirstRoom, roomGrowth*come); rest > nearRest*trusted {
		return trusted
	}
	return rest
}

// Uncleared is an empty slice with room for n octets that are not set to zero: of a long
// text that takes longer than to copy it, since the collector and the goroutine that clears
// wait for each other. They have to be written before they are read.
func Uncleared(n int) []byte {
	var b strings.Builder // which clears nothing
	b.Grow(max(n, 1))
	b.WriteByte(0) // an empty string need not point anywhere
	return unsafe.Slice(unsafe.StringData(b.String()), b.Cap())[:0]
}

// Cut is the beginning of a server's text, of so many octets at most.
func Cut(text string, octets int) string { return text[:min(len(text), octets)] }
