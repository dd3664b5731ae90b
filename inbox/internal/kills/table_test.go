package kills

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// table counts kills.
type table struct {
	mu    sync.Mutex
	kills map[struck]int
	total int
	cases map[string]int
	sent  int
	twice int
}

type struck struct{ target, step string }

func newTable() *table { return &table{kills: map[struck]int{}, cases: map[string]int{}} }

func (t *table) count(target, step string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kills[struck{target, step}]++
	t.total++
}

func (t *table) sum() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// add adds a case that has ended.
func (t *table) add(p *play) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, what := range []string{p.server.String(), p.database.String(), strings.Join(p.protocols, "+"), p.then,
		fmt.Sprintf("%d processes", p.processes), fmt.Sprintf("%d workers each", p.workers)} {
		t.cases[what]++
	}
	t.sent += p.sent
	t.twice += p.twice
}

func (t *table) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	order := func(x, y struck) int { return cmp.Or(cmp.Compare(x.target, y.target), cmp.Compare(x.step, y.step)) }
	for _, s := range slices.SortedFunc(maps.Keys(t.kills), order) {
		fmt.Fprintf(&b, "%6d  %s, %s\n", t.kills[s], s.target, s.step)
	}
	fmt.Fprintf(&b, "%6d  kills, %d messages\ncases:", t.total, t.sent)
	for _, what := range slices.Sorted(maps.Keys(t.cases)) {
		fmt.Fprintf(&b, " %s %d,", what, t.cases[what])
	}
	if t.twice > 0 {
		fmt.Fprintf(&b, " %d messages copied twice by a server that was killed in MOVE", t.twice)
	}
	return b.String()
}
