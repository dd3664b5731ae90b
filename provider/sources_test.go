package provider

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/oauth"
)

// sourceRow is a line of docs/sources.md.
type sourceRow struct{ document, by, read, says string }

// covers reports whether the line is of a document: its own, or one below it.
func (r sourceRow) covers(source string) bool {
	return r.document == source || strings.HasSuffix(r.document, "/") && strings.HasPrefix(source, r.document)
}

func sourceRows(t *testing.T) (rows []sourceRow) {
	t.Helper()
	text, err := os.ReadFile("../docs/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if !strings.HasPrefix(line, "| <") || len(cells) != 4 {
			continue
		}
		rows = append(rows, sourceRow{strings.Trim(cells[0], "| <>"), cells[1], cells[2], strings.TrimSuffix(cells[3], " |")})
	}
	return rows
}

// Each fact of a preset or an issuer is from a document in docs/sources.md, with the same reporter
// and the day on which it was read. So is each text of a server that has advice, but for the RFCs'.
func TestSources(t *testing.T) {
	rows := sourceRows(t)
	for _, r := range rows {
		if _, err := time.Parse(time.DateOnly, r.read); err != nil || !strings.HasPrefix(r.document, "https://") || r.says == "" {
			t.Errorf("docs/sources.md: %+v", r)
		}
	}
	for _, a := range oauth.Advisories() {
		if !strings.HasPrefix(a.Source, "https://www.rfc-editor.org/rfc/") &&
			!slices.ContainsFunc(rows, func(r sourceRow) bool { return r.covers(a.Source) }) {
			t.Errorf("%q: %s is not in docs/sources.md", a.Says, a.Source)
		}
	}
	facts := make(map[string][]oauth.Fact)
	for _, p := range Presets() {
		facts[p.ID] = slices.Concat(p.Sources, p.Facts)
	}
	for _, i := range oauth.Issuers() {
		facts["issuer "+i.ID] = i.Facts
	}
	for id, list := range facts {
		for _, f := range list {
			i := slices.IndexFunc(rows, func(r sourceRow) bool { return r.covers(f.Source) })
			switch {
			case !strings.HasSuffix(f.Text, "."):
				t.Errorf("%s: %q is no sentence", id, f.Text)
			case i < 0:
				t.Errorf("%s: %s is not in docs/sources.md", id, f.Source)
			case rows[i].by != f.By || rows[i].read != f.Date:
				t.Errorf("%s: %s is by %q, read %s; docs/sources.md has %q, %s", id, f.Source, f.By, f.Date, rows[i].by, rows[i].read)
			}
		}
	}
}

// ispdb is an entry of Thunderbird's list: its lines of servers, and its domains.
type ispdb struct {
	servers map[string]bool
	domains []string
}

func ispdbEntries(t *testing.T) map[string]*ispdb {
	t.Helper()
	text, err := os.ReadFile("testdata/ispdb.txt")
	if err != nil {
		t.Fatal(err)
	}
	entries := make(map[string]*ispdb)
	for line := range strings.Lines(string(text)) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "#" {
			continue
		}
		if entries[name] == nil {
			entries[name] = &ispdb{servers: make(map[string]bool)}
		}
		if domains, ok := strings.CutPrefix(rest, "domains "); ok {
			entries[name].domains = strings.Fields(domains)
		} else {
			entries[name].servers[rest] = true
		}
	}
	return entries
}

// The presets have the servers and the domains of Thunderbird's list. Others need a source that
// names them.
func TestPresetsOfThunderbird(t *testing.T) {
	entries := ispdbEntries(t)
	for _, p := range Presets() {
		var list *ispdb
		var others []string
		for _, f := range p.Sources {
			if _, name, ok := strings.Cut(f.Source, "/ispdb/"); ok {
				list = entries[strings.TrimSuffix(name, ".xml")]
			} else {
				others = append(others, strings.ToLower(f.Text))
			}
		}
		if list == nil {
			if len(others) == 0 {
				t.Errorf("%s has no source of its servers", p.ID)
			}
			continue
		}
		named := func(what string) bool {
			return slices.ContainsFunc(others, func(text string) bool { return strings.Contains(text, what) })
		}
		for _, s := range p.Servers {
			line := fmt.Sprintf("%s %s %d %s %s", s.Protocol, s.Host, s.Port, s.Security, s.User)
			if !list.servers[line] && !named(s.Protocol) {
				t.Errorf("%s: %s is not in Thunderbird's list", p.ID, line)
			}
		}
		for _, d := range p.Domains {
			if !slices.Contains(list.domains, strings.TrimPrefix(d, ".")) && !named("domain") {
				t.Errorf("%s: %s is not in Thunderbird's list", p.ID, d)
			}
		}
	}
}
