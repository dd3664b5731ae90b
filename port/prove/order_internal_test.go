package prove

import (
	"slices"
	"testing"
)

// Commands may be joined, as long as each message and each removal sees the same.
func TestInOrder(t *testing.T) {
	const (
		seen, deleted, unseen = `message 2 of INBOX got \Seen`, `message 2 of INBOX got \Deleted`, `message 2 of INBOX lost \Seen`
		other                 = `message 10 of INBOX got \Deleted`
		arrives, next         = "message 1 arrived in Archive", `message 2 arrived in Archive with \Seen`
		removed               = "message 2 of INBOX was removed"
	)
	for name, c := range map[string]struct {
		a, b  []string
		equal bool
	}{
		"a move of each, and of both":  {[]string{arrives, deleted, next, other}, []string{arrives, next, deleted, other}, true},
		"flags of one command":         {[]string{seen, deleted}, []string{deleted, seen}, true},
		"messages in another order":    {[]string{deleted, other}, []string{other, deleted}, true},
		"a flag lost before it is set": {[]string{seen, unseen}, []string{unseen, seen}, false},
		"arrivals in another order":    {[]string{arrives, next}, []string{next, arrives}, false},
		"a removal before a copy":      {[]string{arrives, removed}, []string{removed, arrives}, false},
		"a mark after the removal":     {[]string{other, removed}, []string{removed, other}, false},
		"a removal less":               {[]string{other, removed}, []string{other}, false},
	} {
		if got := slices.Equal(ordered(c.a), ordered(c.b)); got != c.equal {
			t.Errorf("%s: %v\n%q\n%q", name, got, ordered(c.a), ordered(c.b))
		}
	}
}

func ordered(what []string) (list []string) {
	var effects []Effect
	for _, w := range what {
		effects = append(effects, Effect{What: w, Session: 1})
	}
	effects = append(effects, Effect{What: "message 1 of Sent was removed", Session: 2})
	for _, e := range inOrder(effects, 1) {
		list = append(list, e.What)
	}
	return list
}
