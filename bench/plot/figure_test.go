package plot_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/bench/plot"
)

func figure() *plot.Figure {
	return &plot.Figure{
		Title: "Time <and> size", Columns: 2,
		Charts: []plot.Chart{
			{Title: "one", XLabel: "ms", YLabel: "s", Lines: []plot.Line{
				{Name: "a & b", Points: []plot.Point{{0, 100, 90, 120}, {20, 300, 300, 300}, {80, 900, 880, 1000}}},
				{Name: "c", Points: []plot.Point{{0, 1, 1, 1}, {20, 2, 2, 2}, {80, 3, 3, 3}}},
			}},
			{Title: "two", LogX: true, Lines: []plot.Line{
				{Name: "c", Points: []plot.Point{{1000, 3, 3, 3}, {10_000, 4, 4, 4}, {100_000, 5, 5, 5}}},
			}},
			{Title: "empty"},
		},
	}
}

// texts returns the contents of all elements of that name.
func texts(t *testing.T, svg []byte, name string) []string {
	t.Helper()
	var list []string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				t.Fatal(err)
			}
			list = append(list, text)
		}
	}
}

func TestWriteSVG(t *testing.T) {
	var svg bytes.Buffer
	if err := figure().WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	words := texts(t, svg.Bytes(), "text")
	for _, want := range []string{
		"Time <and> size", "a & b", "c", "one", "two", "empty", // titles and legend
		"0", "20", "80", "1000", "10k", "100k", // an x tick for each x
		"1", "10", "100", "2", "5", // y ticks of both kinds
	} {
		if !slices.Contains(words, want) {
			t.Errorf("there is no %q in %q", want, words)
		}
	}
	if strings.ContainsAny(svg.String(), "\x00") || strings.Contains(svg.String(), "NaN") || strings.Contains(svg.String(), "Inf") {
		t.Error("not all numbers are numbers")
	}
	if got := strings.Count(svg.String(), `<path class="line s1"`); got != 2 {
		t.Errorf("the line of %q is in %d charts with the same colour, want 2", "c", got)
	}
}

// Larger values are further up, within the chart.
func TestScale(t *testing.T) {
	var svg bytes.Buffer
	if err := figure().WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(svg.String(), `<path class="line s0" d="M`)
	path, _, _ = strings.Cut(path, `"`)
	var ys []string
	for _, point := range strings.Split(path, "L") {
		_, y, _ := strings.Cut(point, " ")
		ys = append(ys, y)
	}
	if want := []string{"90.7", "63.6", "36.6"}; !slices.Equal(ys, want) {
		t.Errorf("the points are at %q, want %q", ys, want)
	}
}
