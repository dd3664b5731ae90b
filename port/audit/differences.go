package audit

import (
	_ "embed"
	"strings"
	"sync"
)

// Difference is an entry of docs/differences.md that concerns functions.
type Difference struct {
	Functions []string `json:"functions"`
	Link      string   `json:"link"` // to the section
	Text      string   `json:"text"` // the first sentence of the entry
}

// The table is made of docs/differences.md:
// go test ./port/audit -run TestDifferences -update.
//
//go:embed differences.tsv
var differencesTable string

// differences are the entries by the names of functions.
var differences = sync.OnceValue(func() map[string][]Difference {
	list := make(map[string][]Difference)
	for line := range strings.Lines(differencesTable) {
		c := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		list[c[0]] = append(list[c[0]], Difference{[]string{c[0]}, "docs/differences.md#" + c[1], c[2]})
	}
	return list
})

// Differences returns the entries of docs/differences.md that concern a function of PHP.
func Differences(function string) []Difference { return differences()[function] }
