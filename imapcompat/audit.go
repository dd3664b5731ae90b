package main

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"os"
	"strings"

	"github.com/imapcompat/imapcompat/port/audit"
)

func auditSubcommand() *subcommand {
	return &subcommand{
		name: "audit", arguments: []string{"PATH..."}, flags: []string{"html", "json"},
		summary: "report what a port of PHP scripts has to deal with",
		details: "A PATH is a PHP file, or a folder with PHP files. No script is run. The report has the\n" +
			"calls of imap_* functions with their lines in Go, and hazards in the scripts.",
		run: runAudit,
	}
}

func runAudit(_ context.Context, c *cli, r *request) error {
	if len(r.rest) == 0 {
		return r.usage("PATH is missing")
	}
	report := audit.Paths(r.rest...)
	if r.html != "" {
		if err := writeAudit(r.html, report); err != nil {
			return err
		}
	}
	if r.json {
		if err := c.printJSON(report); err != nil {
			return err
		}
	} else {
		printAudit(c.stdout, report)
	}
	if n := len(report.Unreadable); n > 0 {
		return fmt.Errorf("%d files were not read", n)
	}
	return nil
}

func printAudit(w io.Writer, r *audit.Report) {
	line := func(p audit.Place, format string, args ...any) {
		fmt.Fprintln(w, clean(fmt.Sprintf("%s:%d: ", p.File, p.Line)+fmt.Sprintf(format, args...)))
	}
	for _, c := range r.Calls {
		if c.Go == "" {
			line(c.Place, "%s: no counterpart", c.Function)
			continue
		}
		line(c.Place, "%s: %s", c.Function, c.Go)
	}
	for _, h := range r.Hazards {
		line(h.Place, "hazard %s: %s", h.Kind, h.Text)
	}
	for _, list := range auditLists(r) {
		for _, item := range list.Items {
			line(item.Place, "%s: %s", list.Name, item.Text)
		}
	}
	for _, d := range r.Differences {
		fmt.Fprintf(w, "difference %s: %s (%s)\n", strings.Join(d.Functions, ", "), d.Text, d.Link)
	}
	e := r.Estimate
	fmt.Fprintf(w, "%d files, %d with imap_, %d calls: %d are one line, %d have a difference, %d a hazard, %d no counterpart; %d hazards\n",
		r.Files, r.Scripts, len(r.Calls), e.OneLine, e.Difference, e.Hazard, e.NoCounterpart, len(r.Hazards))
}

type auditList struct {
	Name  string
	Items []audit.Item
}

func auditLists(r *audit.Report) []auditList {
	return []auditList{
		{"constant", r.Constants}, {"mailbox", r.Mailboxes}, {"also uses", r.Beside},
		{"not followed", r.NotFollowed}, {"syntax", r.Syntax}, {"not read", r.Unreadable},
	}
}

// auditPage has no script and loads nothing.
var auditPage = template.Must(template.New("audit").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>imapcompat audit</title>
<style>body{font-family:sans-serif;margin:2em}td,th{text-align:left;vertical-align:top;padding:.2em .8em .2em 0}</style></head><body>
<h1>imapcompat audit</h1>
{{with .Report}}<p>{{.Files}} files, {{.Scripts}} with imap_, {{len .Calls}} calls: {{with .Estimate}}{{.OneLine}} are one line, {{.Difference}} have a difference, {{.Hazard}} a hazard, {{.NoCounterpart}} no counterpart{{end}}.</p>
<h2>Hazards</h2><table>{{range .Hazards}}<tr><td>{{.File}}:{{.Line}}</td><td>{{.Kind}}</td><td>{{.Text}}</td></tr>
{{end}}</table>
<h2>Calls</h2><table>{{range .Calls}}<tr><td>{{.File}}:{{.Line}}</td><td>{{.Function}}</td><td><code>{{or .Go "no counterpart"}}</code></td></tr>
{{end}}</table>
{{if .Differences}}<h2>Differences</h2><table>{{range .Differences}}<tr><td>{{range .Functions}}{{.}} {{end}}</td><td>{{.Text}}</td><td>{{.Link}}</td></tr>
{{end}}</table>{{end}}{{end}}
{{range .Lists}}{{if .Items}}<h2>{{.Name}}</h2><table>{{range .Items}}<tr><td>{{.File}}:{{.Line}}</td><td>{{.Text}}</td></tr>
{{end}}</table>
{{end}}{{end}}</body></html>
`))

func writeAudit(name string, r *audit.Report) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	err = auditPage.Execute(f, struct {
		Report *audit.Report
		Lists  []auditList
	}{r, auditLists(r)})
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
