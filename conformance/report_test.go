package conformance

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// report counts what was compared.
type report struct {
	mu              sync.Mutex
	compared, equal int
}

func (r *report) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("conformance: %d cases compared, %d equal", r.compared, r.equal)
}

func (r *report) count(equal bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.compared++
	if equal {
		r.equal++
	}
}

// compare counts a case, and fails the test if the two differ and that is not
// known, or if they do not differ and it is said that they do.
func compare(t *testing.T, name, want, got string) {
	t.Helper()
	reason, isKnown := known(t)[name]
	equal := want == got
	tally.count(equal)
	switch {
	case equal && isKnown:
		t.Errorf("%s: equal, but listed as different: %s", name, reason)
	case !equal && !isKnown:
		t.Errorf("%s:\nPHP  %s\nours %s", name, want, got)
	}
}

// knownFile lists the cases where we differ from PHP on purpose: the name of a
// case, a tab, and the reason.
const knownFile = "testdata/known"

var readKnown = sync.OnceValues(func() (map[string]string, error) {
	f, err := os.Open(knownFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cases := make(map[string]string)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, "\t")
		if reason == "" {
			return nil, fmt.Errorf("%s: no reason for %s", knownFile, name)
		}
		cases[name] = reason
	}
	return cases, nil
})

func known(t *testing.T) map[string]string {
	t.Helper()
	cases, err := readKnown()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}
