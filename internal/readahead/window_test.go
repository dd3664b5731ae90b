package readahead

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// A window has the octets that the link carries in some round trips.
func TestLinkBound(t *testing.T) {
	for _, test := range []struct {
		name    string
		link    backend.Link
		minTime time.Duration
		want    int
	}{
		{"unknown", backend.Link{}, 0, 2 << 20},
		{"a round trip alone", backend.Link{RoundTrip: time.Second}, 0, 2 << 20},
		{"loopback", backend.Link{RoundTrip: 50 * time.Microsecond, Rate: 1 << 30}, 0, 256 << 10},
		{"loopback, for a while", backend.Link{RoundTrip: 50 * time.Microsecond, Rate: 200_000_000}, 10 * time.Millisecond, 2_000_000},
		{"not as long as round trips", backend.Link{RoundTrip: 20 * time.Millisecond, Rate: 12_500_000}, 10 * time.Millisecond, 1_000_000},
		{"100 Mbit/s over 20 ms", backend.Link{RoundTrip: 20 * time.Millisecond, Rate: 12_500_000}, 0, 1_000_000},
		{"a fast link far away", backend.Link{RoundTrip: 80 * time.Millisecond, Rate: 125_000_000}, 0, 6 << 20},
		{"a modem", backend.Link{RoundTrip: 200 * time.Millisecond, Rate: 6000}, 0, 256 << 10},
	} {
		if got := linkBound(test.link, test.minTime); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// A window has what the link carries, by the expected share of the messages, and at most
// maxOctets of messages. It always has the first message that the caller waits for.
func TestFit(t *testing.T) {
	const mega = 1 << 20
	for _, test := range []struct {
		size    int
		share   float64
		awaited bool
		want    int
	}{
		{mega, 1, false, 2},
		{mega, 0.5, false, 4},
		{mega, 0.1, false, 6},
		{mega, 0, false, 6},
		{7 * mega, 0, false, 0},
		{7 * mega, 1, true, 1},
	} {
		w := &window{expectedShare: test.share, firstAwaited: test.awaited, octets: 2 * mega, sizes: make(map[int]int)}
		for n := 1; n <= 9; n++ {
			w.list, w.sizes[n] = append(w.list, n), test.size
		}
		if got := len(w.fit()); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
