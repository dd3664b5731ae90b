package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/bench/job"
	"github.com/imapcompat/imapcompat/bench/proxy"
)

// results has all measurements.
type results struct {
	Machine machine
	Rounds  int
	Quick   bool
	Took    time.Duration // in nanoseconds
	Series  []*seriesResults
	Outputs []printed `json:",omitempty"`
}

type seriesResults struct {
	*series
	Workloads []*workloadResults
}

type workloadResults struct {
	Name    string
	Samples map[string][]*sample // by contestant

	// verified has the results of the untimed round, by contestant.
	verified map[string]*sample
}

// sample is one measurement.
type sample struct {
	job.Measurement
	Traffic *proxy.Traffic `json:",omitempty"` // nil on loopback
}

func (r *results) add(s *series) *seriesResults {
	measured := &seriesResults{series: s}
	for _, name := range s.workloads {
		measured.Workloads = append(measured.Workloads, &workloadResults{
			Name: name, Samples: make(map[string][]*sample), verified: make(map[string]*sample),
		})
	}
	r.Series = append(r.Series, measured)
	return measured
}

func (w *workloadResults) add(contestant string, s *sample, verify bool) {
	if verify {
		w.verified[contestant] = s
		return
	}
	w.Samples[contestant] = append(w.Samples[contestant], s)
}

// verified returns an error if the results of contestants differ.
func (r *results) verified() error {
	var errs []error
	for _, s := range r.Series {
		for _, w := range s.Workloads {
			if err := w.compare(); err != nil {
				errs = append(errs, fmt.Errorf("%v: %s: %w", s.series, w.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}

// compare compares the results of all contestants with those of the extension. Contestants
// that call the same functions must have the same digest. All contestants must have the same
// numbers of messages and octets, except for the wire, which counts nothing.
func (w *workloadResults) compare() error {
	for contestant, s := range w.verified {
		if want := w.verified[extension]; want != nil && contestant != plain && s.Digest != want.Digest {
			return fmt.Errorf("%s has other results than %s (%d messages with %d octets, not %d with %d)",
				contestant, extension, s.Messages, s.Octets, want.Messages, want.Octets)
		}
	}
	want := w.Samples[extension]
	if len(want) == 0 {
		return nil
	}
	for contestant, list := range w.Samples {
		if contestant == wire {
			continue
		}
		for _, s := range list {
			// The plain clients do not count octets in every workload.
			same := s.Octets == want[0].Octets || contestant == plain && s.Octets == 0
			if s.Messages != want[0].Messages || !same {
				return fmt.Errorf("%s read %d messages with %d octets, %s %d with %d",
					contestant, s.Messages, s.Octets, extension, want[0].Messages, want[0].Octets)
			}
		}
	}
	return nil
}

// spread is a median with the minimum and the maximum.
type spread struct{ median, low, high float64 }

// spreadOf is the spread of a figure over the samples. It is not ok if there are none.
func spreadOf(list []*sample, figure func(*sample) float64) (s spread, ok bool) {
	if len(list) == 0 {
		return spread{}, false
	}
	values := make([]float64, len(list))
	for i, s := range list {
		values[i] = figure(s)
	}
	slices.Sort(values)
	n := len(values)
	return spread{(values[(n-1)/2] + values[n/2]) / 2, values[0], values[n-1]}, true
}

func wall(s *sample) float64   { return s.Wall.Seconds() * 1000 }
func cpu(s *sample) float64    { return s.CPU.Seconds() * 1000 }
func memory(s *sample) float64 { return float64(s.Memory) / (1 << 20) }

// median is the spread of a figure of a contestant in the workload of this name.
func (s *seriesResults) median(workload, contestant string, figure func(*sample) float64) (spread, bool) {
	for _, w := range s.Workloads {
		if w.Name == workload {
			return spreadOf(w.Samples[contestant], figure)
		}
	}
	return spread{}, false
}

// late is the delay of the network beyond the round trip time, in milliseconds.
func (s *seriesResults) late() (spread, bool) {
	var all []*sample
	for _, w := range s.Workloads {
		for _, list := range w.Samples {
			all = append(all, list...)
		}
	}
	if s.rtt == 0 {
		return spread{}, false
	}
	return spreadOf(all, func(s *sample) float64 { return s.Traffic.Late.Seconds() * 1000 })
}

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// nameOf is the name of a contestant in tables.
func (s *series) nameOf(contestant string) string {
	switch {
	case contestant != plain:
		return contestant
	case s.Protocol == "pop3":
		return "go-pop3"
	}
	return "go-imap"
}
