package functions

import (
	"fmt"
	"strings"
	"time"
)

// A DateTime is an object of DateTime or DateTimeImmutable.
type DateTime struct {
	t         time.Time
	immutable bool
}

// newDateTime is new DateTime. A text that parseTime does not read throws an Exception, whose
// message does not say where.
//
//php:method DateTime::__construct(datetime = "now")
//php:function date_create(datetime = "now")
func newDateTime(s string) *DateTime { return newDateTimeIn(s, timezone) }

// newDateTimeZone is new DateTime in a timezone.
//
//php:method DateTime::__construct(datetime, timezone)
//php:function date_create(datetime, timezone)
func newDateTimeZone(s string, zone *DateTimeZone) *DateTime { return newDateTimeIn(s, zone.location) }

// newDateTimeImmutable is new DateTimeImmutable.
//
//php:method DateTimeImmutable::__construct(datetime = "now")
func newDateTimeImmutable(s string) *DateTime {
	d := newDateTime(s)
	d.immutable = true
	return d
}

// newDateTimeImmutableZone is new DateTimeImmutable in a timezone.
//
//php:method DateTimeImmutable::__construct(datetime, timezone)
func newDateTimeImmutableZone(s string, zone *DateTimeZone) *DateTime {
	d := newDateTimeZone(s, zone)
	d.immutable = true
	return d
}

func newDateTimeIn(s string, zone *time.Location) *DateTime {
	now := time.Now().In(zone)
	if s == "" {
		s = "now"
	}
	t, ok := parseTime(s, now)
	if !ok {
		throw("Exception", "Failed to parse time string ("+s+")")
	}
	if strings.EqualFold(s, "now") {
		t = now
	}
	return &DateTime{t: t.Round(time.Microsecond)}
}

// changed returns the object that a method returns: of a DateTimeImmutable a new one.
func (d *DateTime) changed(t time.Time) *DateTime {
	if d.immutable {
		return &DateTime{t: t, immutable: true}
	}
	d.t = t
	return d
}

// Format is DateTime::format.
//
//php:method DateTime::format(format)
//php:method DateTimeImmutable::format(format)
func (d *DateTime) Format(format string) string { return formatTime(format, d.t) }

// GetTimestamp is DateTime::getTimestamp.
//
//php:method DateTime::getTimestamp()
//php:method DateTimeImmutable::getTimestamp()
func (d *DateTime) GetTimestamp() int { return int(d.t.Unix()) }

// SetTimestamp is DateTime::setTimestamp.
//
//php:method DateTime::setTimestamp(timestamp)
//php:method DateTimeImmutable::setTimestamp(timestamp)
func (d *DateTime) SetTimestamp(timestamp int) *DateTime {
	return d.changed(time.Unix(int64(timestamp), 0).In(d.t.Location()))
}

// GetOffset is DateTime::getOffset.
//
//php:method DateTime::getOffset()
//php:method DateTimeImmutable::getOffset()
func (d *DateTime) GetOffset() int {
	_, offset := d.t.Zone()
	return offset
}

// Modify is DateTime::modify: with what parseTime reads from the time of the object on. Other
// texts change nothing, with a warning.
//
//php:method DateTime::modify(modifier)
//php:method DateTimeImmutable::modify(modifier)
func (d *DateTime) Modify(modifier string) (*DateTime, error) {
	t, ok := parseTime(modifier, d.t)
	if !ok {
		return nil, fmt.Errorf("DateTime::modify(): Failed to parse time string (%s) at position 0 (%.1s)", modifier, modifier)
	}
	return d.changed(t), nil
}

// SetDate is DateTime::setDate.
//
//php:method DateTime::setDate(year, month, day)
//php:method DateTimeImmutable::setDate(year, month, day)
func (d *DateTime) SetDate(year, month, day int) *DateTime {
	hour, minute, second := d.t.Clock()
	return d.changed(wallTime(year, month, day, hour, minute, second, d.t.Location()))
}

// SetTime is DateTime::setTime.
//
//php:method DateTime::setTime(hour, minute, second = 0)
//php:method DateTimeImmutable::setTime(hour, minute, second = 0)
func (d *DateTime) SetTime(hour, minute, second int) *DateTime {
	year, month, day := d.t.Date()
	return d.changed(wallTime(year, int(month), day, hour, minute, second, d.t.Location()))
}

// SetTimezone is DateTime::setTimezone.
//
//php:method DateTime::setTimezone(timezone)
//php:method DateTimeImmutable::setTimezone(timezone)
func (d *DateTime) SetTimezone(zone *DateTimeZone) *DateTime { return d.changed(d.t.In(zone.location)) }

