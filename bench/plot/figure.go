// Package plot draws small line charts as SVG, which are readable on light and on dark pages.
package plot

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Figure is a row of charts with one legend.
type Figure struct {
	Title   string
	Columns int
	Charts  []Chart
}

// Chart has lines over two axes. The y axis is logarithmic.
type Chart struct {
	Title, XLabel, YLabel string
	LogX                  bool
	Lines                 []Line
}

// Line is a line. Lines with the same name have the same colour in all charts.
type Line struct {
	Name   string
	Points []Point
}

// Point is a value with its range. Low and High are Y if the range is unknown.
type Point struct{ X, Y, Low, High float64 }

// Sizes in pixels.
const (
	chartWidth  = 320
	chartHeight = 250
	left        = 58 // from the edge of the chart to the plot
	right       = 14
	top         = 34
	bottom      = 46
	header      = 62 // title and legend
)

// colours are for light and for dark pages. They have enough contrast on both, and
// colour-blind readers can tell neighbours apart.
var colours = [][2]string{
	{"#c2410c", "#fb923c"},
	{"#1d4ed8", "#60a5fa"},
	{"#6b7280", "#9ca3af"},
	{"#15803d", "#4ade80"},
	{"#7e22ce", "#c084fc"},
}

// names lists the names of all lines, in the order of their first appearance.
func (f *Figure) names() []string {
	var list []string
	for _, c := range f.Charts {
		for _, l := range c.Lines {
			if !slices.Contains(list, l.Name) {
				list = append(list, l.Name)
			}
		}
	}
	return list
}

// WriteSVG writes the figure.
func (f *Figure) WriteSVG(w io.Writer) error {
	columns := max(1, min(f.Columns, len(f.Charts)))
	rows := (len(f.Charts) + columns - 1) / columns
	width, height := columns*chartWidth, header+rows*chartHeight
	d := &drawing{names: f.names()}
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", width, height, width, height)
	d.printf("<title>%s</title>\n", escape(f.Title))
	d.style()
	d.printf(`<text class="title" x="%d" y="22">%s</text>`+"\n", left, escape(f.Title))
	d.legend()
	for i, c := range f.Charts {
		d.printf(`<g transform="translate(%d %d)">`+"\n", i%columns*chartWidth, header+i/columns*chartHeight)
		d.chart(c)
		d.printf("</g>\n")
	}
	d.printf("</svg>\n")
	_, err := io.WriteString(w, d.out.String())
	return err
}

