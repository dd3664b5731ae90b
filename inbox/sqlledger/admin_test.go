package sqlledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

func list(t testing.TB, l *sqlledger.Ledger, f sqlledger.Filter) string {
	t.Helper()
	var keys []string
	for r, err := range l.Records(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Locations) == 0 || r.Place == (inbox.Place{}) {
			t.Errorf("%s has no place", r.Key)
		}
		keys = append(keys, r.Key)
	}
	return strings.Join(keys, " ")
}

// oneOfEach has records k1 to k7 in all states.
func oneOfEach(t testing.TB, l *sqlledger.Ledger) {
	t.Helper()
	sight(t, l, "box", "source", 7)
	for i, r := range claim(t, l, "box", "source", 6) {
		states := []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateFailed, inbox.StateGone}
		if i < len(states) {
			finish(t, l, inbox.Outcome{Record: r, State: states[i], After: time.Hour, Reason: "why", Settled: i == 1})
		}
	}
}

func TestRecords(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		oneOfEach(t, l)
		sight(t, l, "another", "source", 1200)
		if got, err := l.Boxes(t.Context()); err != nil || fmt.Sprint(got) != "[another box]" {
			t.Errorf("boxes %v, %v", got, err)
		}
		for _, c := range []struct {
			f    sqlledger.Filter
			want string
		}{
			{sqlledger.Filter{Box: "box"}, "k1 k2 k3 k4 k5 k6 k7"},
			{sqlledger.Filter{Box: "box", Limit: 2}, "k1 k2"},
			{sqlledger.Filter{Box: "box", After: "k5"}, "k6 k7"},
			{sqlledger.Filter{Box: "box", After: "k1", Limit: 3, States: []inbox.State{inbox.StateNew, inbox.StateDone, inbox.StateGone}}, "k5 k7"},
			{sqlledger.Filter{Box: "box", States: []inbox.State{inbox.StateFailed}}, "k4"},
			{sqlledger.Filter{Box: "box", States: []inbox.State{}}, ""},
			{sqlledger.Filter{Box: "no box"}, ""},
		} {
			if got := list(t, l, c.f); got != c.want {
				t.Errorf("%+v: %s, want %s", c.f, got, c.want)
			}
		}
		if got := len(strings.Fields(list(t, l, sqlledger.Filter{Box: "another"}))); got != 1200 {
			t.Errorf("%d records, want 1200", got)
		}
		for _, err := range l.Records(t.Context(), sqlledger.Filter{Box: "box", After: "unknown"}) {
			if !errors.Is(err, inbox.ErrUnknown) {
				t.Errorf("after an unknown record: %v", err)
			}
		}
		// The ledger may be changed in the loop, which may be left.
		for r, err := range l.Records(t.Context(), sqlledger.Filter{Box: "another"}) {
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Forget(t.Context(), "another", r.Key); err != nil {
				t.Fatal(err)
			}
			if r.Key == "k3" {
				break
			}
		}
		r, err := l.Record(t.Context(), "box", "k3")
		if err != nil || r.State != inbox.StateSkipped || r.Reason != "why" || len(r.Locations) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := l.Record(t.Context(), "box", "unknown"); !errors.Is(err, inbox.ErrUnknown) {
			t.Errorf("an unknown record: %v", err)
		}
	})
}

func TestRetry(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		oneOfEach(t, l)
		ctx := t.Context()
		for key, want := range map[string]error{
			"k1": sqlledger.ErrDone, "k2": nil, "k3": nil, "k4": nil, "k5": sqlledger.ErrNowhere,
			"k6": sqlledger.ErrClaimed, "k7": nil, "unknown": inbox.ErrUnknown,
		} {
			if err := l.Retry(ctx, "box", key); !errors.Is(err, want) {
				t.Errorf("Retry of %s: %v, want %v", key, err, want)
			}
		}
		again := claim(t, l, "box", "source", 10)
		var got []string
		for _, r := range again {
			got = append(got, fmt.Sprint(r.Key, " ", r.Attempt))
		}
		if want := "k2 1, k3 1, k4 1, k7 1"; strings.Join(got, ", ") != want {
			t.Fatalf("%v, want %v", got, want)
		}
		// k2 was settled, and is to be settled once more.
		finish(t, l, inbox.Outcome{Record: again[0], State: inbox.StateDone})
		records, err := l.Unsettled(ctx, "box", "source", "", 10)
		if err != nil || len(records) != 2 || records[1].Key != "k2" {
			t.Errorf("%v, %v", records, err)
		}
	})
}

