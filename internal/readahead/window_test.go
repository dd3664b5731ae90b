package readahead

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// A window is as long as what the link carries in some round trips.
func TestBound(t *testing.T) {
	for _, test := range []struct {
		name string
		link backend.Link
		want int
	}{
		{"unknown", backend.Link{}, 2 << 20},
		{"a round trip alone", backend.Link{RoundTrip: time.Second}, 2 << 20},
		{"loopback", backend.Link{RoundTrip: 50 * time.Microsecond, Rate: 1 << 30}, 256 << 10},
		{"100 Mbit/s over 20 ms", backend.Link{RoundTrip: 20 * time.Millisecond, Rate: 12_500_000}, 1_000_000},
		{"a fast link far away", backend.Link{RoundTrip: 80 * time.Millisecond, Rate: 125_000_000}, 6 << 20},
		{"a modem", backend.Link{RoundTrip: 200 * time.Millisecond, Rate: 6000}, 256 << 10},
	} {
		if got := bound(test.link); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}