// GetTimezone is DateTime::getTimezone.
//
//php:method DateTime::getTimezone()
//php:method DateTimeImmutable::getTimezone()
func (d *DateTime) GetTimezone() *DateTimeZone { return &DateTimeZone{d.t.Location()} }

// Diff is DateTime::diff.
//
//php:method DateTime::diff(targetObject)
//php:method DateTimeImmutable::diff(targetObject)
func (d *DateTime) Diff(other *DateTime) *DateInterval { return intervalBetween(d.t, other.t) }

// Add is DateTime::add.
//
//php:method DateTime::add(interval)
//php:method DateTimeImmutable::add(interval)
func (d *DateTime) Add(i *DateInterval) *DateTime { return d.changed(i.addTo(d.t, 1)) }

// Sub is DateTime::sub.
//
//php:method DateTime::sub(interval)
//php:method DateTimeImmutable::sub(interval)
func (d *DateTime) Sub(i *DateInterval) *DateTime { return d.changed(i.addTo(d.t, -1)) }

// A DateTimeZone is an object of DateTimeZone.
type DateTimeZone struct{ location *time.Location }

// newDateTimeZoneOf is new DateTimeZone of "Europe/Berlin", "+02:00" or an abbreviation.
//
//php:method DateTimeZone::__construct(timezone)
func newDateTimeZoneOf(name string) *DateTimeZone {
	p := &timeParser{rest: name}
	if location, err := loadTimezone(name); err == nil {
		return &DateTimeZone{location}
	}
	if name == "" || !p.token() || p.zones != 1 || p.rest != "" {
		throw("Exception", "DateTimeZone::__construct(): Unknown or bad timezone ("+name+")")
	}
	return &DateTimeZone{p.zone}
}

// GetName is DateTimeZone::getName.
//
//php:method DateTimeZone::getName()
func (z *DateTimeZone) GetName() string { return zoneName(time.Now().In(z.location), ":") }

// GetOffset is DateTimeZone::getOffset.
//
//php:method DateTimeZone::getOffset(datetime)
func (z *DateTimeZone) GetOffset(d *DateTime) int {
	_, offset := d.t.In(z.location).Zone()
	return offset
}

// dateDiff is date_diff.
//
//php:function date_diff(baseObject, targetObject)
func dateDiff(d, other *DateTime) *DateInterval { return d.Diff(other) }

// dateAdd is date_add.
//
//php:function date_add(object, interval)
func dateAdd(d *DateTime, i *DateInterval) *DateTime { return d.Add(i) }

// dateSub is date_sub.
//
//php:function date_sub(object, interval)
func dateSub(d *DateTime, i *DateInterval) *DateTime { return d.Sub(i) }

// dateFormat is date_format.
//
//php:function date_format(object, format)
func dateFormat(d *DateTime, format string) string { return d.Format(format) }

// dateModify is date_modify.
//
//php:function date_modify(object, modifier)
func dateModify(d *DateTime, modifier string) (*DateTime, error) { return d.Modify(modifier) }

// dateTimestampGet is date_timestamp_get.
//
//php:function date_timestamp_get(object)
func dateTimestampGet(d *DateTime) int { return d.GetTimestamp() }

// dateIntervalFormat is date_interval_format.
//
//php:function date_interval_format(object, format)
func dateIntervalFormat(i *DateInterval, format string) string { return i.Format(format) }

// idate is idate: a part of a date as an integer.
//
//php:function idate(format, timestamp)
func idate(format string, timestamp int) int {
	if len(format) != 1 || strings.IndexByte("BdhHiILmsStUwWyYzZ", format[0]) < 0 {
		throw("ValueError", "idate(): Argument #1 ($format) must be one character")
	}
	return intval(dateOf(format, timestamp))
}

// A DateInterval is an object of DateInterval.
type DateInterval struct {
	y, m, d, h, i, s int
	days             int // in all; -1 if the interval is not of two times
	invert           int // 1 if it is negative
}

// newDateInterval is new DateInterval of "P1Y2M3DT4H5M6S" or "P2W".
//
//php:method DateInterval::__construct(duration)
func newDateInterval(duration string) *DateInterval {
	v := &DateInterval{days: -1}
	rest, isPeriod := strings.CutPrefix(duration, "P")
	ok := isPeriod && rest != ""
	units := map[byte]*int{'Y': &v.y, 'M': &v.m, 'D': &v.d}
	for ok && rest != "" {
		if rest[0] == 'T' {
			units = map[byte]*int{'H': &v.h, 'M': &v.i, 'S': &v.s}
			rest = rest[1:]
			ok = rest != ""
			continue
		}
		n := digitsLength(rest)
		if ok = n > 0 && n < len(rest) && n < 10; !ok {
			break
		}
		switch unit := units[rest[n]]; {
		case unit != nil:
			*unit = intval(rest[:n])
		case rest[n] == 'W':
			v.d = 7 * intval(rest[:n])
		default:
			ok = false
		}
		rest = rest[n+1:]
	}
	if !ok {
		throw("Exception", "Unknown or bad format ("+duration+")")
	}
	return v
}