type drawing struct {
	out   strings.Builder
	names []string
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

func escape(s string) string {
	var out strings.Builder
	// A strings.Builder returns no error.
	_ = xml.EscapeText(&out, []byte(s))
	return out.String()
}

func (d *drawing) style() {
	d.printf("<style>\n")
	d.printf("text { font: 11px system-ui, sans-serif; fill: #1f2328 }\n.title { font-size: 15px; font-weight: 600 }\n.name { font-weight: 600 }\n")
	d.printf(".grid { stroke: #d0d7de; stroke-width: 1 }\n.line { fill: none; stroke-width: 2 }\n")
	dark := "text { fill: #e6edf3 }\n.grid { stroke: #3d444d }\n"
	for i := range d.names {
		c := colours[i%len(colours)]
		d.printf(".s%d { stroke: %s } .f%d { fill: %s }\n", i, c[0], i, c[0])
		dark += fmt.Sprintf(".s%d { stroke: %s } .f%d { fill: %s }\n", i, c[1], i, c[1])
	}
	d.printf("@media (prefers-color-scheme: dark) {\n%s}\n</style>\n", dark)
}

func (d *drawing) legend() {
	x := left
	for i, name := range d.names {
		d.printf(`<line class="line s%d" x1="%d" y1="42" x2="%d" y2="42"/><circle class="f%d" cx="%d" cy="42" r="3"/>`, i, x, x+22, i, x+11)
		d.printf(`<text x="%d" y="46">%s</text>`+"\n", x+28, escape(name))
		x += 28 + 7*len(name) + 24
	}
}

func (d *drawing) chart(c Chart) {
	xs, ys := c.scales()
	d.printf(`<text class="name" x="%d" y="20">%s</text>`+"\n", left, escape(c.Title))
	d.printf(`<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (left+chartWidth-right)/2, chartHeight-8, escape(c.XLabel))
	d.printf(`<text transform="translate(14 %d) rotate(-90)" text-anchor="middle">%s</text>`+"\n", (top+chartHeight-bottom)/2, escape(c.YLabel))
	for _, v := range ys.ticks {
		y := ys.at(v)
		d.printf(`<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, left, y, chartWidth-right, y)
		d.printf(`<text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", left-6, y+4, tick(v))
	}
	for _, v := range xs.ticks {
		d.printf(`<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", xs.at(v), chartHeight-bottom+16, tick(v))
	}
	// The first lines are drawn last, on top.
	for _, l := range slices.Backward(c.Lines) {
		d.line(l, xs, ys)
	}
}

func (d *drawing) line(l Line, xs, ys scale) {
	i := slices.Index(d.names, l.Name)
	var path strings.Builder
	for j, p := range l.Points {
		command := "L"
		if j == 0 {
			command = "M"
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", command, xs.at(p.X), ys.at(p.Y))
	}
	d.printf(`<path class="line s%d" d="%s"/>`+"\n", i, path.String())
	for _, p := range l.Points {
		x := xs.at(p.X)
		d.printf(`<line class="s%d" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, i, x, ys.at(p.Low), x, ys.at(p.High))
		d.printf(`<circle class="f%d" cx="%.1f" cy="%.1f" r="3"><title>%s: %s</title></circle>`+"\n", i, x, ys.at(p.Y), escape(l.Name), tick(p.Y))
	}
}

// scale maps values to pixels.
type scale struct {
	low, high float64 // values
	from, to  float64 // pixels
	log       bool
	ticks     []float64
}

func (s scale) at(v float64) float64 {
	low, high := s.low, s.high
	if s.log {
		v, low, high = math.Log(max(v, s.low)), math.Log(low), math.Log(high)
	}
	if high == low {
		return (s.from + s.to) / 2
	}
	return s.from + (v-low)/(high-low)*(s.to-s.from)
}

// scales fits the axes to the points. The x axis has a tick at every x.
func (c Chart) scales() (xs, ys scale) {
	low, high := math.Inf(1), 0.0
	for _, l := range c.Lines {
		for _, p := range l.Points {
			if p.Low > 0 {
				low = min(low, p.Low)
			}
			high = max(high, p.High)
			if !slices.Contains(xs.ticks, p.X) {
				xs.ticks = append(xs.ticks, p.X)
			}
		}
	}
	if high <= 0 || math.IsInf(low, 1) {
		low, high = 1, 10
	}
	slices.Sort(xs.ticks)
	if len(xs.ticks) == 0 {
		xs.ticks = []float64{1}
	}
	xs.low, xs.high = xs.ticks[0], xs.ticks[len(xs.ticks)-1]
	xs.from, xs.to, xs.log = left+14, chartWidth-right-14, c.LogX
	ys = scale{from: chartHeight - bottom, to: top, log: true, ticks: logTicks(low, high)}
	ys.low, ys.high = ys.ticks[0], ys.ticks[len(ys.ticks)-1]
	return xs, ys
}

// logTicks are 1, 2 and 5 times powers of ten around the values, or only the powers of ten
// if that would be too many.
func logTicks(low, high float64) []float64 {
	steps := []float64{1, 2, 5}
	if high/low > 200 {
		steps = steps[:1]
	}
	var list []float64
	for decade := math.Pow(10, math.Floor(math.Log10(low))); ; decade *= 10 {
		for _, s := range steps {
			v := decade * s
			if len(list) > 0 && v <= low {
				list = list[:0] // this tick is closer to the values
			}
			list = append(list, v)
			if v >= high && len(list) > 1 {
				return list
			}
		}
	}
}

// tick formats a number in little space.
func tick(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= 1e4:
		return fmt.Sprintf("%.3gk", v/1e3)
	}
	return fmt.Sprintf("%.4g", v)
}