func TestForget(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		oneOfEach(t, l)
		ctx := t.Context()
		scan, err := l.StartScan(ctx, "box", "source", "scanner", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Sight(ctx, inbox.Sighting{Scan: scan, Cursor: "cursor"}); err != nil {
			t.Fatal(err)
		}
		if err := l.Forget(ctx, "box", "k6"); !errors.Is(err, sqlledger.ErrClaimed) {
			t.Errorf("Forget of a claimed message: %v", err)
		}
		if err := l.Forget(ctx, "box", "unknown"); !errors.Is(err, inbox.ErrUnknown) {
			t.Errorf("Forget of an unknown message: %v", err)
		}
		cursor := func() string {
			scan, err := l.StartScan(ctx, "box", "source", "scanner", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return scan.Cursor
		}
		if got := cursor(); got != "cursor" {
			t.Errorf("the cursor is %q", got)
		}
		if err := l.Forget(ctx, "box", "k1"); err != nil {
			t.Fatal(err)
		}
		if got := cursor(); got != "" {
			t.Errorf("the cursor is %q", got)
		}
		n, err := l.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "1", Key: "k1"}, {ID: "2", Key: "k2"}}})
		if err != nil || n != 1 {
			t.Errorf("%d new ones, %v", n, err)
		}
		if r, err := l.Record(ctx, "box", "k1"); err != nil || r.State != inbox.StateNew {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// Prune removes what is finished, old and gone, and nothing that may be offered again.
func TestPrune(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		ctx := t.Context()
		oneOfEach(t, l)
		sight(t, l, "box", "old source", 1)
		old := claim(t, l, "box", "old source", 1)[0]
		finish(t, l, inbox.Outcome{Record: old, State: inbox.StateDone})
		if err := l.Settle(ctx, "box", []inbox.Place{{Source: "source", ID: "2"}}, true); err != nil {
			t.Fatal(err)
		}
		prune := func(age time.Duration, want string) {
			t.Helper()
			before := strings.Fields(list(t, l, sqlledger.Filter{Box: "box"}))
			n, err := l.Prune(ctx, "box", age)
			if err != nil {
				t.Fatal(err)
			}
			after := strings.Fields(list(t, l, sqlledger.Filter{Box: "box"}))
			removed := slices.DeleteFunc(before, func(key string) bool { return slices.Contains(after, key) })
			if strings.Join(removed, " ") != want || n != len(removed) {
				t.Errorf("%v removed %d: %v, want %s", age, n, removed, want)
			}
		}
		// Set back the clock of all that has happened.
		back := func(table, columns string) {
			t.Helper()
			for column := range strings.FieldsSeq(columns) {
				if _, err := l.DB().Exec(fmt.Sprintf("UPDATE %s SET %s = %s - 3600000", table, column, column)); err != nil {
					t.Fatal(err)
				}
			}
		}
		prune(time.Minute, "")
		back("inbox_records", "last_change")
		back("inbox_sources", "scanned")
		prune(2*time.Hour, "")
		// Nobody has scanned: only what has vanished goes.
		prune(time.Minute, "k2 k5")
		// The other mailbox is scanned, the old one no longer.
		sight(t, l, "box", "source", 7)
		prune(time.Minute, "k1-2")
		if _, err := l.Prune(ctx, "box", 0); err == nil {
			t.Error("records of any age were removed")
		}
		if n, err := l.Prune(ctx, "no box", time.Minute); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestExport(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		oneOfEach(t, l)
		scan, err := l.StartScan(t.Context(), "box", "source", "scanner", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Sight(t.Context(), inbox.Sighting{Scan: scan, Cursor: "cursor", Sighted: []inbox.Sighted{{ID: "\xff", Key: "\x00"}}}); err != nil {
			t.Fatal(err)
		}
		r := claim(t, l, "box", "source", 1)[0]
		if _, err := l.Identify(t.Context(), []inbox.Identity{{Record: r, Contents: []string{"c1", "c2"}, Hint: inbox.Hint{Subject: "hello"}}}); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := l.Export(t.Context(), &out, "box"); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(out.String()) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatal(err)
			}
			switch fields["type"] {
			case "source":
				lines = append(lines, fmt.Sprint(fields["source"], " ", fields["cursor"]))
			case "record":
				lines = append(lines, fmt.Sprint(fields["key"], " ", fields["state"], " ", fields["places"], " ", fields["contents"], " ", fields["subject"]))
			}
		}
		want := `source cursor
k1 done [map[id:1 source:source]] <nil> <nil>
k2 quarantined [map[id:2 settled:true source:source]] <nil> <nil>
k3 skipped [map[id:3 source:source]] <nil> <nil>
k4 failed [map[id:4 source:source]] <nil> <nil>
k5 gone [map[id:5 source:source vanished:true]] <nil> <nil>
k6 claimed [map[id:6 source:source]] <nil> <nil>
k7 claimed [map[id:7 source:source]] [c1 c2] hello
\x00 new [map[id:\xff source:source]] <nil> <nil>`
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// Integrity finds rows that cannot be.
func TestIntegrity(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l, err := sqlledger.Open(name(t))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		oneOfEach(t, l)
		if faults, err := l.Integrity(t.Context()); err != nil || len(faults) > 0 {
			t.Fatal(faults, err)
		}
		for _, c := range []struct{ change, back, want string }{
			{"UPDATE inbox_records SET owner = '' WHERE key = 'k6'", "UPDATE inbox_records SET owner = 'worker' WHERE key = 'k6'", "1 claimed records without an owner or a lease"},
			{"UPDATE inbox_records SET attempt = 9 WHERE key = 'k6'", "UPDATE inbox_records SET attempt = 1 WHERE key = 'k6'", "1 records with more attempts than claims"},
			{"UPDATE inbox_places SET queue = 2 WHERE mail = '7'", "UPDATE inbox_places SET queue = 1 WHERE mail = '7'", "1 places in a wrong queue"},
			{"UPDATE inbox_places SET record = record + 1000 WHERE mail = '7'", "UPDATE inbox_places SET record = record - 1000 WHERE mail = '7'", "1 places without a record; 1 records without a place; 1 new or failed records that are in no mailbox"},
			{"UPDATE inbox_records SET box = box + 1000 WHERE key = 'k1'", "UPDATE inbox_records SET box = box - 1000 WHERE key = 'k1'", "1 records without a box; 1 places of a record of another box"},
			{"UPDATE inbox_sources SET box = box + 1000", "UPDATE inbox_sources SET box = box - 1000", "1 sources without a box; 7 places of a record of another box"},
			{"UPDATE inbox_records SET state = 'odd' WHERE key = 'k1'", "UPDATE inbox_records SET state = 'done' WHERE key = 'k1'", "1 records in an unknown state; 1 places in a wrong queue"},
			{"INSERT INTO inbox_contents (box, content, record) VALUES (1, 'c', 1000)", "DELETE FROM inbox_contents", "1 contents without a record"},
		} {
			if _, err := l.DB().Exec(c.change); err != nil {
				t.Fatal(err)
			}
			faults, err := l.Integrity(t.Context())
			if got := strings.Join(faults, "; "); err != nil || got != c.want {
				t.Errorf("%s: %s, %v, want %s", c.change, got, err, c.want)
			}
			if _, err := l.DB().Exec(c.back); err != nil {
				t.Fatal(err)
			}
		}
	})
}
