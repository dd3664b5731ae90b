package sqlledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// workerLedger is the variable that makes the test binary a worker on a ledger.
const workerLedger = "IMAPCOMPAT_TEST_WORKER_LEDGER"

// work handles messages until all are done, and writes an effect of each into a table in the
// transaction that records it.
func work() int {
	if err := workOn(context.Background(), os.Getenv(workerLedger)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func workOn(ctx context.Context, name string) error {
	l, err := sqlledger.Open(name)
	if err != nil {
		return err
	}
	defer l.Close()
	for {
		c, err := l.Counts(ctx, "box")
		if err != nil || c.Open() == 0 {
			return err
		}
		records, err := l.Claim(ctx, inbox.Claiming{Box: "box", Source: "source", Owner: fmt.Sprint(os.Getpid()), Lease: 300 * time.Millisecond, Limit: 3})
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := handle(ctx, l, r); err != nil {
				return err
			}
		}
	}
}

func handle(ctx context.Context, l *sqlledger.Ledger, r inbox.Record) error {
	return inTransaction(ctx, l.DB(), func(tx *sql.Tx) error {
		if err := l.FinishTx(ctx, tx, inbox.Outcome{Record: r, State: inbox.StateDone}); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO effects (name) VALUES ('"+r.Key+"')")
		return err
	})
}

// inTransaction does not fail if the claim was lost.
func inTransaction(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		if isLost(err) {
			return nil
		}
		return err
	}
	return tx.Commit()
}

// Processes share a ledger, some are killed, and each message has its effect once.
func TestProcesses(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		at := name(t)
		if at == ":memory:" {
			t.Skip("a ledger in memory is of one process")
		}
		const messages, workers, kills = 120, 3, 4
		l := open(t, at)
		ctx := t.Context()
		sight(t, l, "box", "source", messages)
		if _, err := l.DB().ExecContext(ctx, "CREATE TABLE effects (name text NOT NULL)"); err != nil {
			t.Fatal(err)
		}
		start := func() *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), workerLedger+"="+at)
			cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			return cmd
		}
		ends := make(chan error)
		running := 0
		wait := func(cmd *exec.Cmd) {
			running++
			go func() { ends <- cmd.Wait() }()
		}
		for range workers {
			wait(start())
		}
		for i := range kills {
			victim := start()
			done := waitForEffects(t, l.DB(), (i+1)*messages/(2*kills))
			victim.Process.Kill()
			victim.Wait()
			if done >= messages {
				break
			}
		}
		for range running {
			if err := <-ends; err != nil {
				t.Error(err)
			}
		}
		var all, different int
		if err := l.DB().QueryRowContext(ctx, "SELECT count(*), count(DISTINCT name) FROM effects").Scan(&all, &different); err != nil {
			t.Fatal(err)
		}
		if all != messages || different != messages {
			t.Errorf("%d effects of %d messages, want %d", all, different, messages)
		}
		if c, err := l.Counts(ctx, "box"); err != nil || c.Done != messages {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// waitForEffects waits until there are as many effects.
func waitForEffects(t *testing.T, db *sql.DB, want int) int {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM effects").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n >= want {
			return n
		}
		if time.Now().After(end) {
			t.Fatalf("%d effects after a minute", n)
		}
	}
}

// sight sights new messages, from 1.
func sight(t testing.TB, l inbox.Ledger, box, source string, messages int) {
	t.Helper()
	scan, err := l.StartScan(t.Context(), box, source, "scanner", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s := inbox.Sighting{Scan: scan}
	for i := range messages {
		s.Sighted = append(s.Sighted, inbox.Sighted{ID: fmt.Sprint(i + 1), Key: fmt.Sprint("k", i+1), Order: int64(i)})
	}
	if _, err := l.Sight(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}
