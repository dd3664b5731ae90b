package dial

import (
	"strings"
	"unsafe"
)

// FirstRoom bounds the memory that is first allocated for a text, in octets, so that a text
// that is announced and not sent takes little.
const FirstRoom = 64 << 10

const (
	// The next allocation is for roomGrowth times the received octets. It is for the whole
	// rest if the rest is at most nearRest times as long as that: each allocation copies
	// the received octets and leaves the old copy to the garbage collector.
	roomGrowth = 8
	nearRest   = 16
)

// Room returns for how many more octets of a text memory should be allocated. come is the
// number of octets received, and rest the number that is announced and not received yet.
func Room(come, rest int) int {
	if trusted := max(FirstRoom, roomGrowth*come); rest > nearRest*trusted {
		return trusted
	}
	return rest
}

// Uncleared returns an empty slice with room for n octets that are not set to zero. Callers
// must write them before they read them. For a long text, clearing takes longer than
// copying, because the garbage collector and the clearing goroutine wait for each other.
func Uncleared(n int) []byte {
	var b strings.Builder // strings.Builder does not clear its memory
	b.Grow(max(n, 1))
	b.WriteByte(0) // an empty string may have no memory
	return unsafe.Slice(unsafe.StringData(b.String()), b.Cap())[:0]
}

// Cut returns at most octets octets from the beginning of a server's text.
func Cut(text string, octets int) string { return text[:min(len(text), octets)] }