// addTo returns a time after so many intervals.
func (v *DateInterval) addTo(t time.Time, sign int) time.Time {
	if v.invert == 1 {
		sign = -sign
	}
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	if v.y == 0 && v.m == 0 && v.d == 0 {
		return t.Add(time.Duration(sign*(v.h*3600+v.i*60+v.s)) * time.Second)
	}
	date := wallTime(year+sign*v.y, int(month)+sign*v.m, day+sign*v.d, hour, minute, second, t.Location())
	return date.Add(time.Duration(sign*(v.h*3600+v.i*60+v.s)) * time.Second)
}

// intervalBetween returns the interval from one time to another. Both are as in the timezone of
// the first one.
func intervalBetween(a, b time.Time) *DateInterval {
	v := &DateInterval{}
	if b.Before(a) {
		a, b = b, a
		v.invert = 1
	}
	_, offset := a.Zone()
	_, otherOffset := b.Zone()
	if a.Location() != b.Location() {
		otherOffset = offset
	}
	from := a.UTC().Add(time.Duration(offset) * time.Second)
	to := b.UTC().Add(time.Duration(otherOffset) * time.Second)
	v.y, v.m, v.d = to.Year()-from.Year(), int(to.Month())-int(from.Month()), to.Day()-from.Day()
	v.h, v.i, v.s = to.Hour()-from.Hour(), to.Minute()-from.Minute(), to.Second()-from.Second()
	carry(&v.s, &v.i, 60)
	carry(&v.i, &v.h, 60)
	carry(&v.h, &v.d, 24)
	year, month := to.Year(), to.Month()-1
	if v.invert == 1 {
		year, month = from.Year(), from.Month()
	}
	for ; v.d < 0; month-- {
		v.d += daysIn(year, month)
		v.m--
	}
	carry(&v.m, &v.y, 12)
	v.days = int((to.Unix() - from.Unix()) / 86400)
	return v
}

// Y is DateInterval::$y, the number of years.
//
//php:method DateInterval::$y()
func (v *DateInterval) Y() int { return v.y }

// M is DateInterval::$m, the number of months.
//
//php:method DateInterval::$m()
func (v *DateInterval) M() int { return v.m }

// D is DateInterval::$d, the number of days beside the months.
//
//php:method DateInterval::$d()
func (v *DateInterval) D() int { return v.d }

// H is DateInterval::$h, the number of hours.
//
//php:method DateInterval::$h()
func (v *DateInterval) H() int { return v.h }

// I is DateInterval::$i, the number of minutes.
//
//php:method DateInterval::$i()
func (v *DateInterval) I() int { return v.i }

// S is DateInterval::$s, the number of seconds.
//
//php:method DateInterval::$s()
func (v *DateInterval) S() int { return v.s }

// Days is DateInterval::$days, the number of days in all. It is false if the interval is not of two times.
//
//php:method DateInterval::$days()
func (v *DateInterval) Days() (int, bool) { return max(v.days, 0), v.days >= 0 }

// Invert is DateInterval::$invert.
//
//php:method DateInterval::$invert()
func (v *DateInterval) Invert() int { return v.invert }

// carry makes a part of an interval positive at the cost of the next greater one.
func carry(part, greater *int, size int) {
	if *part < 0 {
		*part += size
		*greater--
	}
}

// Format is DateInterval::format.
//
//php:method DateInterval::format(format)
func (v *DateInterval) Format(format string) string {
	days := "(unknown)"
	if v.days >= 0 {
		days = fmt.Sprint(v.days)
	}
	sign := map[int]string{0: "", 1: "-"}[v.invert]
	plus := map[int]string{0: "+", 1: "-"}[v.invert]
	parts := map[byte]int{'y': v.y, 'm': v.m, 'd': v.d, 'h': v.h, 'i': v.i, 's': v.s}
	var out strings.Builder
	for k := 0; k < len(format); k++ {
		if format[k] != '%' || k+1 == len(format) {
			out.WriteByte(format[k])
			continue
		}
		k++
		c := format[k]
		small, isPart := parts[c|0x20]
		switch {
		case isPart && c < 'a':
			fmt.Fprintf(&out, "%02d", small)
		case isPart:
			fmt.Fprint(&out, small)
		case c == 'a':
			out.WriteString(days)
		case c == 'r':
			out.WriteString(sign)
		case c == 'R':
			out.WriteString(plus)
		case c == '%':
			out.WriteByte('%')
		case c == 'f':
			out.WriteByte('0')
		case c == 'F':
			out.WriteString("000000")
		default:
			out.WriteString("%" + string([]byte{c}))
		}
	}
	return out.String()
}

