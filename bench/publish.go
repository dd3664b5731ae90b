package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/bench/plot"
)

// The files in docs.
const (
	pageFile = "benchmarks.md"
	rttFile  = "benchmarks-rtt.svg"
	sizeFile = "benchmarks-size.svg"
)

// publish writes the page and its figures to dir.
func (r *results) publish(dir string) error {
	for _, f := range []struct {
		name   string
		figure *plot.Figure
	}{{rttFile, r.overRTT()}, {sizeFile, r.overSize()}} {
		name := filepath.Join(dir, f.name)
		if len(f.figure.Charts) == 0 {
			// A file of an earlier run would not match the page.
			if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
				return err
			}
			continue
		}
		if err := writeTo(name, func(out *os.File) error { return f.figure.WriteSVG(out) }); err != nil {
			return err
		}
	}
	return writeTo(filepath.Join(dir, pageFile), func(out *os.File) error { return r.page(&page{out: out}) })
}

func writeTo(name string, write func(*os.File) error) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(out); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

func (r *results) page(p *page) error {
	p.printf("# Benchmarks\n\n")
	p.printf("`bench/run --docs docs` writes this page. [bench/README.md](../bench/README.md) describes the workloads\nand the method. The contestants:\n\n")
	p.printf("- **%s**: a PHP script with PHP's imap extension\n", extension)
	p.printf("- **%s**: the same script ported to this library, with its defaults\n", library)
	p.printf("- **go-imap**, **go-pop3**: a simple program on these clients, with one command for each message\n")
	p.printf("- **%s**: one command (on POP3 pipelined commands) on a bare socket for the same data, which is\n  read and dropped; no client can be faster\n", wire)
	if hasBridge() {
		p.printf("- **%s**: the unchanged PHP script on this library, through phpbridge\n", bridge)
	}
	p.printf("\n")
	r.about(p)
	r.bridgeCall(p)
	if len(r.overRTT().Charts) > 0 {
		p.printf("## Against the round trip time\n\n![Time against round trip time](%s)\n\n", rttFile)
	}
	if len(r.overSize().Charts) > 0 {
		p.printf("## Against the size of the mailbox\n\n![Time and memory against mailbox size](%s)\n\n", sizeFile)
	}
	r.outputs(p)
	p.printf("## All figures\n\n")
	if p.err != nil {
		return p.err
	}
	return r.markdown(p.out)
}

// about writes the machine, the versions and the length of the run.
func (r *results) about(p *page) {
	if r.Quick || r.Rounds < 7 {
		p.printf("**These figures come from a short run. They show what is measured, but are not reliable.**\nThe full run is `bench/run --docs docs`.\n\n")
	}
	m := r.Machine
	p.printf("| machine | |\n|---|---|\n")
	for _, line := range [][2]string{
		{"processor", fmt.Sprintf("%s, %d cores", m.CPU, m.Cores)}, {"memory", m.Memory}, {"kernel", m.Kernel},
		{"PHP", m.PHP}, {"Dovecot", m.Dovecot}, {"Go", m.Go}, {"go-imap", m.GoIMAP}, {"go-pop3", m.GoPOP3},
		{"revision", m.Revision}, {"date", m.Date}, {"rounds", fmt.Sprint(r.Rounds)}, {"took", r.Took.String()},
	} {
		p.printf("| %s | %s |\n", line[0], line[1])
	}
	p.printf("\n")
}

// bridgeCall writes the time of a call over the bridge that asks no server.
func (r *results) bridgeCall(p *page) {
	for _, s := range r.Series {
		one := func(contestant string) (float64, bool) {
			m, ok := s.median("nummsg", contestant, wall)
			return m.median * 1000 / nummsgTimes, ok
		}
		over, ok := one(bridge)
		if !ok || s.Protocol != "imap" {
			continue
		}
		native, _ := one(extension)
		p.printf("A call that asks no server takes %s µs over the bridge and %s µs in the extension (mean of %s\ncalls of `imap_num_msg`).\n\n",
			number(over), number(native), thousands(nummsgTimes))
		return
	}
}

// overRTT plots the time of loops against the round trip time.
func (r *results) overRTT() *plot.Figure {
	f := &plot.Figure{Title: "Time of a loop over 500 messages against round trip time", Columns: 3}
	for _, c := range []struct{ protocol, workload string }{
		{"imap", "headerinfo"}, {"imap", "fetchheader"}, {"imap", "body"},
		{"imap", "fetchstructure"}, {"pop3", "fetchheader"}, {"pop3", "body"},
	} {
		list := slices.DeleteFunc(slices.Clone(r.Series), func(s *seriesResults) bool {
			return s.Link == loopback || s.Protocol != c.protocol
		})
		x := func(s *seriesResults) float64 { return float64(s.rtt / time.Millisecond) }
		chart := plot.Chart{
			Title:  fmt.Sprintf("%s, %s", c.workload, c.protocol),
			XLabel: "round trip, ms", YLabel: "time, ms", Lines: lines(list, c.workload, x, wall),
		}
		if len(list) > 1 && len(chart.Lines) > 0 {
			f.Charts = append(f.Charts, chart)
		}
	}
	return f
}

// overSize plots time and memory against the size of the mailbox.
func (r *results) overSize() *plot.Figure {
	f := &plot.Figure{Title: "Time and memory against the number of messages, on loopback", Columns: 3}
	list := slices.DeleteFunc(slices.Clone(r.Series), func(s *seriesResults) bool { return !s.bySize })
	x := func(s *seriesResults) float64 { return float64(s.Messages) }
	for _, what := range []struct {
		label  string
		figure func(*sample) float64
	}{{"time, ms", wall}, {"memory, MB", memory}} {
		for _, w := range sizeWorkloads {
			chart := plot.Chart{
				Title: w, XLabel: "messages", YLabel: what.label, LogX: true,
				Lines: lines(list, w, x, what.figure),
			}
			if len(list) > 1 && len(chart.Lines) > 0 {
				f.Charts = append(f.Charts, chart)
			}
		}
	}
	return f
}

// lines returns one line for each contestant: the figures of a workload in several series.
func lines(list []*seriesResults, workload string, x func(*seriesResults) float64, figure func(*sample) float64) []plot.Line {
	var all []plot.Line
	for _, contestant := range []string{extension, library, plain, wire, bridge} {
		line := plot.Line{Name: contestant}
		if contestant == plain {
			line.Name = "go-imap, go-pop3"
		}
		for _, s := range list {
			if m, ok := s.median(workload, contestant, figure); ok {
				line.Points = append(line.Points, plot.Point{X: x(s), Y: m.median, Low: m.low, High: m.high})
			}
		}
		if len(line.Points) > 0 {
			all = append(all, line)
		}
	}
	return all
}
