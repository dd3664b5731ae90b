package riverqueue_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/riverqueue"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// The child is this program with these variables.
const (
	childDatabase = "IMAPCOMPAT_TEST_RIVER_DATABASE"
	childMailbox  = "IMAPCOMPAT_TEST_RIVER_MAILBOX"
	childSlow     = "IMAPCOMPAT_TEST_RIVER_SLOW"
)

// child is a process that works until it is killed. Its handler takes a while after the effect
// and before the commit.
func child() {
	check := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	ledger, err := sqlledger.Open(os.Getenv(childDatabase))
	check(err)
	pool, err := pgxpool.New(ctx, os.Getenv(childDatabase))
	check(err)
	pause, err := time.ParseDuration(os.Getenv(childSlow))
	check(err)
	boxes, err := riverqueue.New(riverqueue.Config{
		Ledger: ledger, Every: time.Second, TimeLimit: 2 * time.Second, Lease: time.Second,
		Mailboxes: map[string]riverqueue.Mailbox{"box": {Open: opener(os.Getenv(childMailbox)), Then: inbox.Delete()}},
		Handle: func(ctx context.Context, msg *inbox.Message) error {
			tx, err := ledger.DB().BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if _, err := tx.ExecContext(ctx, `INSERT INTO effects VALUES ($1, $2)`, msg.Header().Subject, msg.Key()); err != nil {
				return err
			}
			if err := msg.DoneTx(tx); err != nil {
				return err
			}
			time.Sleep(pause)
			return tx.Commit()
		},
	})
	check(err)
	workers := river.NewWorkers()
	check(boxes.AddTo(workers))
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Workers: workers, PeriodicJobs: boxes.PeriodicJobs(),
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		FetchPollInterval: 100 * time.Millisecond, JobTimeout: 2 * time.Second, RescueStuckJobsAfter: 3 * time.Second,
		RetryPolicy: after(0), Logger: slog.New(slog.DiscardHandler), TestOnly: true,
	})
	check(err)
	check(client.Start(ctx))
	select {}
}

// Processes are killed with messages in their hands.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for leases of killed processes")
	}
	t.Parallel()
	db := newDatabase(t)
	var want []string
	for i := range 30 {
		want = append(want, fmt.Sprintf("%02d", i))
	}
	srv := serve(t, want...)
	run := func(slow time.Duration) (kill func()) {
		t.Helper()
		// A leader that was killed leads until its term ends.
		db.exec(t, `DELETE FROM river_leader`)
		cmd := exec.Command(must(os.Executable())(t))
		cmd.Env = append(os.Environ(), childDatabase+"="+db.url, childMailbox+"="+srv.IMAP(), childSlow+"="+slow.String())
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return func() { cmd.Process.Kill(); cmd.Wait() }
	}
	killed := 0
	for range 3 {
		kill := run(100 * time.Millisecond)
		before := len(db.effects(t))
		eventually(t, "a message is handled", func() bool { return len(db.effects(t)) > before })
		kill()
		if slices.Contains(db.states(t, "inbox_message"), "running") {
			killed++
		}
	}
	if killed == 0 {
		t.Error("no process was killed with a message in its hands")
	}
	// River looks for jobs of dead processes at its start, and then every 30 seconds.
	eventually(t, "the dead have been dead for long", func() bool {
		return len(db.texts(t, `SELECT kind FROM river_job WHERE state = 'running' AND attempted_at > now() - interval '3 seconds'`)) == 0
	})
	kill := run(0)
	defer kill()
	eventually(t, "all messages are handled", func() bool { return len(db.effects(t)) >= len(want) })
	eventually(t, "the mailbox is empty", func() bool { return len(srv.Messages("INBOX")) == 0 })
	equal(t, "effects", db.effects(t), want)
}
