package sqlledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// New records are there with the transaction of the caller, or not at all.
func TestSightTx(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		scan, err := l.StartScan(t.Context(), "box", "source", "scanner", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		s := inbox.Sighting{Scan: scan, Cursor: "2", Sighted: []inbox.Sighted{{ID: "1", Key: "k"}, {ID: "2", Key: "k"}}}
		for _, step := range []struct {
			commit   bool
			want     int
			sighting []string
		}{{false, 0, []string{"k", "k-2"}}, {true, 2, []string{"k", "k-2"}}, {true, 2, nil}} {
			tx, err := l.DB().BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			keys, err := l.SightTx(t.Context(), tx, s)
			if err != nil || !slices.Equal(keys, step.sighting) {
				t.Errorf("new keys %q, %v, want %q", keys, err, step.sighting)
			}
			end := tx.Rollback
			if step.commit {
				end = tx.Commit
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if counts, err := l.Counts(t.Context(), "box"); counts.New != step.want || err != nil {
				t.Errorf("%d records, %v, want %d", counts.New, err, step.want)
			}
		}
		s.Scan.Fence--
		tx, err := l.DB().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if _, err := l.SightTx(t.Context(), tx, s); !errors.Is(err, inbox.ErrClaimLost) {
			t.Errorf("a scan that was lost: %v", err)
		}
	})
}

func TestOverdue(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		sight(t, l, "box", "source", 5)
		sight(t, l, "box", "other", 1)
		records := claim(t, l, "box", "source", 4)
		finish(t, l,
			inbox.Outcome{Record: records[0], State: inbox.StateFailed},
			inbox.Outcome{Record: records[1], State: inbox.StateFailed, After: time.Hour},
			inbox.Outcome{Record: records[2], State: inbox.StateDone})
		overdue := func(since time.Duration, limit int) (ids []string) {
			t.Helper()
			list, err := l.Overdue(t.Context(), "box", "source", since, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				if r.Place.Source != "source" {
					t.Errorf("%s is in %s", r.Key, r.Place.Source)
				}
				ids = append(ids, r.Place.ID)
			}
			return ids
		}
		// The fifth one is new, and the first one is to be tried again. The fourth one is claimed.
		want := []string{"5", "1"}
		if got := overdue(0, 10); !slices.Equal(got, want) {
			t.Errorf("%q are due, want %q", got, want)
		}
		if got := overdue(time.Hour, 10); got != nil {
			t.Errorf("%q have been due for an hour", got)
		}
		if _, err := l.Overdue(t.Context(), "box", "source", -1, 1); err == nil {
			t.Error("a negative time")
		}
	})
}
