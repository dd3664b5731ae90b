package readable

import "strings"

// Calendar is an invitation, a change of one, or an answer to one (RFC 5546, RFC 6047).
type Calendar struct {
	Method    string // "REQUEST", "REPLY", "CANCEL", "PUBLISH", …
	Component string // "VEVENT", "VTODO", "VFREEBUSY"
	UID       string
	Sequence  string // the number of the change, as it stands
	Summary   string
	Start     string // DTSTART as it stands, in the zone that the calendar names
	Organizer string // address
	Answer    string // of a REPLY: "ACCEPTED", "DECLINED", "TENTATIVE", …
	Section   string // of the calendar in the message
}

// calendar finds a calendar with a method. A calendar file without one is an attachment.
func (c *classifier) calendar() error {
	part, text, err := c.machinePart(calendarTypes)
	if err != nil || part == nil {
		return err
	}
	cal := readCalendar(text)
	named := strings.ToUpper(parameter(part.part.Parameters, "method"))
	if named != "" && cal.Method != "" && named != cal.Method {
		c.doubt(DoubtContradiction, named)
	}
	cal.Method = firstOf(cal.Method, named)
	if cal.Method == "" {
		return nil
	}
	cal.Section = part.section
	c.Calendar = cal
	return nil
}

// maxCalendarLines limits how many lines of a calendar are read.
const maxCalendarLines = 20_000

// readCalendar reads the properties of the first event, task or list of free times in an
// iCalendar (RFC 5545).
func readCalendar(text string) *Calendar {
	c := &Calendar{}
	inside := ""
	lines := 0
	for text != "" && lines < maxCalendarLines {
		var line string
		line, text = calendarLine(text)
		lines++
		property, value, _ := strings.Cut(line, ":")
		name, parameters, _ := strings.Cut(property, ";")
		name = strings.ToUpper(name)
		switch {
		case name == "BEGIN" && c.Component == "" && isOneOf(strings.ToUpper(value), "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"):
			c.Component = strings.ToUpper(value)
			inside = c.Component
		case name == "BEGIN" && inside != "":
			inside += "/" + strings.ToUpper(cutText(value, 20)) // an alarm has a summary too
			if len(inside) > 100 {
				return c
			}
		case name == "END" && inside != "":
			if i := strings.LastIndexByte(inside, '/'); i >= 0 {
				inside = inside[:i]
			} else {
				return c
			}
		case name == "METHOD" && inside == "":
			c.Method = firstOf(c.Method, strings.ToUpper(strings.TrimSpace(value)))
		case inside == c.Component && inside != "":
			c.property(name, parameters, value)
		}
	}
	return c
}

// property reads a property of the component.
func (c *Calendar) property(name, parameters, value string) {
	switch name {
	case "UID":
		c.UID = firstOf(c.UID, strings.TrimSpace(value))
	case "SEQUENCE":
		c.Sequence = firstOf(c.Sequence, strings.TrimSpace(value))
	case "SUMMARY":
		c.Summary = firstOf(c.Summary, calendarText(value))
	case "DTSTART":
		c.Start = firstOf(c.Start, strings.TrimSpace(value))
	case "ORGANIZER":
		c.Organizer = firstOf(c.Organizer, calendarAddress(value))
	case "ATTENDEE":
		if _, after, ok := strings.Cut(strings.ToUpper(parameters), "PARTSTAT="); ok && c.Method == "REPLY" {
			answer, _, _ := strings.Cut(after, ";")
			c.Answer = firstOf(c.Answer, strings.Trim(answer, `"`))
		}
	}
}

// calendarLine returns the first line of a text, unfolded (RFC 5545 section 3.1), and the rest.
func calendarLine(text string) (line, rest string) {
	line, rest, _ = strings.Cut(text, "\n")
	line = strings.TrimSuffix(line, "\r")
	if rest == "" || rest[0] != ' ' && rest[0] != '\t' {
		return line, rest
	}
	var b strings.Builder
	b.WriteString(line)
	for rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
		line, rest, _ = strings.Cut(rest[1:], "\n")
		b.WriteString(strings.TrimSuffix(line, "\r"))
	}
	return b.String(), rest
}

// calendarText returns a TEXT value without its escapes (RFC 5545 section 3.3.11).
var calendarEscapes = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n")

func calendarText(value string) string { return calendarEscapes.Replace(value) }

// calendarAddress returns the address of a mailto URI. A colon may end a quoted parameter
// before it, so the last "mailto:" counts.
func calendarAddress(value string) string {
	if i := strings.LastIndex(lowerASCII(value), "mailto:"); i >= 0 {
		value = value[i+len("mailto:"):]
	}
	return cleanAddress(value)
}
