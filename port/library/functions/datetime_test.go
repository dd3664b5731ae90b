package functions

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"
)

// timestamp makes Unix times of the years 1901 to 2106.
func timestamp(r *rand.Rand) any {
	switch r.IntN(4) {
	case 0:
		return int(r.Int64N(1<<32) - 1<<31 + r.Int64N(1<<31))
	case 1:
		return int([]int64{0, -1, 86399, 951782400, 1709164800, 1616893200, 1635642000, 1616890000, 253402200799}[r.IntN(9)])
	}
	return 1100000000 + r.IntN(700000000)
}

var zones = oneOf("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "America/St_Johns")

// inZone calls f in a timezone.
func inZone[T any](zone string, f func() T) T {
	before := timezone
	defer func() { timezone = before }()
	dateDefaultTimezoneSet(zone)
	return f()
}

func init() {
	formats := from("d", "D", "j", "l", "N", "S", "w", "z", "W", "F", "m", "M", "n", "t", "L", "o", "Y", "y", "a", "A", "B", "g", "G", "h", "H", "i", "s", "u", "v", "e", "I", "O", "P", "p", "T", "Z", "c", "r", "U", "\\", "\\Y", "-", " ", ":", "x", "X", "é")
	ftime := from("%a", "%A", "%d", "%e", "%j", "%u", "%w", "%U", "%V", "%W", "%b", "%B", "%h", "%m", "%C", "%g", "%G", "%y", "%Y", "%H", "%k", "%I", "%l", "%M", "%p", "%P", "%r", "%R", "%S", "%T", "%X", "%z", "%Z", "%c", "%D", "%F", "%s", "%x", "%n", "%t", "%%", " ", "-")
	rows = append(rows, []row{
		{php: "date_default_timezone_set($a[2]); return date($a[0], $a[1]);", fn: func(f string, ts int, zone string) string {
			return inZone(zone, func() string { return dateOf(f, ts) })
		}, args: []gen{formats, timestamp, zones}},
		{php: "gmdate", fn: gmdateOf, args: []gen{formats, timestamp}},
		{php: "date_default_timezone_set($a[2]); return @strftime($a[0], $a[1]);", fn: func(f string, ts int, zone string) any {
			text := inZone(zone, func() string { return strftime(f, ts) })
			return orFail(text, text != "")
		}, args: []gen{ftime, timestamp, zones}},
		{php: "return @gmstrftime($a[0] . 'x', $a[1]);", fn: func(f string, ts int) string { return gmstrftime(f+"x", ts) }, args: []gen{ftime, timestamp}},
		{php: "date_default_timezone_set($a[6]); return mktime(...array_slice($a, 0, 6));", fn: func(h, i, s, m, d, y int, zone string) int {
			return inZone(zone, func() int { return mktime(h, i, s, m, d, y) })
		}, args: []gen{small, small, small, either(small, some), either(small, func(r *rand.Rand) any { return r.IntN(40) }), either(func(r *rand.Rand) any { return 1950 + r.IntN(100) }, func(r *rand.Rand) any { return r.IntN(110) }), zones}},
		{php: "gmmktime", fn: gmmktime, args: []gen{small, small, small, small, small, func(r *rand.Rand) any { return 1950 + r.IntN(100) }}},
		{php: "checkdate", fn: checkdate, args: []gen{func(r *rand.Rand) any { return r.IntN(14) }, func(r *rand.Rand) any { return r.IntN(33) }, func(r *rand.Rand) any { return r.IntN(2100) }}},
		{php: "date_default_timezone_set($a[1]); return getdate($a[0]);", fn: func(ts int, zone string) *Array[any] {
			return inZone(zone, func() *Array[any] { return getdate(ts) })
		}, args: []gen{timestamp, zones}},
		{php: "date_default_timezone_set($a[2]); return strtotime($a[0], $a[1]);", fn: func(s string, base int, zone string) any {
			return inZone(zone, func() any { return orFail(strtotimeFrom(s, base)) })
		}, args: []gen{mailDate, timestamp, zones}, skip: clockChanges},
		{php: "date_default_timezone_set($a[2]); return strtotime($a[0], $a[1]);", fn: func(s string, base int, zone string) any {
			return inZone(zone, func() any { return orFail(strtotimeFrom(s, base)) })
		}, args: []gen{relativeTime, timestamp, zones}, skip: clockChanges},
	})
}

// mailDate makes dates as mail and databases have them.
func mailDate(r *rand.Rand) any {
	t := time.Unix(int64(timestamp(r).(int)), 0).UTC().In(time.FixedZone("", []int{0, 3600, 7200, -18000, 19800, -12600}[r.IntN(6)]))
	layouts := []string{
		"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "Mon, 02 Jan 06 15:04:05 -0700", "02-Jan-2006 15:04:05 -0700", " 2-Jan-2006 15:04:05 -0700",
		"Mon, 02 Jan 2006 15:04:05 -0700 (CET)", "Mon Jan _2 15:04:05 2006", "2006-01-02T15:04:05-07:00", "2006-01-02 15:04:05", "2006-01-02", "20060102", "20060102150405", "20060102T150405",
		"2006/01/02 15:04", "1/2/2006", "01/02/06", "2.1.2006", "02.01.2006 15:04", "2-1-2006", "Jan 2, 2006", "January 2nd, 2006 3:04 pm", "2 January 2006", "Jan 2006", "2006-01-02T15:04:05.123Z", "2006-01-02T15:04:05Z",
		"Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:05 EST", "Mon, 02 Jan 2006 15:04:05 UT", "Mon, 02 Jan 2006 15:04:05", "02 Jan 2006", "3:04pm", "15:04", "Monday", "2006-01-02 15:04:05 Europe/Berlin",
		"Mon, 02 Jan 2006 15:04:05 +0000 (UTC)", "Monday, 02-Jan-06 15:04:05 UTC", "Jan 2 15:04:05", "@1136214245", "Mon,  2 Jan 2006 15:04:05 -0700 (GMT+01:00)", "2 Jan 2006 15:04:05 -07:00",
	}
	return t.Format(layouts[r.IntN(len(layouts))])
}

// relativeTime makes times that are relative to another one.
func relativeTime(r *rand.Rand) any {
	n := []string{"+1", "-1", "1", "+2", "-3", "10", "+30", "+ 2", "-12"}[r.IntN(9)]
	unit := []string{"day", "days", "week", "weeks", "month", "months", "year", "hour", "hours", "minutes", "min", "seconds", "sec", "fortnight"}[r.IntN(14)]
	day := []string{"monday", "Tue", "wednesday", "thu", "friday", "Sat", "sunday"}[r.IntN(7)]
	order := []string{"next", "last", "this", "previous"}[r.IntN(4)]
	month := []string{"january", "feb", "March", "sep", "December"}[r.IntN(5)]
	forms := []string{
		"now", "today", "midnight", "noon", "tomorrow", "yesterday", n + " " + unit, n + " " + unit + " ago", order + " " + unit, order + " " + day, day, n + unit, "tomorrow 10:30", "yesterday noon",
		day + " next week", "first day of " + order + " month", "last day of " + month, "first day of " + month + " 2025", "2024-01-31 " + n + " " + unit, "today " + n + " " + unit, n + " " + unit + " " + n + " hours",
		"last day of this month", "monday this week", day + " 9am", month + " 5", "now " + n + " " + unit, "2024-02-29 +1 year", order + " week", day + " " + n + " " + unit, "15 " + month + " 2023 " + n + " days",
		"noon tomorrow", "midnight +1 hour", "", "garbage", "first " + day + " of " + month + " 2025", "@" + fmt.Sprint(r.Int64N(1<<31)),
	}
	return forms[r.IntN(len(forms))]
}

func TestClocks(t *testing.T) {
	if !regexp.MustCompile(`^0\.[0-9]{8} [0-9]{10}$`).MatchString(microtime()) {
		t.Errorf("microtime is %q", microtime())
	}
	now := time.Now().Unix()
	if f := microtimeFloat(true).(float64); f < float64(now) || f > float64(now)+3600 {
		t.Errorf("microtime is %v", f)
	}
	if s, ok := microtimeFloat(false).(string); !ok || s == "" {
		t.Errorf("microtime is %v", s)
	}
	if a, b := hrtimeInt(true), hrtimeInt(true); a < 0 || b < a {
		t.Errorf("hrtime is %d, then %d", a, b)
	}
	if n, ok := strtotime("now"); !ok || int64(n) < now || int64(n) > now+3600 {
		t.Errorf("now is %d", n)
	}
	if date("U") < fmt.Sprint(now) || gmdate("U") < fmt.Sprint(now) {
		t.Errorf("now is %s, %s", date("U"), gmdate("U"))
	}
	if dateDefaultTimezoneSet("Nowhere/City") || dateDefaultTimezoneGet() != "UTC" {
		t.Errorf("the timezone is %s", dateDefaultTimezoneGet())
	}
}

// clockChanges excludes times within a day of a change of daylight saving time.
func clockChanges(a []any) bool {
	zone, _ := loadTimezone(a[2].(string))
	now := time.Unix(int64(a[1].(int)), 0).In(zone)
	then, _ := parseTime(a[0].(string), now)
	for _, t := range []time.Time{now, then} {
		_, before := t.Add(-26 * time.Hour).In(zone).Zone()
		_, after := t.Add(26 * time.Hour).In(zone).Zone()
		if before != after {
			return true
		}
	}
	return false
}
