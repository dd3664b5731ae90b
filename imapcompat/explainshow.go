package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/imapcompat/imapcompat/internal/flatjson"
)

// printExplanation prints what a person wants to know of a message.
func (c *cli) printExplanation(e *explanation) {
	rows := [][]string{{"Subject", clean(e.Subject)}}
	for _, field := range []struct {
		title string
		list  []string
	}{{"From", e.From}, {"To", e.To}, {"Cc", e.Cc}} {
		if len(field.list) > 0 {
			rows = append(rows, []string{field.title, clean(strings.Join(field.list, ", "))})
		}
	}
	rows = append(rows, []string{"Date", clean(e.HeaderInfo.Date)}, []string{"Kind", e.Kind})
	c.heading("As people read it")
	table(c.stdout, rows, c.columns())
	if len(e.Recipients) > 0 {
		c.heading("Recipients of the original message")
		rows := [][]string{{"Address", "Outcome", "Status", "Diagnostic"}}
		for _, r := range e.Recipients {
			rows = append(rows, []string{clean(r.Address), r.Outcome, clean(r.Status), clean(strings.Join(strings.Fields(r.Diagnostic), " "))})
		}
		table(c.stdout, rows, c.columns())
	}
	if len(e.Attachments) > 0 {
		c.heading("Attachments")
		rows := [][]string{{"Section", "Type", "Size", "Name", "Safe name"}}
		for _, a := range e.Attachments {
			rows = append(rows, []string{a.Section, clean(a.Type), size(a.Bytes), clean(a.Name), a.SafeName})
		}
		table(c.stdout, rows, c.columns())
	}
	c.heading("Text")
	for line := range strings.Lines(e.Text) {
		fmt.Fprintln(c.stdout, clean(strings.TrimRight(line, "\n")))
	}
	c.heading("Sections")
	rows = [][]string{{"Section", "Type", "Encoding", "Size", "Content"}}
	for _, s := range e.Sections {
		number, bytes := s.Number, size(s.part.Bytes)
		if s.part.Bytes == 0 {
			bytes = ""
		}
		if number == "" {
			number = "-"
		}
		rows = append(rows, []string{number, strings.Repeat("  ", s.part.depth) + clean(s.Type), encodingName(s.part.Encoding), bytes, clean(s.Content)})
	}
	table(c.stdout, rows, c.columns())
	for _, call := range e.calls() {
		c.heading(call.PHP + " over " + e.Protocol)
		for _, line := range c.properties(call.Result) {
			fmt.Fprintln(c.stdout, line)
		}
	}
	c.list("imap_errors()", e.Notices)
	c.list("Doubtful", e.Doubts)
}

func (c *cli) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	c.heading(title)
	for _, line := range lines {
		fmt.Fprintln(c.stdout, cut(clean(line), c.columns()))
	}
}

// printDifferences prints what the functions return otherwise over another protocol.
func (c *cli) printDifferences(e, other *explanation) {
	others := other.calls()
	for i, call := range e.calls() {
		here, there := flat(call.Result), flat(others[i].Result)
		var lines []string
		for _, v := range there {
			if !slices.Contains(here, v) {
				lines = append(lines, v.Path+"  "+v.JSON)
			}
		}
		for _, v := range here {
			if !slices.ContainsFunc(there, func(o flatjson.Value) bool { return o.Path == v.Path }) {
				lines = append(lines, v.Path+" is not set")
			}
		}
		c.list(call.PHP+" over "+other.Protocol+", where it differs", lines)
	}
}

// heading prints the title of a part of the output, in bold at a terminal.
func (c *cli) heading(title string) {
	if c.headed {
		fmt.Fprintln(c.stdout)
	}
	c.headed = true
	if c.colours() {
		title = "\x1b[1;34m" + title + "\x1b[0m"
	}
	fmt.Fprintln(c.stdout, title)
}

// colours reports whether standard output is a terminal whose user has not declined colours
// (https://no-color.org).
func (c *cli) colours() bool {
	declined, _ := c.lookupEnv("NO_COLOR")
	kind, _ := c.lookupEnv("TERM")
	return declined == "" && kind != "dumb" && c.atTerminal()
}

// atTerminal reports whether standard output is a terminal.
func (c *cli) atTerminal() bool {
	f, ok := c.stdout.Writer.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// properties returns a line for each property of a result.
func (c *cli) properties(result any) []string {
	list := flat(result)
	width := 0
	for _, v := range list {
		width = max(width, len(v.Path))
	}
	var lines []string
	for _, v := range list {
		lines = append(lines, cut(clean(fmt.Sprintf("%-*s  %s", width, v.Path, v.JSON)), c.columns()))
	}
	return lines
}

// flat returns the values of a result with PHP's way to reach each, "from[0]->mailbox".
func flat(result any) []flatjson.Value {
	text, err := json.Marshal(result)
	if err != nil {
		panic(err) // all results have a JSON form
	}
	list, err := flatjson.Values(text, "->")
	if err != nil {
		panic(err)
	}
	return list
}
