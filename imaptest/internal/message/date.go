package message

import (
	"strconv"
	"time"
)

// SentDate returns the time of the first Date field. ok is false if it does not parse; SEARCH then
// takes the begin of 1970, and SORT the internal date. As in Dovecot the years before 1970 are 136
// years later.
func (m *Message) SentDate() (t time.Time, ok bool) {
	if t, ok = parseDate(m.first("date")); !ok {
		return time.Time{}, false
	}
	return time.Unix(int64(uint32(t.Unix())), 0).In(t.Location()), true
}

// dateScanner reads a Date (RFC 5322 section 3.3).
type dateScanner struct {
	scanner
	failed bool
}

// parseDate reads "[day,] day month year hour:minute[:second] [zone]". An unknown zone is UTC.
func parseDate(value []byte) (t time.Time, ok bool) {
	s := dateScanner{scanner: scanner{text: value}}
	s.skip()
	word := s.word()
	if len(word) == 3 {
		s.expect(",")
		word = s.word()
	}
	day := s.number(word, 1, 2)
	month := monthOf(s.word())
	year := s.year()
	hour := s.number(s.word(), 1, 2)
	s.expect(":.")
	minute := s.number(s.word(), 2, 2)
	second := 0
	if s.at(':') || s.at('.') {
		s.expect(":.")
		second = s.number(s.word(), 2, 2)
	}
	zone := 0
	if !s.failed && !s.atEnd() {
		zone = zoneOf(s.word())
	}
	if second == 60 {
		second = 59
	}
	t = time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	exact := t.Day() == day && t.Month() == month && t.Hour() == hour && t.Minute() == minute && t.Second() == second
	if s.failed || month == 0 || !exact {
		return time.Time{}, false
	}
	return t.Add(-time.Duration(zone) * time.Minute).In(time.FixedZone("", zone*60)), true
}

// word reads an atom.
func (s *dateScanner) word() string {
	b, o := s.atom(nil)
	if o == broken {
		s.failed = true
	}
	return string(b)
}

// expect reads one of some characters.
func (s *dateScanner) expect(chars string) {
	for i := range chars {
		if s.at(chars[i]) {
			s.pos++
			s.skip()
			return
		}
	}
	s.failed = true
}

// number parses a number with a number of digits.
func (s *dateScanner) number(word string, shortest, longest int) int {
	n, err := strconv.ParseUint(word, 10, 32)
	if err != nil || len(word) < shortest || len(word) > longest {
		s.failed = true
	}
	return int(n)
}

// year reads a year of two or four digits. 70 is 1970, and 69 is 2069.
func (s *dateScanner) year() int {
	word := s.word()
	year := s.number(word, 2, 4)
	switch {
	case len(word) == 2 && year < 70:
		year += 2000
	case len(word) == 2:
		year += 1900
	case len(word) == 3 || year < 1900:
		s.failed = true
	}
	return year
}

// monthOf returns 0 for what is no month. Of a longer word the first three letters count.
func monthOf(word string) time.Month {
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(word) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if lower([]byte(word[:3])) == months[3*m-3:3*m] {
			return m
		}
	}
	return 0
}

// zoneOf returns minutes east of UTC.
func zoneOf(word string) int {
	upper := func(i int) byte { return upperOf(word[i]) }
	switch len(word) {
	case 1:
		return militaryZone(word[0])
	case 3:
		hours := map[byte]int{'E': -5, 'C': -6, 'M': -7, 'P': -8}[upper(0)]
		switch {
		case hours == 0 || word[2] != 'T':
			return 0
		case upper(1) == 'D':
			return (hours + 1) * 60
		case upper(1) == 'S':
			return hours * 60
		}
	case 5:
		n, err := strconv.ParseUint(word[1:], 10, 32)
		if err != nil || word[0] != '+' && word[0] != '-' {
			return 0
		}
		zone := int(n/100*60 + n%100)
		if word[0] == '-' {
			zone = -zone
		}
		return zone
	}
	return 0
}

// militaryZone knows the letters (RFC 822 section 5.2, with the signs put right by RFC 1123
// section 5.2.14). As in Dovecot small letters are other zones, and so are digits and octets above
// 127.
func militaryZone(c byte) int {
	switch upper := int8(upperOf(c)); {
	case upper < 'J':
		return (int(c) - 'A' + 1) * 60
	case upper == 'J' || upper >= 'Z':
		return 0
	case upper <= 'M':
		return (int(c) - 'A') * 60
	default:
		return ('M' - int(c)) * 60
	}
}

func upperOf(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
