package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/width"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// decodeWords returns the text of a header field.
func decodeWords(field string) string {
	text, _ := readable.Header(field)
	return text
}

// legible returns a header field for a person: decoded, on one line.
func legible(field string) string { return clean(decodeWords(field)) }

// clean makes a foreign text safe to print in one line of a terminal. It removes control
// characters, which could control the terminal, and characters that change the display order of
// the rest.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r // U+FFFD if the text is not UTF-8
	}, s)
}

// bothForms returns a host, or an address, with the other form of its domain (IDNA) if there is one:
// "ada@xn--bcher-kva.example (bücher.example)". Letters of other scripts look alike, and the
// form of DNS shows it.
func bothForms(s string) string {
	domain := s[strings.LastIndexByte(s, '@')+1:]
	other, err := idna.Lookup.ToASCII(domain)
	if strings.EqualFold(other, domain) {
		other, err = idna.Display.ToUnicode(domain)
	}
	if err != nil || strings.EqualFold(other, domain) {
		return clean(s)
	}
	return clean(s + " (" + other + ")")
}

// cells returns the number of terminal cells of a rune.
func cells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func textCells(s string) (n int) {
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// cut shortens a text to limit cells, at least one, with an ellipsis in the last. 0 means no
// limit.
func cut(s string, limit int) string {
	if limit == 0 || textCells(s) <= limit {
		return s
	}
	used := 0
	for i, r := range s {
		if used += cells(r); used > limit-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// table prints rows in columns. With a limit of cells for a line, no column but the last takes
// more than a third of it. 0 means no limit.
func table(w io.Writer, rows [][]string, limit int) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], textCells(cut(cell, limit/3)))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i == len(row)-1 {
				line.WriteString(cell)
				break
			}
			cell = cut(cell, limit/3)
			line.WriteString(cell + strings.Repeat(" ", widths[i]-textCells(cell)+2))
		}
		fmt.Fprintln(w, cut(strings.TrimRight(line.String(), " "), limit))
	}
}

// overviewTable prints a line for each message.
func overviewTable(w io.Writer, list []*imapcompat.Overview, limit int) {
	rows := [][]string{{"No", "UID", "Flags", "Date", "Size", "From", "Subject"}}
	for _, o := range list {
		rows = append(rows, []string{
			fmt.Sprint(o.Msgno), fmt.Sprint(o.UID), flagLetters(o), shortDate(o.Udate), size(o.Size),
			legible(o.From), legible(o.Subject),
		})
	}
	table(w, rows, limit)
}

// flagLetters returns the flags of a message in the letters of imap_headers.
func flagLetters(o *imapcompat.Overview) string {
	var letters string
	for _, f := range []struct {
		set    bool
		letter string
	}{
		{o.Recent && o.Seen, "R"},
		{o.Recent && !o.Seen, "N"},
		{!o.Recent && !o.Seen, "U"},
		{o.Flagged, "F"},
		{o.Answered, "A"},
		{o.Deleted, "D"},
		{o.Draft, "X"},
	} {
		if f.set {
			letters += f.letter
		}
	}
	return letters
}

func shortDate(unix int64) string { return time.Unix(unix, 0).Format("2006-01-02 15:04") }

// size formats a number of octets for a person.
func size[T int | int64](octets T) string {
	switch {
	case octets < 1000:
		return fmt.Sprintf("%d B", octets)
	case octets < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(octets)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(octets)/1e6)
}

// plural returns "1 message", "2 messages".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