// dateCreateFromFormat is DateTime::createFromFormat of the formats d j m n M F Y y H G h g i s A a
// D l U e T O P, "!" and "|", and other characters as they are. Of a text that does not fit it
// returns false.
//
//php:method DateTime::createFromFormat(format, datetime)
//php:function date_create_from_format(format, datetime)
func dateCreateFromFormat(format, s string) (*DateTime, bool) {
	p := &timeParser{now: time.Now().In(timezone)}
	clock := map[byte]bool{}
	reset, pm := false, -1
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '!' || c == '|' {
			reset = true
			continue
		}
		if c == '\\' && i+1 < len(format) {
			i++
			if !strings.HasPrefix(s, format[i:i+1]) {
				return nil, false
			}
			s = s[1:]
			continue
		}
		n, ok := p.readFormat(c, s, &pm)
		if !ok {
			return nil, false
		}
		if strings.IndexByte("HGhgisaAU", c) >= 0 {
			clock[c] = true
		}
		s = s[n:]
	}
	if s != "" {
		return nil, false
	}
	if pm >= 0 {
		p.hour = p.hour%12 + 12*pm
	}
	if reset {
		p.resetUnset()
	} else if len(clock) == 0 {
		p.hour, p.minute, p.second = p.now.Clock()
	}
	p.times, p.dates = 1, 1
	return &DateTime{t: p.time()}, true
}

// resetUnset sets the parts of a date that are not set to those of 1970.
func (p *timeParser) resetUnset() {
	if p.year == 0 {
		p.year = 1970
	}
	if p.month == 0 {
		p.month = 1
	}
	if p.day == 0 {
		p.day = 1
	}
}

// readFormat reads what a character of createFromFormat stands for and returns its length.
func (p *timeParser) readFormat(c byte, s string, pm *int) (int, bool) {
	number := func(to *int, digits int) (int, bool) {
		n := min(digits, digitsLength(s))
		*to = intval(s[:n])
		return n, n > 0
	}
	switch c {
	case 'd', 'j':
		n, ok := number(&p.day, 2)
		if p.day == 0 {
			p.day = -daysNone
		}
		return n, ok
	case 'm', 'n':
		n, ok := number(&p.month, 2)
		if p.month == 0 {
			p.month = -12
		}
		return n, ok
	case 'Y', 'y':
		digits := map[byte]int{'Y': 4, 'y': 2}[c]
		n := min(digits, digitsLength(s))
		return n, n > 0 && (c == 'Y' || n == 2) && p.setYear(s[:n])
	case 'H', 'G', 'h', 'g':
		return number(&p.hour, 2)
	case 'i':
		n, ok := number(&p.minute, 2)
		return n, ok && n == 2 && p.minute < 60
	case 's':
		n, ok := number(&p.second, 2)
		return n, ok && n == 2 && p.second < 60
	case 'U':
		n := digitsLength(s)
		return n, n > 0 && p.readUnix([]string{"", s[:n]})
	}
	forms := map[byte]string{'M': monthNames, 'F': monthNames, 'D': dayNames, 'l': dayNames, 'A': `[ap]m`, 'a': `[ap]m`, 'e': zoneForm, 'T': zoneForm, 'O': zoneForm, 'P': zoneForm}
	form, ok := forms[c]
	if !ok {
		return 1, strings.HasPrefix(s, string([]byte{c}))
	}
	m := timeForm(form, nil).form.FindString(s)
	switch {
	case m == "":
		return 0, false
	case form == monthNames:
		p.setDate("", m, "")
	case c == 'A' || c == 'a':
		*pm = boolInt(m[0]|0x20 == 'p')
	case form == zoneForm:
		zone := &timeParser{rest: m}
		if !zone.token() || zone.zones != 1 || zone.rest != "" {
			return 0, false
		}
		p.setZone(zone.zone)
	}
	return len(m), true
}

const zoneForm = `[+-][0-9]{1,2}:?[0-9]{0,2}|[a-z]+(?:[_/][a-z]+)*`

// compareTo compares the moments of two objects, as PHP's operators do. Others are not equal.
func (d *DateTime) compareTo(b any) int {
	if other, ok := b.(*DateTime); ok {
		return d.t.Compare(other.t)
	}
	return 1
}
