package dial_test

import (
	"bytes"
	"testing"

	"github.com/imapcompat/imapcompat/internal/dial"
)

// The memory keeps what is written to it, and has the requested length.
func TestUncleared(t *testing.T) {
	for _, n := range []int{0, 1, 64, 100_000, 3 << 20} {
		room := dial.Uncleared(n)
		if len(room) != 0 || cap(room) < n {
			t.Fatalf("%d: got %d of %d octets", n, len(room), cap(room))
		}
		text := bytes.Repeat([]byte{'x'}, cap(room))
		room = append(room, text...)
		if other := dial.Uncleared(n)[:n]; n > 0 { // must be other memory
			clear(other)
		}
		if !bytes.Equal(room, text) {
			t.Fatalf("%d: the text is another", n)
		}
	}
}
