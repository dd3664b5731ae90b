package conformance

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// report counts what was compared.
type report struct {
	mu     sync.Mutex
	counts map[string]*count // by service and function
	used   map[string]bool   // the entries of knownFile that were needed
	// differing has the names of the cases that are neither equal nor known.
	differing []string
	checks    int // other than comparisons of a case
	// occurrences counts events that the report shows.
	occurrences map[string]int
	// remarks are lines at the end of the report.
	remarks []string
}

type count struct{ compared, equal, known int }

// String returns the counts of each function, and on the last line those of all.
func (r *report) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all count
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.counts)) {
		n := r.counts[name]
		fmt.Fprintf(&b, "%-32s %6d compared %6d equal %4d known to differ\n", name, n.compared, n.equal, n.known)
		all.compared += n.compared
		all.equal += n.equal
		all.known += n.known
	}
	for _, what := range slices.Sorted(maps.Keys(r.occurrences)) {
		fmt.Fprintf(&b, "%s: %d times\n", what, r.occurrences[what])
	}
	for _, line := range r.remarks {
		fmt.Fprintln(&b, line)
	}
	for _, name := range r.differing[:min(len(r.differing), maxShown)] {
		fmt.Fprintln(&b, "differs:", name)
	}
	fmt.Fprintf(&b, "conformance: %d cases compared, %d equal, %d known to differ, %d differ", all.compared, all.equal, all.known, len(r.differing))
	if r.isEmpty() {
		b.WriteString(": no test that compares was selected")
	}
	return b.String()
}

// isEmpty reports whether nothing was compared or checked.
func (r *report) isEmpty() bool { return len(r.counts) == 0 && r.checks == 0 }

// checks counts a test that does not compare the result of a call.
func checks(t *testing.T) {
	needOracle(t)
	tally.mu.Lock()
	defer tally.mu.Unlock()
	tally.checks++
}

// occurred counts an event.
func (r *report) occurred(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.occurrences == nil {
		r.occurrences = make(map[string]int)
	}
	r.occurrences[what]++
}

// remark adds a line to the end of the report.
func (r *report) remark(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remarks = append(r.remarks, fmt.Sprintf(format, args...))
}

// maxShown is the number of unequal cases that are shown whole.
const maxShown = 20

// count counts a case, and reports whether it is one of the first that are neither equal nor
// known.
func (r *report) count(name string, equal bool, entries []string) (show bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts, r.used = make(map[string]*count), make(map[string]bool)
	}
	parts := strings.SplitN(name, "/", 3)
	key := strings.Join(parts[:2], "/")
	n := r.counts[key]
	if n == nil {
		n = new(count)
		r.counts[key] = n
	}
	n.compared++
	switch {
	case equal:
		n.equal++
		return false
	case len(entries) > 0:
		n.known++
		for _, entry := range entries {
			r.used[entry] = true
		}
		return false
	}
	r.differing = append(r.differing, name)
	return len(r.differing) <= maxShown
}

// compare counts a case. It fails the test if want and got differ in an unknown way, and
// reports whether the test may go on as if they were equal. The name is
// "service/function/what".
func compare(t *testing.T, name, want, got string) bool {
	t.Helper()
	return compareAs(t, name, [2]string{"PHP ", "ours"}, want, got)
}

// compareAs is compare with other names for the two sides.
func compareAs(t *testing.T, name string, sides [2]string, want, got string) bool {
	t.Helper()
	equal := want == got
	var entries []string
	if !equal {
		entries = known(t, name)
	}
	show := tally.count(name, equal, entries)
	switch {
	case equal || len(entries) > 0:
	case show:
		t.Errorf("%s:\n%s %s\n%s %s", name, sides[0], excerpt(want, got), sides[1], excerpt(got, want))
	default:
		t.Errorf("%s: unequal", name)
	}
	return equal || len(entries) > 0
}

// excerpt returns a from shortly before its first difference from b.
func excerpt(a, b string) string {
	const before, length = 60, 600
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	if len(a) <= length {
		return a
	}
	start := max(0, i-before)
	return fmt.Sprintf("(%d bytes, from %d) %s", len(a), start, a[start:min(len(a), start+length)])
}

// knownFile returns the list of the cases where we deliberately differ from PHP. A line has the
// name of a case, in which an asterisk stands for anything, a tab, and the reason. A name after
// "~ " may be equal in some runs, because it depends on times. So may each case of a transcript: what
// the library reads ahead, and so which call meets the fault, depends on the speed that it measures. A
// server other than Dovecot has its own list in addition to Dovecot's.
func knownFile() string {
	if name := os.Getenv(variable); other != nil {
		return dovecotKnown + "-" + name
	}
	return dovecotKnown
}

const dovecotKnown = "testdata/known"

type knownCase struct {
	pattern   *regexp.Regexp
	sometimes bool
}

var readKnown = sync.OnceValues(func() (map[string]knownCase, error) {
	cases := make(map[string]knownCase)
	if other != nil {
		if err := readCases(cases, dovecotKnown); err != nil {
			return nil, err
		}
		for name, c := range cases {
			c.sometimes = true
			cases[name] = c
		}
	}
	return cases, readCases(cases, knownFile())
})

func readCases(cases map[string]knownCase, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, "\t")
		if reason == "" {
			return fmt.Errorf("%s: no reason for %s", file, name)
		}
		name, sometimes := strings.CutPrefix(name, "~ ")
		sometimes = sometimes || strings.Contains(name, "/transcript ")
		pattern := strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, ".*")
		cases[name] = knownCase{regexp.MustCompile("^" + pattern + "$"), sometimes}
	}
	return nil
}

// known returns the entries of knownFile for a case.
func known(t *testing.T, name string) []string {
	t.Helper()
	cases, err := readKnown()
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for entry, c := range cases {
		if c.pattern.MatchString(name) {
			entries = append(entries, entry)
		}
	}
	return entries
}

// unused returns the entries of knownFile without a difference.
func (r *report) unused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	cases, _ := readKnown()
	var list []string
	for entry, c := range cases {
		if !r.used[entry] && !c.sometimes {
			list = append(list, entry)
		}
	}
	slices.Sort(list)
	return list
}
