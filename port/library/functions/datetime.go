package functions

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// timezone is the one of date_default_timezone_set. PHP's is UTC unless its configuration says
// otherwise.
var timezone = time.UTC

// dateDefaultTimezoneSet is date_default_timezone_set.
//
//php:function date_default_timezone_set(timezoneId)
func dateDefaultTimezoneSet(name string) bool {
	location, err := loadTimezone(name)
	if err != nil {
		warnText("date_default_timezone_set(): Timezone ID '" + name + "' is invalid")
		return false
	}
	timezone = location
	return true
}

// dateDefaultTimezoneGet is date_default_timezone_get.
//
//php:function date_default_timezone_get()
func dateDefaultTimezoneGet() string { return timezone.String() }

// loadTimezone returns a timezone of the operating system's database by its name.
func loadTimezone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("no timezone %q", name)
	}
	return time.LoadLocation(name)
}

// date is date without a time: now.
//
//php:function date(format)
func date(format string) string { return formatTime(format, time.Now().In(timezone)) }

// dateOf is date of a Unix time.
//
//php:function date(format, timestamp)
func dateOf(format string, timestamp int) string {
	return formatTime(format, time.Unix(int64(timestamp), 0).In(timezone))
}

// gmdate is gmdate: date in UTC.
//
//php:function gmdate(format)
func gmdate(format string) string { return formatTime(format, time.Now().In(gmt)) }

// gmdateOf is gmdate of a Unix time.
//
//php:function gmdate(format, timestamp)
func gmdateOf(format string, timestamp int) string {
	return formatTime(format, time.Unix(int64(timestamp), 0).In(gmt))
}

// gmt is UTC, for which gmdate writes "GMT".
var gmt = time.FixedZone("GMT", 0)

// formatTime returns a time in a format of date.
func formatTime(format string, t time.Time) string {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' {
			i++
			out.WriteByte((format + "\x00")[i]) // PHP writes NUL for a backslash at the end
			continue
		}
		out.WriteString(formatTimePart(format[i], t))
	}
	return out.String()
}

func formatTimePart(c byte, t time.Time) string {
	layouts := map[byte]string{
		'd': "02", 'D': "Mon", 'j': "2", 'l': "Monday", 'm': "01", 'M': "Jan", 'F': "January", 'n': "1", 'y': "06", 'a': "pm", 'A': "PM",
		'g': "3", 'h': "03", 'H': "15", 'i': "04", 's': "05", 'u': "000000", 'v': "000", 'O': "-0700", 'P': "-07:00",
	}
	if layout, ok := layouts[c]; ok {
		if c == 'u' || c == 'v' {
			return t.Format("." + layout)[1:]
		}
		return t.Format(layout)
	}
	_, offset := t.Zone()
	year, week := t.ISOWeek()
	switch c {
	case 'Y':
		return yearText(t.Year())
	case 'x', 'X':
		year := yearText(t.Year())
		if t.Year() >= 0 && (c == 'X' || t.Year() > 9999) {
			year = "+" + year
		}
		return year
	case 'N':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'z':
		return strconv.Itoa(t.YearDay() - 1)
	case 'W':
		return fmt.Sprintf("%02d", week)
	case 'o':
		return strconv.Itoa(year)
	case 't':
		return strconv.Itoa(daysIn(t.Year(), t.Month()))
	case 'L':
		return strconv.Itoa(boolInt(daysIn(t.Year(), time.February) == 29))
	case 'S':
		return ordinalSuffix(t.Day())
	case 'B':
		beats := ((t.Unix()+3600)%86400 + 86400) % 86400 * 10 / 864
		return fmt.Sprintf("%03d", beats)
	case 'G':
		return strconv.Itoa(t.Hour())
	case 'e':
		return zoneName(t, ":")
	case 'T':
		return zoneAbbreviation(t)
	case 'I':
		return strconv.Itoa(boolInt(t.IsDST()))
	case 'p':
		if offset == 0 {
			return "Z"
		}
		return t.Format("-07:00")
	case 'Z':
		return strconv.Itoa(offset)
	case 'c':
		return yearText(t.Year()) + t.Format("-01-02T15:04:05-07:00")
	case 'r':
		return t.Format("Mon, 02 Jan ") + yearText(t.Year()) + t.Format(" 15:04:05 -0700")
	case 'U':
		return strconv.FormatInt(t.Unix(), 10)
	}
	return string([]byte{c})
}

// yearText returns a year with at least four digits.
func yearText(year int) string {
	if year < 0 {
		return fmt.Sprintf("-%04d", -year)
	}
	return fmt.Sprintf("%04d", year)
}

// zoneName returns the name of a time's timezone, or its offset.
func zoneName(t time.Time, separator string) string {
	name := t.Location().String()
	if t.Location() == gmt {
		return "UTC"
	}
	if name == "" {
		return t.Format("-07" + separator + "00")
	}
	return name
}

// zoneAbbreviation returns "CEST", or the offset "GMT+0200".
func zoneAbbreviation(t time.Time) string {
	if t.Location().String() == "" {
		return t.Format("GMT-0700")
	}
	name, _ := t.Zone()
	return name
}

func ordinalSuffix(day int) string {
	switch {
	case day%10 == 1 && day != 11:
		return "st"
	case day%10 == 2 && day != 12:
		return "nd"
	case day%10 == 3 && day != 13:
		return "rd"
	}
	return "th"
}

