package dial

import (
	"slices"
	"time"
)

const (
	// roundTrips is how many of the last round trips are kept. The estimate is the second
	// shortest of them: answers that the server must work for take longer, and the shortest
	// may be of octets that the server had sent before the command. Of less than
	// fewRoundTrips it is the shortest, since the server had to work for most of them.
	roundTrips    = 8
	fewRoundTrips = 5

	// longAnswer is the least length of an answer whose rate is measured, in octets.
	longAnswer = 64 << 10
)

// meter measures a connection by its usual traffic. It measures only the first answer after
// the server had answered everything: while several answers are due, octets that arrive
// need not answer the last command.
type meter struct {
	idle  bool      // the server has answered everything and nothing was sent since
	asked time.Time // when the command was sent, zero once the server has begun to answer

	last []time.Duration // round trips, oldest first

	began  time.Time // when the answer began
	octets int       // of the answer
	rate   int       // of the fastest long answer, in octets per second
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
		return // the time that these octets took to arrive is unknown
	}
	m.octets += octets
	if took := now.Sub(m.began); m.octets >= longAnswer && took > 0 {
		m.rate = max(m.rate, int(float64(m.octets)/took.Seconds()))
	}
}

// roundTrip returns the estimate, or 0 before anything was measured.
func (m *meter) roundTrip() time.Duration {
	if len(m.last) == 0 {
		return 0
	}
	if len(m.last) < fewRoundTrips {
		return slices.Min(m.last)
	}
	return slices.Sorted(slices.Values(m.last))[1]
}
