package functions

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// strtotime is strtotime from now on.
//
//php:function strtotime(datetime)
func strtotime(s string) (int, bool) { return strtotimeFrom(s, int(time.Now().Unix())) }

// strtotimeFrom is strtotime from another time on. It reads what parseTime does. Of other texts,
// which PHP may know, it returns false. Within a day of a change of daylight saving time the
// result can be an hour from PHP's.
//
//php:function strtotime(datetime, baseTimestamp)
func strtotimeFrom(s string, base int) (int, bool) {
	t, ok := parseTime(s, time.Unix(int64(base), 0).In(timezone))
	if !ok {
		return 0, false
	}
	return int(t.Unix()), true
}

// A timeParser has what a text says of a time.
type timeParser struct {
	rest                       string
	now                        time.Time
	year, month, day           int
	hour, minute, second, nano int
	dates, times, zones        int // how often there was one
	zeroTime                   bool
	zone                       *time.Location
	unix                       bool

	years, months, days      int // to add
	hours, minutes, seconds  int
	weekday, weekdayBehavior int
	hasWeekday               bool
	edge                     int // of the month: one of the following
}

const (
	edgeFirstDay    = 1 // "first day of"
	edgeLastDay     = 2
	edgeWeekday     = 3 // "first friday of"
	edgeLastWeekday = 4
)

// parseTime reads dates and times of mail (RFC 5322, RFC 3501, asctime), of ISO 8601 and of
// databases, "8/15/2005", "15.8.2005", "15-Aug-2005", "Aug 15, 2005", "@86400", times as
// "15:52:01", "3pm", timezones as "+0200", "CEST" and "Europe/Berlin", and what is relative:
// "now", "tomorrow", "noon", "+1 week 2 days", "3 hours ago", "next month", "last monday", "first
// day of january 2026".
func parseTime(s string, now time.Time) (time.Time, bool) {
	p := &timeParser{rest: strings.Trim(s, whiteSpace), now: now}
	if p.rest == "" {
		return time.Time{}, false
	}
	for p.rest != "" {
		if strings.IndexByte(" \t,.;", p.rest[0]) >= 0 {
			p.rest = p.rest[1:]
			continue
		}
		if !p.token() {
			return time.Time{}, false
		}
	}
	if p.dates > 1 || p.times > 1 || p.zones > 2 {
		return time.Time{}, false
	}
	return p.time(), true
}

// A timeToken reads one form. The longest one that matches counts, and the first of those.
type timeToken struct {
	form *regexp.Regexp
	read func(p *timeParser, m []string) bool
}

