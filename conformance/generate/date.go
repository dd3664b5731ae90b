package generate

import (
	"fmt"
	"time"
)

var someZones = []string{
	"+0000", "-0000", "+0200", "-0730", "+1400", "-1200", "+9999", "GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "A", "M", "J",
	"MET", "CET", "MEZ", "BST", "JST", "+02:00", "+2", "02", "+", "", "+0200 (CEST)", "(CEST)", "GMT+2", "-0500 (EST)", "\"GMT\"", "+0200 x", "gmt", "EST5EDT",
}

var someHours = []string{"%02d:%02d:%02d", "%d:%d:%d", "%02d:%02d", "%02d%02d%02d", "%02d.%02d.%02d", "%02d:%02d:%02d.5", "%02d:%02d:%02d PM", "%02d : %02d : %02d"}

// date returns a date in the form of RFC 5322, in an older form, or in an invalid one.
func (g *generator) date() string {
	if g.in(12) {
		return g.pick("", "yesterday", "0", "Mon", "Mon,", "1", "1 Jan", "1 Jan 2023", "Jan 1 2023", "2023-07-17T02:44:25Z", "17/07/2023 02:44", "32 Jan 2023 00:00:00 +0000",
			"0 Jan 2023 00:00:00 +0000", "31 Feb 2023 25:61:61 +0000", "Mon, 17 Foo 2023 02:44:25 +0200", "17 Jul 2023 24:00:00 +0000", "29 Feb 1900 00:00:00 GMT",
			"Mon, 17 Jul 2023 02:44:25 +0200 +0300", "1689561865", g.comment(1)+"17 Jul 2023 02:44:25 +0200", "17 Juillet 2023 02:44:25", "\"17 Jul 2023\"", "17 Jul 2023 23:59:60 +0000")
	}
	year := []int{2023, 2024, 1999, 2000, 1996, 1970, 1969, 2038, 2097, 2098, 1900, 1582, 1, 0, 69, 70, 99, 23, 100, 123, 999, 9999, 10000, 65536}[g.someYear()]
	day, month := 1+g.IntN(31), time.Month(1 + g.IntN(12)).String()[:3]
	weekday := time.Weekday(g.IntN(7)).String()
	if g.in(12) {
		month = g.pick("JAN", "feb", "March", "Sept", "december", "Jull", "M", "07", "7", "Mai")
	}
	format := someHours[0]
	if g.in(10) {
		format = g.pick(someHours...)
	}
	clock := fmt.Sprintf(format, g.IntN(24), g.IntN(60), g.IntN(61))
	if i := len(clock); format == "%02d:%02d" {
		clock = clock[:min(5, i)]
	}
	zone := g.pick(someZones...)
	switch g.IntN(12) {
	case 0: // asctime
		return fmt.Sprintf("%s %s %2d %s %d", weekday[:3], month, day, clock, year)
	case 1: // asctime with a zone
		return fmt.Sprintf("%s %s %2d %s %s %d", weekday[:3], month, day, clock, zone, year)
	case 2: // RFC 850
		return fmt.Sprintf("%s, %02d-%s-%02d %s %s", weekday, day, month, year%100, clock, zone)
	case 3: // RFC 822
		return fmt.Sprintf("%d %s %02d %s %s", day, month, year%100, clock, zone)
	case 4: // IMAP's internal date
		return fmt.Sprintf("%02d-%s-%04d %s %s", day, month, year, clock, zone)
	case 5:
		return fmt.Sprintf("%s,%s%d%s%s%s%d%s%s%s%s", weekday[:3], g.blank(), day, g.pick(" ", g.blank()), month, g.pick(" ", g.blank()), year, g.pick(" ", g.blank()), clock, g.pick(" ", g.blank()), zone)
	}
	return fmt.Sprintf("%s, %d %s %d %s %s", weekday[:3], day, month, year, clock, zone)
}

// someYear returns an index into the years of date. It prefers the first four, which are the
// most common in mail.
func (g *generator) someYear() int {
	if g.in(2) {
		return g.IntN(4)
	}
	return g.IntN(24)
}
