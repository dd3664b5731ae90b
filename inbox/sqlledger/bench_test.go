package sqlledger_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/postgres"
)

var known = flag.Int("known", 10000, "records that the ledger of BenchmarkJob knows")

// BenchmarkJob takes 10,000 messages through the ledger in the batches of a job, and reports the
// time of each method for a message. Compare -known=10000 and -known=1000000.
func BenchmarkJob(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchmarkJob(b, filepath.Join(b.TempDir(), "inbox.db")) })
	b.Run("PostgreSQL", func(b *testing.B) { benchmarkJob(b, postgres.Database(b)) })
}

func benchmarkJob(b *testing.B, name string) {
	l, err := sqlledger.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	job(b, l, 0, 1, nil)
	fill(b, l, *known)
	next := *known
	const messages = 10000
	spent := make(map[string]time.Duration)
	b.ResetTimer()
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		job(b, l, next, messages, spent)
		next += messages
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	total := time.Duration(0)
	for name, d := range spent {
		total += d
		b.ReportMetric(float64(d.Microseconds())/float64(b.N*messages), name+"-µs/message")
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N*messages), "all-µs/message")
	b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024, "heap-KiB")
	begin := time.Now()
	if _, err := l.Counts(b.Context(), "box"); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(begin).Microseconds()), "Counts-µs")
}

// fill adds messages that were handled, from 1.
func fill(b *testing.B, l *sqlledger.Ledger, n int) {
	b.Helper()
	for _, statement := range []string{
		`INSERT INTO inbox_records (box, key, state, lane, attempt, owner, fence, due, size, hint_from, hint_subject, hint_message_id, reason, first_seen, last_change)
			SELECT 1, '1700000000-' || i, 'done', '', 1, 'host/1234/ABCDEFGH', 1, 0, 4096, 'Ann <ann@example.org>', 'Your order', '<id@example.org>', '', 1700000000000, 1700000000000 FROM numbers`,
		`INSERT INTO inbox_places (source, mail, record, size, queue, settled, vanished, removed)
			SELECT 1, CAST(i AS text), i + 1, 4096, 0, TRUE, FALSE, FALSE FROM numbers`,
		`INSERT INTO inbox_contents (box, content, record)
			SELECT 1, 'sha256:' || i || '0123456789012345678901234567890123456789012345678901234567890123', i + 1 FROM numbers`,
	} {
		with := fmt.Sprintf("WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %d) ", n-1)
		insert, rest, _ := strings.Cut(statement, "\n")
		if _, err := l.DB().Exec(insert + with + rest); err != nil {
			b.Fatal(err)
		}
	}
}

// job sights, claims, identifies and finishes messages.
func job(b *testing.B, l *sqlledger.Ledger, first, n int, spent map[string]time.Duration) {
	ctx := b.Context()
	timed := func(name string, f func() error) {
		begin := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		if spent != nil {
			spent[name] += time.Since(begin)
		}
	}
	const source = "{imap.example.org/imap/ssl/user=ann}INBOX;UIDVALIDITY=1700000000"
	scan, err := l.StartScan(ctx, "box", source, "scanner", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < n; i += 1000 {
		s := inbox.Sighting{Scan: scan, Cursor: fmt.Sprint(first + i)}
		for j := i; j < min(i+1000, n); j++ {
			s.Sighted = append(s.Sighted, inbox.Sighted{ID: fmt.Sprint(first + j), Key: fmt.Sprintf("1700000000-%d", first+j), Order: int64(first + j), Size: 4096})
		}
		timed("Sight", func() error { _, err := l.Sight(ctx, s); return err })
	}
	for {
		var claimed []inbox.Record
		timed("Claim", func() (err error) {
			claimed, err = l.Claim(ctx, inbox.Claiming{Box: "box", Source: source, Owner: "host/1234/ABCDEFGH", Lease: time.Hour, Limit: 100})
			return err
		})
		if len(claimed) == 0 {
			return
		}
		for i := 0; i < len(claimed); i += 20 {
			var ids []inbox.Identity
			var outcomes []inbox.Outcome
			for _, r := range claimed[i:min(i+20, len(claimed))] {
				ids = append(ids, inbox.Identity{Record: r, Size: 4096, Contents: []string{"sha256:" + fmt.Sprintf("%064s", r.Key)},
					Hint: inbox.Hint{From: "Ann <ann@example.org>", Subject: "Your order " + r.Key, MessageID: "<" + r.Key + "@example.org>"}})
				outcomes = append(outcomes, inbox.Outcome{Record: r, State: inbox.StateDone, Settled: true})
			}
			timed("Identify", func() error { _, err := l.Identify(ctx, ids); return err })
			timed("Finish", func() error { _, err := l.Finish(ctx, outcomes); return err })
		}
	}
}

// BenchmarkComplete sights a whole source, of which nothing is new.
func BenchmarkComplete(b *testing.B) {
	l := open(b, filepath.Join(b.TempDir(), "inbox.db"))
	sight(b, l, "box", "source", *known)
	s := inbox.Sighting{Complete: true}
	for i := range *known {
		s.Sighted = append(s.Sighted, inbox.Sighted{ID: fmt.Sprint(i + 1), Key: fmt.Sprint("k", i+1)})
	}
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if s.Scan, err = l.StartScan(b.Context(), "box", "source", "scanner", time.Hour); err != nil {
			b.Fatal(err)
		}
		if n, err := l.Sight(b.Context(), s); err != nil || n != 0 {
			b.Fatal(n, err)
		}
	}
}