const (
	monthNames = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`
	dayNames   = `(sun(?:day)?|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?)`
	unitNames  = `(msecs?|milliseconds?|ms|µs|usecs?|microseconds?|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|fortnights?|months?|mons?|years?|` +
		`sun(?:day)?|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?)`
	orderNames = `(next|last|previous|this|first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth|tenth|eleventh|twelfth)`
	clock      = `([01]?[0-9]|2[0-4]):([0-5]?[0-9])(?::([0-5]?[0-9]|60)(?:[.,:]([0-9]+))?)?`
	dayNumber  = `([0-2]?[0-9]|3[01])`
)

func timeForm(form string, read func(p *timeParser, m []string) bool) timeToken {
	re := regexp.MustCompile(`^(?i:` + form + `)`)
	re.Longest()
	return timeToken{re, read}
}

var timeTokens = []timeToken{
	timeForm(`now\b`, func(p *timeParser, m []string) bool { return true }),
	timeForm(`(today|midnight)\b`, func(p *timeParser, m []string) bool { return p.setZeroTime() }),
	timeForm(`noon\b`, func(p *timeParser, m []string) bool { return p.setZeroTime() && p.setClock("12", "0", "", "") }),
	timeForm(`tomorrow\b`, func(p *timeParser, m []string) bool { p.days++; return p.setZeroTime() }),
	timeForm(`yesterday\b`, func(p *timeParser, m []string) bool { p.days--; return p.setZeroTime() }),
	timeForm(`@(-?[0-9]+)`, (*timeParser).readUnix),
	timeForm(`(first|last) day of`, func(p *timeParser, m []string) bool {
		p.edge = edgeFirstDay + boolInt(strtolower(m[1]) == "last")
		return true
	}),
	timeForm(`([0-9]{4})-(0?[0-9]|1[0-2])-`+dayNumber, func(p *timeParser, m []string) bool { return p.setDate(m[1], m[2], m[3]) }),
	timeForm(`([0-9]{4})/(0?[0-9]|1[0-2])/`+dayNumber, func(p *timeParser, m []string) bool { return p.setDate(m[1], m[2], m[3]) }),
	timeForm(`([0-9]{4})(0[0-9]|1[0-2])([0-2][0-9]|3[01])`, func(p *timeParser, m []string) bool { return p.setDate(m[1], m[2], m[3]) }),
	timeForm(`([0-9]{4})(0[0-9]|1[0-2])([0-2][0-9]|3[01])t?([01][0-9]|2[0-4])([0-5][0-9])([0-5][0-9])`, func(p *timeParser, m []string) bool {
		return p.setDate(m[1], m[2], m[3]) && p.setClock(m[4], m[5], m[6], "")
	}),
	timeForm(`([0-9]{4})-(0?[0-9]|1[0-2])-`+dayNumber+`t`+clock, func(p *timeParser, m []string) bool {
		return p.setDate(m[1], m[2], m[3]) && p.setClock(m[4], m[5], m[6], m[7])
	}),
	timeForm(`(0?[0-9]|1[0-2])/`+dayNumber+`/([0-9]{4}|[0-9]{2})`, func(p *timeParser, m []string) bool { return p.setDate(m[3], m[1], m[2]) }),
	timeForm(dayNumber+`[.\t-](0?[0-9]|1[0-2])[.-]([0-9]{4})`, func(p *timeParser, m []string) bool { return p.setDate(m[3], m[2], m[1]) }),
	timeForm(dayNumber+`(?:st|nd|rd|th)?[ \t.-]*`+monthNames+`[ \t.-]*([0-9]{1,4})`, func(p *timeParser, m []string) bool { return p.setDate(m[3], m[2], m[1]) }),
	timeForm(dayNumber+`(?:st|nd|rd|th)?[ \t.-]*`+monthNames, func(p *timeParser, m []string) bool { return p.setDate("", m[2], m[1]) }),
	timeForm(monthNames+`[ \t.-]*`+dayNumber+`(?:st|nd|rd|th)?[ ,.\t]+([0-9]{4})`, func(p *timeParser, m []string) bool { return p.setDate(m[3], m[1], m[2]) }),
	timeForm(monthNames+`[ \t.-]*`+dayNumber+`(?:st|nd|rd|th)?(?:[ ,.\t]+`+clock+`)?`, func(p *timeParser, m []string) bool {
		return p.setDate("", m[1], m[2]) && (m[3] == "" || p.setClock(m[3], m[4], m[5], m[6]))
	}),
	timeForm(monthNames+`[ \t.-]*([0-9]{4})`, func(p *timeParser, m []string) bool { return p.setDate(m[2], m[1], "1") }),
	timeForm(monthNames+`\b`, func(p *timeParser, m []string) bool { return p.setDate("", m[1], "") }),
	timeForm(`t?`+clock, func(p *timeParser, m []string) bool { return p.setClock(m[1], m[2], m[3], m[4]) }),
	timeForm(`(0?[1-9]|1[0-2])(?::([0-5][0-9])(?::([0-5][0-9]))?)? ?([ap])\.?m\.?(?:\b|$)`, (*timeParser).readTwelveHours),
	timeForm(`([01][0-9]|2[0-4])([0-5][0-9])\b`, func(p *timeParser, m []string) bool {
		if p.times > 0 {
			return p.setYear(m[1] + m[2])
		}
		return p.setClock(m[1], m[2], "", "")
	}),
	timeForm(`([0-9]{4})\b`, func(p *timeParser, m []string) bool { return p.setYear(m[1]) }),
	timeForm(`([+-]*)[ \t]*([0-9]{1,9})[ \t]*`+unitNames+`\b`, func(p *timeParser, m []string) bool {
		n, err := strconv.Atoi(m[2])
		if strings.Count(m[1], "-")%2 == 1 {
			n = -n
		}
		return err == nil && p.add(n, m[3], 1)
	}),
	timeForm(orderNames+`[ \t]+`+dayNames+`[ \t]+of\b`, (*timeParser).readWeekdayOf),
	timeForm(`(next|last|previous|this)[ \t]+week\b`, (*timeParser).readWeek),
	timeForm(orderNames+`[ \t]+`+unitNames+`\b`, func(p *timeParser, m []string) bool {
		order := strtolower(m[1])
		return p.add(orders[order], m[2], boolInt(order == "this"))
	}),
	timeForm(`ago\b`, (*timeParser).readAgo),
	timeForm(dayNames+`\b`, func(p *timeParser, m []string) bool {
		p.setZeroTime()
		if p.weekdayBehavior != 2 {
			p.weekdayBehavior = 1
		}
		return p.setWeekday(m[1])
	}),
	timeForm(`(?:gmt|utc)?([+-])(0?[0-9]|1[0-9]|2[0-4])(?::?([0-5]?[0-9]))?`, (*timeParser).readOffset),
	timeForm(`\(?([a-z]{1,6})\)?`, func(p *timeParser, m []string) bool { return p.readAbbreviation(m[1]) }),
	timeForm(`[a-z]+(?:[_/-][a-z]+)+`, func(p *timeParser, m []string) bool {
		zone, err := loadTimezone(m[0])
		return err == nil && p.setZone(zone)
	}),
}

// token reads the longest form at the beginning of the rest.
func (p *timeParser) token() bool {
	var best []string
	var read func(p *timeParser, m []string) bool
	for _, token := range timeTokens {
		if m := token.form.FindStringSubmatch(p.rest); m != nil && (best == nil || len(m[0]) > len(best[0])) {
			best, read = m, token.read
		}
	}
	if best == nil || best[0] == "" {
		return false
	}
	p.rest = p.rest[len(best[0]):]
	return read(p, best)
}

func (p *timeParser) setZeroTime() bool {
	p.zeroTime = true
	p.times, p.hour, p.minute, p.second, p.nano = 0, 0, 0, 0, 0
	return true
}

func (p *timeParser) setClock(hour, minute, second, fraction string) bool {
	p.times++
	p.hour, _ = strconv.Atoi(hour)
	p.minute, _ = strconv.Atoi(minute)
	p.second, _ = strconv.Atoi(second)
	p.nano, _ = strconv.Atoi((fraction + "000000000")[:9])
	return true
}

func (p *timeParser) readTwelveHours(m []string) bool {
	p.setClock(m[1], m[2], m[3], "")
	p.hour = p.hour%12 + 12*boolInt(strtolower(m[4]) == "p")
	return true
}

var monthNumbers = strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")

// setDate sets the parts of a date that are there.
func (p *timeParser) setDate(year, month, day string) bool {
	p.dates++
	if year != "" {
		p.setYear(year)
	}
	if n, err := strconv.Atoi(month); err == nil {
		p.month = n
	} else {
		for i, name := range monthNumbers {
			if strtolower(month[:3]) == name {
				p.month = i + 1
			}
		}
	}
	if day != "" {
		p.day, _ = strconv.Atoi(day)
	}
	if p.month == 0 {
		p.month = -12 // the month before January, and not the current one
	}
	if day != "" && p.day == 0 {
		p.day = -daysNone
	}
	return true
}

// daysNone stands for the day 0 of a month.
const daysNone = 1 << 20

// setYear sets a year. One of less than four digits has its century added.
func (p *timeParser) setYear(year string) bool {
	p.year, _ = strconv.Atoi(year)
	if len(year) < 4 {
		if p.year < 70 {
			p.year += 2000
		} else if p.year < 100 {
			p.year += 1900
		}
	}
	if p.year == 0 {
		p.year = yearZero
	}
	return true
}

// yearZero stands for the year 0.
const yearZero = 1 << 20

func (p *timeParser) readUnix(m []string) bool {
	n, err := strconv.Atoi(m[1])
	p.year, p.month, p.day = 1970, 1, 1
	p.setZeroTime()
	p.seconds += n
	p.unix = true
	p.dates++
	p.times++
	return err == nil && p.setZone(time.UTC)
}

var orders = map[string]int{
	"next": 1, "last": -1, "previous": -1, "this": 0, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eight": 8, "eighth": 8,
	"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}

var weekdayNumbers = strings.Fields("sun mon tue wed thu fri sat")

// add adds a number of units.
func (p *timeParser) add(n int, unit string, behavior int) bool {
	unit = strtolower(unit)
	for _, name := range weekdayNumbers {
		if strings.HasPrefix(unit, name) && unit != "month" && unit != "months" && unit != "mons" && unit != "second" && unit != "seconds" {
			p.setZeroTime()
			p.days += 7 * (n - boolInt(n > 0))
			p.weekdayBehavior = behavior
			return p.setWeekday(unit)
		}
	}
	switch {
	case strings.HasPrefix(unit, "sec"):
		p.seconds += n
	case strings.HasPrefix(unit, "min"):
		p.minutes += n
	case strings.HasPrefix(unit, "hour"):
		p.hours += n
	case strings.HasPrefix(unit, "day"):
		p.days += n
	case strings.HasPrefix(unit, "week"):
		p.days += 7 * n
	case strings.HasPrefix(unit, "fortnight"):
		p.days += 14 * n
	case strings.HasPrefix(unit, "mon"):
		p.months += n
	case strings.HasPrefix(unit, "year"):
		p.years += n
	}
	return true
}

// readWeekdayOf reads "second friday of": of the month.
func (p *timeParser) readWeekdayOf(m []string) bool {
	n := orders[strtolower(m[1])]
	if n > 0 {
		p.edge = edgeWeekday
		return p.add(n, m[2], 1)
	}
	p.edge = edgeLastWeekday
	return p.add(n, m[2], 0)
}

func (p *timeParser) setWeekday(name string) bool {
	for i, known := range weekdayNumbers {
		if strtolower(name[:3]) == known {
			p.weekday = i
		}
	}
	p.hasWeekday = true
	return true
}

// readWeek reads "next week": Monday, or the weekday before it, of that week.
func (p *timeParser) readWeek(m []string) bool {
	p.days += 7 * orders[strtolower(m[1])]
	p.weekdayBehavior = 2
	if !p.hasWeekday {
		p.setWeekday("monday")
	}
	return true
}

// readAgo turns what is relative before "ago" around.
func (p *timeParser) readAgo([]string) bool {
	p.years, p.months, p.days = -p.years, -p.months, -p.days
	p.hours, p.minutes, p.seconds = -p.hours, -p.minutes, -p.seconds
	if p.hasWeekday {
		if p.weekday = -p.weekday; p.weekday == 0 {
			p.weekday = -7
		}
	}
	return true
}

// setZone sets the timezone. A second one, such as a comment, changes nothing.
func (p *timeParser) setZone(zone *time.Location) bool {
	if p.zones == 0 {
		p.zone = zone
	}
	p.zones++
	return true
}

func (p *timeParser) readOffset(m []string) bool {
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	offset := hours*3600 + minutes*60
	if m[1] == "-" {
		offset = -offset
	}
	return p.setZone(time.FixedZone("", offset))
}

// abbreviations are the timezones of mail and those of most people, by their offsets in hours.
var abbreviations = map[string]float64{
	"utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "jst": 9, "kst": 9,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5,
	"aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13, "sast": 2, "ist": 2, "hkt": 8, "pkt": 5, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6,
	"g": 7, "h": 8, "i": 9, "k": 10, "l": 11, "m": 12, "n": -1, "o": -2, "p": -3, "q": -4, "r": -5, "s": -6, "t": -7, "u": -8, "v": -9, "w": -10, "x": -11, "y": -12,
}

func (p *timeParser) readAbbreviation(name string) bool {
	hours, ok := abbreviations[strtolower(name)]
	if !ok {
		return false
	}
	if strtolower(name) == "utc" {
		return p.setZone(time.UTC)
	}
	return p.setZone(time.FixedZone(strtoupper(name), int(hours*3600)))
}

// time returns the time that the text says.
func (p *timeParser) time() time.Time {
	zone := p.zone
	if zone == nil {
		zone = p.now.Location()
	}
	now := p.now.In(zone)
	year, month, day := p.year, p.month, p.day
	switch year {
	case 0:
		year = now.Year()
	case yearZero:
		year = 0
	}
	if month == 0 {
		month = int(now.Month())
	}
	if day == 0 {
		day = now.Day()
	}
	if month == -12 {
		month = 0
	}
	if day == -daysNone {
		day = 0
	}
	hour, minute, second := p.hour, p.minute, p.second
	if p.times == 0 && p.dates == 0 && !p.zeroTime {
		hour, minute, second = now.Clock()
	}
	months := p.months
	if p.edge == edgeWeekday || p.edge == edgeLastWeekday {
		month, day, months = month+months+p.edge-edgeWeekday, 1, 0
	}
	if p.edge == edgeFirstDay || p.edge == edgeLastDay {
		day = 1
	}
	if p.hasWeekday {
		day += p.weekdayShift(int(time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).Weekday()))
	}
	normal := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	year, month, day = normal.Year(), int(normal.Month()), normal.Day()
	hour, minute, second = normal.Clock()
	year, month, day = year+p.years, month+months, day+p.days
	switch p.edge {
	case edgeFirstDay:
		day = 1
	case edgeLastDay:
		month, day = month+1, 0
	}
	t := wallTime(year, month, day, hour, minute, second, zone)
	t = t.Add(time.Duration(p.hours)*time.Hour + time.Duration(p.minutes)*time.Minute + time.Duration(p.nano))
	return time.Unix(t.Unix()+int64(p.seconds), int64(t.Nanosecond())).In(zone)
}

// weekdayShift returns how many days the weekday is from the one of the date.
func (p *timeParser) weekdayShift(current int) int {
	weekday := p.weekday
	if p.weekdayBehavior == 2 {
		if current == 0 && weekday != 0 {
			weekday -= 7
		}
		if weekday == 0 && current != 0 {
			weekday = 7
		}
		return weekday - current
	}
	if weekday < 0 {
		return -(7 - (-weekday - current))
	}
	shift := weekday - current
	if p.days < 0 && shift < 0 || p.days >= 0 && shift <= -p.weekdayBehavior {
		shift += 7
	}
	return shift
}
