package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// page writes a Markdown page and keeps the first error.
type page struct {
	out io.Writer
	err error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

func (p *page) row(cells []string) { p.printf("| %s |\n", strings.Join(cells, " | ")) }

func (p *page) head(cells []string) {
	p.row(cells)
	p.printf("|---|%s\n", strings.Repeat("---:|", len(cells)-1))
}

// markdown writes the tables of all series.
func (r *results) markdown(out io.Writer) error {
	p := &page{out: out}
	for _, s := range r.Series {
		p.printf("### %v\n\n", s.series)
		s.times(p)
		s.resources(p)
		if s.Link != loopback {
			s.traffic(p)
		}
	}
	return p.err
}

// times writes the table of wall times and ratios.
func (s *seriesResults) times(p *page) {
	p.printf("Time in milliseconds: median (least–most).\n\n")
	head := []string{"workload"}
	for _, c := range s.contestants {
		head = append(head, s.nameOf(c))
	}
	others := slices.DeleteFunc([]string{extension, wire}, func(c string) bool { return !slices.Contains(s.contestants, c) })
	for _, c := range others {
		head = append(head, library+" / "+c)
	}
	p.head(head)
	for _, w := range s.Workloads {
		row := []string{w.Name}
		for _, c := range s.contestants {
			row = append(row, cell(w.Samples[c], wall))
		}
		for _, c := range others {
			row = append(row, w.ratio(c))
		}
		p.row(row)
	}
	p.printf("\n")
}

// resources writes the table of CPU time and memory.
func (s *seriesResults) resources(p *page) {
	p.printf("CPU time of the client in milliseconds, and its peak memory in MB: medians.\n\n")
	head := []string{"workload"}
	for _, what := range []string{"CPU", "memory"} {
		for _, c := range s.contestants {
			head = append(head, what+", "+s.nameOf(c))
		}
	}
	p.head(head)
	for _, w := range s.Workloads {
		row := []string{w.Name}
		for _, figure := range []func(*sample) float64{cpu, memory} {
			for _, c := range s.contestants {
				row = append(row, short(w.Samples[c], figure))
			}
		}
		p.row(row)
	}
	p.printf("\n")
}

// traffic writes the table of round trips and octets.
func (s *seriesResults) traffic(p *page) {
	if late, ok := s.late(); ok {
		p.printf("The network delivered data %s ms late (median; %s–%s).\n\n", number(late.median), number(late.low), number(late.high))
	}
	p.printf("Round trips, and octets sent + received in kB: medians.\n\n")
	head := []string{"workload"}
	for _, what := range []string{"round trips", "kB"} {
		for _, c := range s.contestants {
			head = append(head, what+", "+s.nameOf(c))
		}
	}
	p.head(head)
	for _, w := range s.Workloads {
		row := []string{w.Name}
		for _, c := range s.contestants {
			row = append(row, short(w.Samples[c], func(s *sample) float64 { return float64(s.Traffic.RoundTrips) }))
		}
		for _, c := range s.contestants {
			sent, ok := spreadOf(w.Samples[c], func(s *sample) float64 { return float64(s.Traffic.Sent) / 1000 })
			received, _ := spreadOf(w.Samples[c], func(s *sample) float64 { return float64(s.Traffic.Received) / 1000 })
			text := "–"
			if ok {
				text = number(sent.median) + " + " + number(received.median)
			}
			row = append(row, text)
		}
		p.row(row)
	}
	p.printf("\n")
}

func cell(list []*sample, figure func(*sample) float64) string {
	s, ok := spreadOf(list, figure)
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%s (%s–%s)", number(s.median), number(s.low), number(s.high))
}

func short(list []*sample, figure func(*sample) float64) string {
	s, ok := spreadOf(list, figure)
	if !ok {
		return "–"
	}
	return number(s.median)
}

// ratio is the time of the library divided by that of another contestant.
func (w *workloadResults) ratio(to string) string {
	ours, ok := spreadOf(w.Samples[library], wall)
	theirs, there := spreadOf(w.Samples[to], wall)
	if !ok || !there || theirs.median == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", ours.median/theirs.median)
}

// number formats v with about three significant digits.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}