// daysIn returns the number of days of a month.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// checkdate is checkdate.
//
//php:function checkdate(month, day, year)
func checkdate(month, day, year int) bool {
	return month >= 1 && month <= 12 && year >= 1 && year <= 32767 && day >= 1 && day <= daysIn(year, time.Month(month))
}

// mktime is mktime with all arguments.
//
//php:function mktime(hour, minute, second, month, day, year)
func mktime(hour, minute, second, month, day, year int) int {
	return int(wallTime(shortYear(year), month, day, hour, minute, second, timezone).Unix())
}

// gmmktime is gmmktime with all arguments.
//
//php:function gmmktime(hour, minute, second, month, day, year)
func gmmktime(hour, minute, second, month, day, year int) int {
	return int(time.Date(shortYear(year), time.Month(month), day, hour, minute, second, 0, time.UTC).Unix())
}

// shortYear returns a year of two digits with its century.
func shortYear(year int) int {
	switch {
	case year >= 0 && year < 70:
		return year + 2000
	case year >= 70 && year <= 100:
		return year + 1900
	}
	return year
}

// wallTime returns the time that a clock shows. Of two such times it is the first one. A time
// that a clock skips is as long after the skip.
func wallTime(year, month, day, hour, minute, second int, zone *time.Location) time.Time {
	naive := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	_, before := naive.Add(-26 * time.Hour).In(zone).Zone()
	t := naive.Add(-time.Duration(before) * time.Second).In(zone)
	_, offset := t.Zone()
	if offset == before {
		return t
	}
	if after := naive.Add(-time.Duration(offset) * time.Second).In(zone); after.Hour() == naive.Hour() && after.Minute() == naive.Minute() {
		return after
	}
	return t
}

// microtimeFloat is microtime with true: seconds.
//
//php:function microtime(as_float)
func microtimeFloat(asFloat bool) any {
	now := time.Now()
	if asFloat {
		return float64(now.UnixMicro()) / 1e6
	}
	return microtime()
}

// microtime is microtime: "0.12345600 1234567890".
//
//php:function microtime()
func microtime() string {
	now := time.Now()
	return fmt.Sprintf("%.8f %d", float64(now.Nanosecond()/1000)/1e6, now.Unix())
}

// hrtimeInt is hrtime with true: nanoseconds of a clock that is never set.
//
//php:function hrtime(as_number)
func hrtimeInt(bool) int { return int(time.Since(started)) }

var started = time.Now()

// getdate is getdate of a Unix time.
//
//php:function getdate(timestamp)
func getdate(timestamp int) *Array[any] {
	t := time.Unix(int64(timestamp), 0).In(timezone)
	return mapOf(pair[any]{"seconds", t.Second()}, pair[any]{"minutes", t.Minute()}, pair[any]{"hours", t.Hour()}, pair[any]{"mday", t.Day()},
		pair[any]{"wday", int(t.Weekday())}, pair[any]{"mon", int(t.Month())}, pair[any]{"year", t.Year()}, pair[any]{"yday", t.YearDay() - 1},
		pair[any]{"weekday", t.Weekday().String()}, pair[any]{"month", t.Month().String()}, pair[any]{0, timestamp})
}

// strftime is strftime of a Unix time, in the locale C, of an operating system in UTC.
//
//php:function strftime(format, timestamp)
func strftime(format string, timestamp int) string { return strftimeIn(format, timestamp, timezone) }

// gmstrftime is gmstrftime of a Unix time.
//
//php:function gmstrftime(format, timestamp)
func gmstrftime(format string, timestamp int) string { return strftimeIn(format, timestamp, gmt) }

var strftimeFormats = map[byte]string{
	'a': "D", 'A': "l", 'd': "d", 'j': "z", 'u': "N", 'w': "w", 'V': "W", 'b': "M", 'B': "F", 'h': "M", 'm': "m", 'G': "o", 'y': "y", 'Y': "Y", 'H': "H", 'I': "h",
	'M': "i", 'p': "A", 'P': "a", 'r': "h:i:s A", 'R': "H:i", 'S': "s", 'T': "H:i:s", 'X': "H:i:s", 'z': "O", 'Z': "T", 'D': "m/d/y", 'F': "Y-m-d", 'x': "m/d/y",
	'n': "\n", 't': "\t", '%': "%",
}

func strftimeIn(format string, timestamp int, zone *time.Location) string {
	t := time.Unix(int64(timestamp), 0).In(zone)
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; c {
		case 'e':
			fmt.Fprintf(&out, "%2d", t.Day())
		case 'j':
			fmt.Fprintf(&out, "%03d", t.YearDay())
		case 'k':
			fmt.Fprintf(&out, "%2d", t.Hour())
		case 'l':
			fmt.Fprintf(&out, "%2s", t.Format("3"))
		case 'g':
			year, _ := t.ISOWeek()
			fmt.Fprintf(&out, "%02d", year%100)
		case 'C':
			fmt.Fprintf(&out, "%02d", t.Year()/100)
		case 'U':
			fmt.Fprintf(&out, "%02d", (t.YearDay()+6-int(t.Weekday()))/7)
		case 'W':
			fmt.Fprintf(&out, "%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7)
		case 's':
			_, offset := t.Zone()
			out.WriteString(strconv.FormatInt(t.Unix()+int64(offset-3600*boolInt(t.IsDST())), 10))
		case 'c':
			out.WriteString(t.Format("Mon Jan _2 15:04:05 2006"))
		default:
			if f, ok := strftimeFormats[c]; ok {
				out.WriteString(formatTime(f, t))
			} else {
				out.WriteString("%" + string([]byte{c}))
			}
		}
	}
	return out.String()
}
