package statuspage

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/imapcompat/imapcompat/readable"
)

// clean makes a foreign text safe to show in one line: without control characters, and
// without those that change the display order of the rest.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// field returns the value of a header field for a person.
func field(s string) string {
	text, _ := readable.Header(s)
	return clean(text)
}

const maxHeader = 64 << 10 // octets of a header that are shown

// headerFields returns the fields of a message that a person asks for first.
func headerFields(r io.Reader) [][2]string {
	var header strings.Builder
	lines := bufio.NewReader(io.LimitReader(r, maxHeader))
	for {
		line, err := lines.ReadString('\n')
		if strings.TrimRight(line, "\r\n") == "" {
			break
		}
		header.WriteString(line)
		if err != nil {
			break
		}
	}
	var fields [][2]string
	for _, name := range []string{"From", "To", "Cc", "Date", "Subject", "Message-ID", "Content-Type"} {
		for _, value := range readable.Fields(header.String(), name) {
			fields = append(fields, [2]string{name, field(value)})
		}
	}
	return fields
}

// exact returns a time relative to another, with the exact one for those who want it.
func exact(t, now time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	// All of it is of this program: digits, letters and punctuation.
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s">%s</time>`,
		t.UTC().Format(time.RFC3339), t.Local().Format("2006-01-02 15:04:05 -0700"), relative(t, now)))
}

// both returns a time with the exact one beside it: a phone shows no title.
func both(t, now time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	return exact(t, now) + template.HTML(" ("+t.Local().Format("2006-01-02 15:04:05 -0700")+")")
}

func relative(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < -time.Second:
		return "in " + length(-d)
	case d < 2*time.Second:
		return "now"
	}
	return length(d) + " ago"
}

// length returns a time in its largest unit, of which there are two at least.
func length(d time.Duration) string {
	for _, unit := range []struct {
		d    time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*unit.d {
			return fmt.Sprintf("%d %s", d/unit.d, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", max(d/time.Second, 2))
}
