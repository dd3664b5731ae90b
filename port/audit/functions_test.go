package audit

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write functions.tsv")

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// The table says what the documents and the library's signatures say.
func TestFunctions(t *testing.T) {
	api := read(t, "../../api/imapcompat.txt")
	var table strings.Builder
	rows := regexp.MustCompile("(?m)^\\| (imap_\\w+) \\| `([\\w.]+)` \\|").FindAllStringSubmatch(read(t, "../../docs/functions.md"), -1)
	for _, row := range rows {
		receiver, name := "", row[2]
		if method, ok := strings.CutPrefix(name, "Connection."); ok {
			receiver, name = `\(c \*Connection\) `, method
		}
		signature := regexp.MustCompile(`(?m)^\s*func ` + receiver + name + `\((.*?)\)(?: \((.*)\)| (\S+))?$`).FindStringSubmatch(api)
		if signature == nil {
			t.Errorf("no signature of %s", row[2])
			continue
		}
		table.WriteString(strings.Join([]string{row[1], row[2], signature[1], signature[2] + signature[3]}, "\t") + "\n")
	}
	if len(rows) < 70 {
		t.Errorf("%d functions", len(rows))
	}
	if *update {
		if err := os.WriteFile("functions.tsv", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if table.String() != functionsTable && !*update {
		t.Error("functions.tsv is old: go test ./port/audit -run TestFunctions -update")
	}
}

func TestConstants(t *testing.T) {
	names := regexp.MustCompile(`(?m)^(?:const|\s)\s*([A-Z][A-Z0-9_]{3,})(?:\s|$)`).FindAllStringSubmatch(read(t, "../../api/imapcompat.txt"), -1)
	var list strings.Builder
	for _, name := range names {
		list.WriteString(name[1] + "\n")
	}
	if *update {
		if err := os.WriteFile("constants.txt", []byte(list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"FT_UID", "SE_UID", "CL_EXPUNGE", "OP_READONLY", "TYPETEXT", "SORTDATE"} {
		if !strings.Contains("\n"+list.String(), "\n"+name+"\n") {
			t.Errorf("%s is not found", name)
		}
	}
	if list.String() != constantNames && !*update {
		t.Error("constants.txt is old: go test ./port/audit -run TestConstants -update")
	}
}

// The table has each entry of docs/differences.md that names a function: by PHP's name, or by
// Go's where the entry has no names of PHP's.
func TestDifferences(t *testing.T) {
	var table strings.Builder
	for _, name := range slices.Sorted(maps.Keys(functions())) {
		f := functions()[name]
		named := regexp.MustCompile("\\b" + name + "\\b")
		namedInGo := regexp.MustCompile("`" + strings.TrimPrefix(f.goName, "Connection.") + "[`(]")
		for _, section := range strings.Split(read(t, "../../docs/differences.md"), "\n## ")[1:] {
			heading, body, _ := strings.Cut(section, "\n")
			for _, entry := range strings.Split(body, "\n- ")[1:] {
				entry, _, _ = strings.Cut(entry, "\n\n")
				if named.MatchString(entry) || !strings.Contains(entry, "imap_") && namedInGo.MatchString(entry) {
					fmt.Fprintf(&table, "%s\t%s\t%s\n", name, strings.ReplaceAll(strings.ToLower(heading), " ", "-"), firstSentence(entry))
				}
			}
		}
	}
	if *update {
		if err := os.WriteFile("differences.tsv", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if table.String() != differencesTable && !*update {
		t.Error("differences.tsv is old: go test ./port/audit -run TestDifferences -update")
	}
	if n := len(differences()["imap_delete"]); n < 2 {
		t.Errorf("%d entries for imap_delete", n)
	}
}

var endOfSentence = regexp.MustCompile(`[.:](?: [A-Z` + "`" + `]|$)`)

func firstSentence(entry string) string {
	text := strings.Join(strings.Fields(entry), " ")
	if end := endOfSentence.FindStringIndex(text); end != nil {
		return text[:end[0]+1]
	}
	return text
}
