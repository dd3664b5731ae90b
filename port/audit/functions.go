package audit

import (
	_ "embed"
	"strings"
	"sync"
)

// function is a function of PHP's extension and its counterpart.
type function struct {
	name    string
	method  bool     // of a Connection
	goName  string   // without "Connection."
	params  []string // "num int"
	results []string // "*Overview", "error"
}

// The table is made of docs/functions.md and api/imapcompat.txt:
// go test ./port/audit -run TestFunctions -update.
//
//go:embed functions.tsv
var functionsTable string

// functions are those of the table, by name. Only an audit reads it, not each start of the command.
var functions = sync.OnceValue(func() map[string]function { return readFunctions(functionsTable) })

func readFunctions(table string) map[string]function {
	list := make(map[string]function)
	for line := range strings.Lines(table) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		f := function{name: c[0], params: split(c[2], ", "), results: split(c[3], ", ")}
		f.goName, f.method = strings.CutPrefix(c[1], "Connection.")
		list[f.name] = f
	}
	return list
}

func split(text, by string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, by)
}
