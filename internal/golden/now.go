package golden

import (
	"regexp"
	"strconv"
	"time"
)

// atOnce is the greatest difference from the present for a time that Now replaces.
const atOnce = 10 * time.Minute

var present = []struct {
	pattern *regexp.Regexp
	parse   func(string) (time.Time, error)
}{
	{regexp.MustCompile(`"Date":"(\w{3}, \d+ \w{3} \d{4} [\d:]{8} [-+]\d{4} \([-+\w]+\))"`), func(text string) (time.Time, error) {
		return time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", text[:len(text)-len(zone.FindString(text))])
	}},
	{regexp.MustCompile(`"MailDate":"([^"]*)"`), func(text string) (time.Time, error) {
		return time.Parse("_2-Jan-2006 15:04:05 -0700", text)
	}},
	{regexp.MustCompile(`"uidvalidity":(\d+)`), unixTime},
	{regexp.MustCompile(`"udate":(\d+)`), unixTime},
}

// zone matches the name of a time zone at the end.
var zone = regexp.MustCompile(` \([^)]*\)$`)

func unixTime(digits string) (time.Time, error) {
	seconds, err := strconv.ParseInt(digits, 10, 64)
	return time.Unix(seconds, 0), err
}

// Now replaces the times of the call in the JSON of a result by the word now: the date of
// imap_check, and on POP3 the UIDVALIDITY and the dates of messages without a date.
func Now(result string) string {
	for _, p := range present {
		result = p.pattern.ReplaceAllStringFunc(result, func(match string) string {
			place := p.pattern.FindStringSubmatchIndex(match)
			when, err := p.parse(match[place[2]:place[3]])
			if err != nil || time.Since(when).Abs() > atOnce {
				return match
			}
			return match[:place[2]] + "now" + match[place[3]:]
		})
	}
	return quoteNow.ReplaceAllString(result, `"$1":"now"`)
}

// quoteNow restores JSON where now replaced a number.
var quoteNow = regexp.MustCompile(`"(uidvalidity|udate)":now`)
