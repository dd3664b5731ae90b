package rfc822

import (
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// The years that c-client can represent.
const (
	minYear = 1970
	maxYear = 2097
)

// maxDate is the length in octets from which on a date is not parsed.
const maxDate = 1024

// Date is a date and time as c-client keeps it. The zero Date is what PHP shows for a message
// without a date, 1 January 1970, 00:00 UTC.
//
// The fields are not checked against each other: 31 February is a Date.
type Date struct {
	Year   int // 1970 to 2097, or 0 for 1970
	Month  int // 1 to 12, or 0 for January
	Day    int // 1 to 31, or 0 for the first
	Hour   int // 0 to 23
	Minute int // 0 to 59
	Second int // 0 to 60
	Zone   Zone
}

// Zone is the offset of a time zone from UTC. West without hours and minutes is "-0000".
type Zone struct {
	West   bool
	Hour   int // 0 to 15; PHP shows "+1600" as "+0000"
	Minute int // 0 to 59
}

// ParseDate parses the Date field of a message, an IMAP date or date-time, or an ISO 8601 date.
// If it fails, ok is false, and date is what c-client keeps: the day, if only the time of day
// is wrong.
//
// A date without a zone, or with an unknown zone name, is in [time.Local], with the UTC offset
// at the time of the call, not that on the date.
func ParseDate(s string) (date Date, ok bool) {
	s = cString(s)
	if len(s) >= maxDate {
		return Date{}, false
	}
	r := dateReader{upperASCII(s)}
	r.skipDayName()
	if !r.day(&date) {
		return Date{}, false
	}
	if r.s == "" {
		date.Zone = localZone()
		return date, true
	}
	day := date
	if !r.timeOfDay(&date) {
		return day, false
	}
	date.Zone = r.zone()
	return date, true
}

// MessageDate returns the date of a message of which only the Date field is known, as on POP3.
// A date without a day is that of 1 January.
func MessageDate(field backend.NString) Date {
	date, _ := ParseDate(field.Value)
	if date.Day == 0 {
		date.Day, date.Month = 1, 1
	}
	return date
}

// String returns the date as in PHP's MailDate, in the form of RFC 9051's date-time without the
// quotes: " 1-Jan-1970 00:00:00 +0000".
func (d Date) String() string {
	out := make([]byte, 0, len("17-Jul-1996 02:44:25 -0700"))
	out = appendTwo(out, ' ', max(d.Day, 1))
	out = append(append(append(out, '-'), time.Month(max(d.Month, 1)).String()[:3]...), '-')
	out = strconv.AppendInt(out, int64(max(d.Year, minYear)), 10)
	out = appendTwo(append(out, ' '), '0', d.Hour)
	out = appendTwo(append(out, ':'), '0', d.Minute)
	out = appendTwo(append(out, ':'), '0', d.Second)
	sign := byte('+')
	if d.Zone.West {
		sign = '-'
	}
	out = appendTwo(append(out, ' ', sign), '0', d.Zone.Hour)
	return string(appendTwo(out, '0', d.Zone.Minute))
}

// appendTwo appends a number in two columns.
func appendTwo(out []byte, pad byte, n int) []byte {
	if n < 10 {
		out = append(out, pad)
	}
	return strconv.AppendInt(out, int64(n), 10)
}

// Unix returns the date as in PHP's udate, in seconds since 1970. A date before 1970 in UTC is
// 0.
func (d Date) Unix() int64 {
	midnight := time.Date(max(d.Year, minYear), time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
	minutes := midnight.Unix()/60 + int64(d.Hour*60+d.Minute)
	offset := int64(d.Zone.Hour*60 + d.Zone.Minute)
	switch {
	case d.Zone.West:
		minutes += offset
	case minutes < offset:
		return 0
	default:
		minutes -= offset
	}
	return minutes*60 + int64(d.Second)
}

// dateReader reads a date from the front of s, which is in upper case.
type dateReader struct{ s string }

func (r *dateReader) peek(i int) byte {
	if i < len(r.s) {
		return r.s[i]
	}
	return 0
}

func (r *dateReader) skip(c byte) bool {
	if r.peek(0) != c {
		return false
	}
	r.s = r.s[1:]
	return true
}

func (r *dateReader) skipSpaces() { r.s = strings.TrimLeft(r.s, " ") }

// number reads an integer as C's strtoul does: white space and a sign may precede it, a
// negative number wraps around, and a missing number is 0.
func (r *dateReader) number() uint64 {
	s := strings.TrimLeft(r.s, " \t\n\v\f\r")
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if s == "" || !isDigit(s[0]) {
		return 0
	}
	var n uint64
	overflow := false
	for ; s != "" && isDigit(s[0]); s = s[1:] {
		next := n*10 + uint64(s[0]-'0')
		overflow = overflow || n > (1<<64-1)/10 || next < n
		n = next
	}
	r.s = s
	switch {
	case overflow:
		return 1<<64 - 1
	case negative:
		return -n
	}
	return n
}

// skipDayName skips "Mon, ". Any three letters are accepted, no more and no fewer.
func (r *dateReader) skipDayName() {
	if isAlpha(r.peek(0)) && isAlpha(r.peek(1)) && isAlpha(r.peek(2)) && strings.HasPrefix(r.s[3:], ", ") {
		r.s = r.s[5:]
	}
}

// day reads the date in one of the forms 2/1/2003, 2-Jan-2003, 2 Jan 2003, 2003-01-02, 2003
// 01-02 and 20030102. A time of day may follow only after the name of a month.
func (r *dateReader) day(date *Date) bool {
	first := r.number()
	if first == 0 {
		return false
	}
	switch r.peek(0) {
	case '/':
		day, year, ok := r.americanDate()
		return ok && date.set(year, first, day)
	case ' ', '-':
		delimiter := r.s[0]
		if r.s = r.s[1:]; delimiter == ' ' {
			r.skipSpaces()
		}
		if isDigit(r.peek(0)) {
			month, day, ok := r.isoDate()
			return ok && date.set(first, month, day)
		}
		month, year, ok := r.namedMonth(delimiter)
		return ok && date.set(year, month, first)
	case 0:
		return first >= minYear*10000 && date.set(first/10000, first/100%100, first%100)
	}
	return false
}

// americanDate reads "/2/2003", the rest of month/day/year.
func (r *dateReader) americanDate() (day, year uint64, ok bool) {
	if r.skip('/'); !isDigit(r.peek(0)) {
		return 0, 0, false
	}
	if day = r.number(); day == 0 || !r.skip('/') || !isDigit(r.peek(0)) {
		return 0, 0, false
	}
	year = r.number()
	return day, year, r.s == ""
}

// isoDate reads "01-02", the rest of an ISO 8601 date.
func (r *dateReader) isoDate() (month, day uint64, ok bool) {
	if month = r.number(); month == 0 || !r.skip('-') {
		return 0, 0, false
	}
	day = r.number()
	return month, day, day != 0 && r.s == ""
}

// namedMonth reads "Jan-2003" or "January 2003". Any letters may follow the first three.
func (r *dateReader) namedMonth(delimiter byte) (month, year uint64, ok bool) {
	if len(r.s) < 4 {
		return 0, 0, false
	}
	month = months[pack(r.s[:3])]
	r.s = strings.TrimLeftFunc(r.s[3:], func(c rune) bool { return 'A' <= c && c <= 'Z' })
	if month == 0 || !r.skip(delimiter) {
		return 0, 0, false
	}
	if r.skipSpaces(); !isDigit(r.peek(0)) {
		return 0, 0, false
	}
	year = r.number()
	return month, year, r.s == "" || r.s[0] == ' '
}

// set sets the day if it is possible. Short years are interpreted by RFC 5322 section 4.3,
// except that 49 is 1949 and so out of range.
func (d *Date) set(year, month, day uint64) bool {
	switch {
	case year < 49:
		year += 2000
	case year < 999:
		year += 1900
	}
	if day > 31 || month > 12 || year < minYear || year > maxYear {
		return false
	}
	d.Year, d.Month, d.Day = int(year), int(month), int(day)
	return true
}

// timeOfDay reads hh:mm or hh:mm:ss, and the byte before it.
func (r *dateReader) timeOfDay(date *Date) bool {
	r.s = r.s[1:]
	hour := r.number()
	if !r.skip(':') {
		return false
	}
	minute, second := r.number(), uint64(0)
	if r.skip(':') {
		second = r.number()
	}
	date.Hour, date.Minute, date.Second = int(hour), int(minute), int(second)
	return hour <= 23 && minute <= 59 && second <= 60
}

// zone reads what follows the time of day: " +0100", " EST", "-EST". Text after a numeric zone
// is ignored; text after a name makes the zone unknown.
func (r *dateReader) zone() Zone {
	switch {
	case r.skip(' '):
		if r.skipSpaces(); !isAlpha(r.peek(0)) {
			return r.numericZone()
		}
	case !r.skip('-'):
		return localZone()
	}
	code := int('Z')
	switch len(r.s) {
	case 0:
	case 1:
		code = int(r.s[0])
	case 2:
		code = pack(r.s + "A")
	case 3:
		code = pack(r.s)
	default:
		return localZone()
	}
	if hours, ok := zones[code]; ok {
		return Zone{West: hours < 0, Hour: max(hours, -hours)}
	}
	return localZone()
}

// numericZone reads "+0100". Any other text counts as UTC, but the sign stays.
func (r *dateReader) numericZone() (zone Zone) {
	if zone.West = r.skip('-'); !zone.West {
		r.skip('+')
	}
	if isDigit(r.peek(0)) && isDigit(r.peek(1)) && isDigit(r.peek(2)) && r.s[2] < '6' && isDigit(r.peek(3)) {
		// c-client has four bits for the hours.
		zone.Hour = (int(r.s[0]-'0')*10 + int(r.s[1]-'0')) % 16
		zone.Minute = int(r.s[2]-'0')*10 + int(r.s[3]-'0')
	}
	return zone
}

func localZone() Zone {
	_, seconds := time.Now().In(time.Local).Zone()
	// C rounds the clock down to the minute before it takes the difference. Today's zones
	// differ by whole minutes.
	minutes := seconds / 60
	west := minutes < 0
	if west {
		minutes = -minutes
	}
	return Zone{West: west, Hour: minutes / 60, Minute: minutes % 60}
}

// pack maps a three-letter name to a number as c-client does. Other bytes can give the number
// of a name, and a zone of three letters that of one letter ("ACB" is "A").
func pack(name string) int {
	return (int(name[0])-'A')*1024 + (int(name[1])-'A')*32 + int(name[2]) - 'A'
}

var months = map[int]uint64{
	pack("JAN"): 1, pack("FEB"): 2, pack("MAR"): 3, pack("APR"): 4,
	pack("MAY"): 5, pack("JUN"): 6, pack("JUL"): 7, pack("AUG"): 8,
	pack("SEP"): 9, pack("OCT"): 10, pack("NOV"): 11, pack("DEC"): 12,
}

// zones are the zones that c-client knows by name, in hours east of UTC: the military ones,
// those of North America and some others. Military zones east of UTC are positive, as in ISO
// 8601 and unlike RFC 822. "UT" is padded with "A", see [pack].
var zones = map[int]int{
	'Z': 0, pack("UTA"): 0, pack("UTC"): 0, pack("GMT"): 0,

	'A': 1, 'B': 2, 'C': 3, 'D': 4, 'E': 5, 'F': 6,
	'G': 7, 'H': 8, 'I': 9, 'K': 10, 'L': 11, 'M': 12,
	pack("MET"): 1, pack("EET"): 2, pack("JST"): 9,

	'N': -1, 'O': -2, 'P': -3, 'Q': -4, 'R': -5, 'S': -6,
	'T': -7, 'U': -8, 'V': -9, 'W': -10, 'X': -11, 'Y': -12,
	pack("ADT"): -3, pack("AST"): -4, pack("EDT"): -4,
	pack("EST"): -5, pack("CDT"): -5, pack("CST"): -6, pack("MDT"): -6,
	pack("MST"): -7, pack("PDT"): -7, pack("PST"): -8, pack("YDT"): -8,
	pack("YST"): -9, pack("HST"): -10,
}

// upperASCII returns s in upper case, with bytes above ASCII unchanged.
func upperASCII(s string) string {
	upper := []byte(s)
	for i, c := range upper {
		if 'a' <= c && c <= 'z' {
			upper[i] = c - 'a' + 'A'
		}
	}
	return string(upper)
}
