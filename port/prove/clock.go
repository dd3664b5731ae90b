package prove

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates and times in texts and names of files. A match is taken for the time of a run if it lies within the run.
var timeForms = []struct {
	pattern *regexp.Regexp
	layouts []string
}{
	{regexp.MustCompile(`\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {1,2})?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)`),
		[]string{"Mon, _2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 MST"}},
	{regexp.MustCompile(`\b\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4} \d\d:\d\d:\d\d [+-]\d{4}`), []string{"2-Jan-2006 15:04:05 -0700"}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T_]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)`), []string{"2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z07:00"}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T_]\d\d:\d\d:\d\d\b`), []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02_15:04:05"}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T_]\d\d:\d\d\b`), []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02_15:04"}},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[_-]\d\d-\d\d-\d\d`), []string{"2006-01-02_15-04-05", "2006-01-02-15-04-05"}},
	{regexp.MustCompile(`\b\d{1,2}[./]\d{1,2}[./]\d{4},? \d\d:\d\d:\d\d\b`), []string{"2.1.2006 15:04:05", "2/1/2006 15:04:05", "1/2/2006 15:04:05", "2.1.2006, 15:04:05"}},
	{regexp.MustCompile(`\b\d{1,2}[./]\d{1,2}[./]\d{4},? \d\d:\d\d\b`), []string{"2.1.2006 15:04", "2/1/2006 15:04", "1/2/2006 15:04", "2.1.2006, 15:04"}},
	{regexp.MustCompile(`\d{8}[-_T ]?\d{6}`), []string{"20060102150405", "20060102-150405", "20060102_150405", "20060102T150405", "20060102 150405"}},
	{regexp.MustCompile(`\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?\d \d\d:\d\d:\d\d \d{4}\b`), []string{"Mon Jan _2 15:04:05 2006"}},
	{regexp.MustCompile(`\b\d{10}(?:\.\d{1,9})?\b`), []string{"unix"}},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`), []string{"15:04:05"}},
	{regexp.MustCompile(`\b\d\d:\d\d\b`), []string{"15:04"}},
}

// timeMark stands for a time of a run.
const timeMark = "\uFFFDtime of the run\uFFFD"

// clock knows the time of a run.
type clock struct {
	start, end time.Time
	zone       *time.Location
}

func clockOf(o *Observation, zone string) clock {
	location, err := time.LoadLocation(zone)
	if err != nil {
		location = time.UTC
	}
	return clock{o.Start, o.End, location}
}

// withoutTimes replaces the times of the run in a text.
func (c clock) withoutTimes(text string) string {
	for _, form := range timeForms {
		text = form.pattern.ReplaceAllStringFunc(text, func(match string) string {
			for _, layout := range form.layouts {
				if c.covers(match, layout) {
					return timeMark
				}
			}
			return match
		})
	}
	return text
}

// covers reports whether a text is a time in the run.
func (c clock) covers(text, layout string) bool {
	resolution := time.Second
	if !strings.Contains(layout, "05") && layout != "unix" {
		resolution = time.Minute
	}
	if layout == "unix" {
		seconds, err := strconv.ParseFloat(text, 64)
		return err == nil && c.has(time.UnixMicro(int64(seconds*1e6)), resolution)
	}
	at, err := time.ParseInLocation(layout, text, c.zone)
	if err != nil {
		return false
	}
	if strings.Contains(layout, "2006") {
		return c.has(at, resolution)
	}
	// A time of day is that of each day of the run.
	for day := c.start.In(c.zone); !day.After(c.end.Add(24 * time.Hour)); day = day.Add(24 * time.Hour) {
		y, m, d := day.Date()
		if c.has(time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, c.zone), resolution) {
			return true
		}
	}
	return false
}

// has reports whether a time of a resolution may be in the run.
func (c clock) has(t time.Time, resolution time.Duration) bool {
	return t.Add(resolution).After(c.start.Add(-time.Second)) && !t.After(c.end.Add(time.Second))
}
