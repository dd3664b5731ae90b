package readahead

import (
	"context"
	"time"
)

const (
	// far is from what round trip time on messages are fetched that are near one that is
	// read here or there. Over a shorter way to fetch them takes longer than it saves.
	far = 2 * time.Millisecond

	// near is how many they are, that one included: as many as c-client looks ahead.
	near = 20

	// manyJumps is after how many jumps a caller is taken to read here and there.
	manyJumps = 3

	// maxScattered bounds the messages that are kept for one.
	maxScattered = 512
)

// isScattered reports whether the caller reads here and there what is short and the
// service has at hand, such as envelopes, over a long way.
func (s *Session) isScattered(st *stream) bool {
	return st.window == 0 && st.jumps >= manyJumps && s.extent != Nothing && s.roundTrip >= far &&
		len(st.items.Sections) == 0 && !s.State().ParsedHere
}

// fetchAround begins to fetch a message and the next ones that are not there yet, to be
// kept in case that the caller comes to read them.
func (s *Session) fetchAround(ctx context.Context, st *stream, n int) {
	if len(st.ready)+near > maxScattered || len(st.ready)*st.octets > maxOctets {
		clear(st.ready)
	}
	last := n + maxScattered
	if !st.uid {
		last = s.State().Messages
	}
	list := []int{n}
	for m := n + 1; len(list) < near && m <= last; m++ {
		if !st.has(m) {
			list = append(list, m)
		}
	}
	s.begin(ctx, []*stream{st}, list)
}

// timed notes how long it took to fetch one message.
func (s *Session) timed(took time.Duration) {
	if s.roundTrip == 0 || took < s.roundTrip {
		s.roundTrip = took
	}
}
