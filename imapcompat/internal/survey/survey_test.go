package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// ledger counts how often it is asked.
type ledger struct {
	names []string
	fails map[string]error
	asked map[string]int
	slow  func()
}

func (l *ledger) Boxes(context.Context) ([]string, error) {
	return slices.Clone(l.names), l.fails[""]
}

func (l *ledger) Counts(_ context.Context, box string) (inbox.Counts, error) {
	l.asked[box]++
	if l.slow != nil {
		l.slow()
	}
	return inbox.Counts{New: l.asked[box]}, l.fails[box]
}

func show(boxes []Box) string {
	var list []string
	for _, b := range boxes {
		list = append(list, fmt.Sprint(b.Name, " ", b.Counts.New, " ", b.Job != nil && b.Health.Connected, " ", b.Err != nil))
	}
	return strings.Join(list, ", ")
}

func TestSurvey(t *testing.T) {
	l := &ledger{names: []string{"b", "other"}, fails: map[string]error{}, asked: map[string]int{}}
	jobs := []Job{
		{Box: "b", Health: func() inbox.Health { return inbox.Health{Connected: true} }},
		{Box: "a", Health: func() inbox.Health { return inbox.Health{} }},
	}
	s := New(l, func() []Job { return jobs })
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return clock }
	check := func(want string) {
		t.Helper()
		boxes, at, err := s.Boxes(t.Context())
		if got := show(boxes); got != want || err != nil || at.After(clock) {
			t.Errorf("%s at %v, %v, want %s", got, at, err, want)
		}
	}
	check("a 1 false false, b 1 true false, other 1 false false")
	clock = clock.Add(fresh)
	check("a 1 false false, b 1 true false, other 1 false false") // from memory
	clock = clock.Add(time.Second)
	l.fails["b"] = errors.New("the ledger is away")
	check("a 2 false false, b 1 true true, other 2 false false") // with the counts before
	delete(l.fails, "b")

	// One box is counted at once.
	if b, ok, err := s.Box(t.Context(), "b"); !ok || err != nil || b.Counts.New != 3 {
		t.Errorf("%+v, %v, %v", b, ok, err)
	}
	if _, ok, err := s.Box(t.Context(), "none"); ok || err != nil {
		t.Error(ok, err)
	}

	// A job that has come is counted at once, too.
	jobs = append(jobs, Job{Box: "c", Health: func() inbox.Health { return inbox.Health{} }})
	if boxes, _, _ := s.Boxes(t.Context()); len(boxes) != 4 {
		t.Error(show(boxes))
	}

	// If counting takes long it is done less often.
	l.slow = func() { clock = clock.Add(time.Minute) }
	clock = clock.Add(time.Minute)
	s.Boxes(t.Context())
	l.slow = nil
	n := l.asked["a"]
	clock = clock.Add(10 * time.Minute)
	s.Boxes(t.Context())
	if l.asked["a"] != n {
		t.Error("a slow ledger was asked again after ten minutes")
	}
	clock = clock.Add(31 * time.Minute)
	s.Boxes(t.Context())
	if l.asked["a"] != n+1 {
		t.Error("a slow ledger was not asked again")
	}

	// Without the list of boxes there are those that are known.
	clock = clock.Add(time.Hour)
	l.fails[""] = errors.New("the ledger is away")
	boxes, _, err := s.Boxes(t.Context())
	if err == nil || len(boxes) != 4 {
		t.Error(show(boxes), err)
	}
}
