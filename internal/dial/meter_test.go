package dial

import (
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	ask := func(m *meter, sent, answered int) {
		m.idle = true
		m.wrote(at(sent))
		m.read(10, at(answered))
	}
	m := &meter{}
	if m.roundTrip() != 0 || m.rate != 0 {
		t.Error("known before anything was measured")
	}
	ask(m, 0, 30)
	m.wrote(at(35))
	m.read(10, at(36)) // an answer to a command that was sent while another answer was due
	if got := m.roundTrip(); got != 30*time.Millisecond {
		t.Errorf("%v after one round trip of 30 ms", got)
	}
	ask(m, 100, 145) // SELECT
	if got := m.roundTrip(); got != 30*time.Millisecond {
		t.Errorf("%v after round trips of 30 and 45 ms", got)
	}
	for i, took := range []int{900, 0, 22, 20, 25} { // a search, octets that had arrived before, and others
		ask(m, 1000*(i+1), 1000*(i+1)+took)
	}
	if got := m.roundTrip(); got != 20*time.Millisecond {
		t.Errorf("%v, want 20ms", got)
	}
	for i := range roundTrips { // the route becomes longer
		ask(m, 10000+1000*i, 10050+1000*i)
	}
	if got := m.roundTrip(); got != 50*time.Millisecond {
		t.Errorf("%v, want 50ms", got)
	}

	ask(m, 20000, 20020)
	m.read(60_000, at(20025))
	if m.rate != 0 {
		t.Errorf("%d octets a second by a short answer", m.rate)
	}
	m.read(40_000, at(20120))
	if m.rate != 1_000_000 {
		t.Errorf("%d octets a second, want 1000000", m.rate)
	}
}
