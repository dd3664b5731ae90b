package dial

import (
	"slices"
	"time"
)

const (
	// roundTrips is the number of round trips that are kept. The estimate is the second
	// shortest: answers for which the server has to work take longer, and data sent before the
	// question arrives at once.
	roundTrips = 8

	// longAnswer is the least size of an answer for which the rate counts, in octets.
	longAnswer = 64 << 10
)

// meter measures a connection by its normal traffic. Only the first answer after the server has
// answered everything counts: if several answers are expected, what arrives was not asked for
// last.
type meter struct {
	idle  bool      // the server has answered everything and received nothing since
	asked time.Time // time of the question; zero once the answer has begun

	last []time.Duration // round trips, oldest first

	began  time.Time // start of the answer
	octets int       // octets of the answer
	rate   int       // rate of the fastest long answer, in octets a second
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
		return // the time of these octets is unknown
	}
	m.octets += octets
	if took := now.Sub(m.began); m.octets >= longAnswer && took > 0 {
		m.rate = max(m.rate, int(float64(m.octets)/took.Seconds()))
	}
}

// roundTrip returns 0 while nothing was measured.
func (m *meter) roundTrip() time.Duration {
	if len(m.last) == 0 {
		return 0
	}
	if len(m.last) < fewRoundTrips {
		return slices.Min(m.last)
	}
	return slices.Sorted(slices.Values(m.last))[1]
}
