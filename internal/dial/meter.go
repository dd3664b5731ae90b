package dial

import (
	"slices"
	"time"
)

const (
	// roundTrips is how many of the last round trips are kept. The estimate is the
	// second shortest of them: what the server has to work for takes longer, and what it
	// has sent before it was asked shows up at once. It is the shortest of less than
	// fewRoundTrips, most of which the server had to work for.
	roundTrips    = 8
	fewRoundTrips = 5

	// longAnswer is how many octets of an answer have to come for its rate to mean
	// something.
	longAnswer = 64 << 10
)

// meter measures a connection by what passes anyway. Only the first answer after the
// server had answered everything counts: what comes while several answers are expected was not
// asked for last.
type meter struct {
	idle  bool      // the server has answered everything and was sent nothing since
	asked time.Time // when it was, zero once it has begun to answer

	last []time.Duration // round trips, oldest first

	began  time.Time // the answer
	octets int       // of it
	rate   int       // of the fastest long answer, in octets a second
}

func (m *meter) wrote(now time.Time) {
	if m.idle {
		m.idle, m.asked = false, now
	}
}

func (m *meter) read(octets int, now time.Time) {
	if !m.asked.IsZero() {
		if len(m.last) == roundTrips {
			m.last = slices.Delete(m.last, 0, 1)
		}
		m.last = append(m.last, now.Sub(m.asked))
		m.asked, m.began, m.octets = time.Time{}, now, 0
		return // how long these octets took to come is not known
	}
	m.octets += octets
	if took := now.Sub(m.began); m.octets >= longAnswer && took > 0 {
		m.rate = max(m.rate, int(float64(m.octets)/took.Seconds()))
	}
}

// roundTrip is 0 while nothing was measured.
func (m *meter) roundTrip() time.Duration {
	if len(m.last) == 0 {
		return 0
	}
	if len(m.last) < fewRoundTrips {
		return slices.Min(m.last)
	}
	return slices.Sorted(slices.Values(m.last))[1]
}
