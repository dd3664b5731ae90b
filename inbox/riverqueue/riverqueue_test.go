package riverqueue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/riverqueue"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

func TestEachMessageOnce(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	config := riverqueue.Config{Mailboxes: map[string]riverqueue.Mailbox{}}
	var servers []*imaptest.Server
	var want []string
	for i := range 4 {
		var subjects []string
		for n := range 15 {
			subjects = append(subjects, fmt.Sprintf("%d-%02d", i, n))
		}
		want = append(want, subjects...)
		srv := serve(t, subjects...)
		servers = append(servers, srv)
		m := riverqueue.Mailbox{Open: opener(srv.IMAP()), Then: inbox.MoveTo("Processed")}
		if i == 3 {
			m = riverqueue.Mailbox{Open: opener(srv.POP3()), Then: inbox.Delete(), Connections: 1}
		}
		config.Mailboxes[fmt.Sprint(i)] = m
	}
	for range 3 {
		db.start(t, config)
	}
	eventually(t, "all messages are handled", func() bool { return len(db.effects(t)) >= len(want) })
	for i, srv := range servers {
		subject := fmt.Sprintf("%d-later", i)
		want = append(want, subject)
		deliver(t, srv, subject)
	}
	eventually(t, "all mailboxes are empty", func() bool {
		left := 0
		for _, srv := range servers {
			left += len(srv.Messages("INBOX"))
		}
		return left == 0
	})
	slices.Sort(want)
	equal(t, "effects", db.effects(t), want)
	for _, srv := range servers[:3] {
		if n := len(srv.Messages("Processed")); n != 16 {
			t.Errorf("%d messages were moved", n)
		}
	}
}

// Jobs and records are there together or not at all.
func TestTransaction(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "a", "b")
	config := riverqueue.Config{Ledger: db.ledger, Mailboxes: map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP())}}}
	// The database refuses jobs of messages, and takes those of scans.
	db.exec(t, `ALTER TABLE river_job ADD CONSTRAINT no_messages CHECK (kind <> 'inbox_message')`)
	w := db.start(t, config, after(time.Millisecond))
	eventually(t, "a scan fails", func() bool { return slices.Contains(db.states(t, "inbox_scan"), "discarded") })
	counts := must(db.ledger.Counts(t.Context(), "box"))(t)
	if counts.New != 0 || len(db.states(t, "inbox_message")) != 0 {
		t.Errorf("without jobs there are records: %+v", counts)
	}
	db.exec(t, `ALTER TABLE river_job DROP CONSTRAINT no_messages`)
	eventually(t, "the messages are handled", func() bool { return len(db.effects(t)) == 2 })
	w.stop()
	equal(t, "jobs", db.states(t, "inbox_message"), []string{"completed", "completed"})
}

func TestAnswers(t *testing.T) {
	answers := map[string]struct {
		handle func(context.Context, *inbox.Message) error
		job    rivertype.JobState
		state  inbox.State
		reason string
	}{
		"done":        {func(context.Context, *inbox.Message) error { return nil }, rivertype.JobStateCompleted, inbox.StateDone, ""},
		"error":       {func(context.Context, *inbox.Message) error { return errors.New("broken") }, rivertype.JobStateRetryable, inbox.StateFailed, "broken"},
		"fail":        {func(_ context.Context, m *inbox.Message) error { return m.Fail(errors.New("broken")) }, rivertype.JobStateRetryable, inbox.StateFailed, "broken"},
		"panic":       {func(context.Context, *inbox.Message) error { panic("broken") }, rivertype.JobStateRetryable, inbox.StateFailed, "panicked"},
		"cancel":      {func(context.Context, *inbox.Message) error { return river.JobCancel(errors.New("broken")) }, rivertype.JobStateCancelled, inbox.StateQuarantined, "broken"},
		"permanent":   {func(context.Context, *inbox.Message) error { return inbox.Permanent(errors.New("broken")) }, rivertype.JobStateCancelled, inbox.StateQuarantined, "broken"},
		"quarantine":  {func(_ context.Context, m *inbox.Message) error { return m.Quarantine("broken") }, rivertype.JobStateCancelled, inbox.StateQuarantined, "broken"},
		"snooze":      {func(context.Context, *inbox.Message) error { return river.JobSnooze(time.Hour) }, rivertype.JobStateScheduled, inbox.StateFailed, "again"},
		"retry":       {func(_ context.Context, m *inbox.Message) error { return m.Retry(time.Hour) }, rivertype.JobStateScheduled, inbox.StateFailed, "again"},
		"skip":        {func(_ context.Context, m *inbox.Message) error { return m.Skip("not ours") }, rivertype.JobStateCompleted, inbox.StateSkipped, "not ours"},
		"done itself": {func(_ context.Context, m *inbox.Message) error { return m.Done() }, rivertype.JobStateCompleted, inbox.StateDone, ""},
	}
	db := newDatabase(t)
	srv := serve(t, slices.Sorted(maps.Keys(answers))...)
	var keys, times sync.Map
	w := db.start(t, riverqueue.Config{
		Mailboxes: map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP())}},
		Handle: func(ctx context.Context, m *inbox.Message) error {
			subject := m.Header().Subject
			keys.Store(subject, m.Key())
			n, _ := times.LoadOrStore(subject, new(atomic.Int32))
			n.(*atomic.Int32).Add(1)
			return answers[subject].handle(ctx, m)
		},
	}, after(time.Hour))
	jobOf := func(subject string) *rivertype.JobRow {
		key, ok := keys.Load(subject)
		if !ok {
			return nil
		}
		list := must(w.JobList(t.Context(), river.NewJobListParams().Kinds("inbox_message").First(100)))(t)
		for _, j := range list.Jobs {
			if strings.Contains(string(j.EncodedArgs), key.(string)) {
				return j
			}
		}
		t.Fatalf("%s has no job", subject)
		return nil
	}
	for subject, want := range answers {
		eventually(t, "the job of "+subject+" is "+string(want.job), func() bool {
			j := jobOf(subject)
			return j != nil && j.State == want.job
		})
		key, _ := keys.Load(subject)
		r := must(db.ledger.Record(t.Context(), "box", key.(string)))(t)
		if r.State != want.state || !strings.Contains(r.Reason, want.reason) {
			t.Errorf("%s is %s (%s), want %s (%s)", subject, r.State, r.Reason, want.state, want.reason)
		}
		if want.job == rivertype.JobStateScheduled && time.Until(r.Due) < 50*time.Minute {
			t.Errorf("%s is due at %v", subject, r.Due)
		}
	}
	// River's policy says when a message that has failed is tried again: not before an hour.
	failed := jobOf("error")
	if wait := time.Until(failed.ScheduledAt); wait < 50*time.Minute || wait > time.Hour {
		t.Errorf("the next attempt is in %v", wait)
	}
	if n, _ := times.Load("error"); n.(*atomic.Int32).Load() != 1 {
		t.Errorf("it was tried %d times", n.(*atomic.Int32).Load())
	}
	must(w.JobRetry(t.Context(), failed.ID))(t)
	eventually(t, "it is tried again when River says so", func() bool {
		n, _ := times.Load("error")
		return n.(*atomic.Int32).Load() == 2
	})
}

func TestPoison(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "a", "poison", "z")
	good := effect(db.ledger)
	var attempts atomic.Int32
	heal := make(chan struct{})
	var key atomic.Value
	w := db.start(t, riverqueue.Config{
		MaxAttempts: 3,
		Mailboxes:   map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP()), Then: inbox.Delete(), Quarantine: inbox.SaveTo(t.TempDir())}},
		Handle: func(ctx context.Context, m *inbox.Message) error {
			if m.Header().Subject != "poison" {
				return good(ctx, m)
			}
			key.Store(m.Key())
			select {
			case <-heal:
				return good(ctx, m)
			default:
				attempts.Add(1)
				return errors.New("not digestible")
			}
		},
	})
	discarded := func() []*rivertype.JobRow {
		return must(w.JobList(t.Context(), river.NewJobListParams().Kinds("inbox_message").States(rivertype.JobStateDiscarded)))(t).Jobs
	}
	eventually(t, "a job is discarded", func() bool { return len(discarded()) == 1 })
	eventually(t, "the others are done", func() bool { return len(db.effects(t)) == 2 })
	if n := attempts.Load(); n != 3 {
		t.Errorf("%d attempts", n)
	}
	r := must(db.ledger.Record(t.Context(), "box", key.Load().(string)))(t)
	if r.State != inbox.StateQuarantined || r.Reason != "not digestible" {
		t.Errorf("the message is %s: %s", r.State, r.Reason)
	}
	// The button of River UI that retries a job.
	close(heal)
	must(w.JobRetry(t.Context(), discarded()[0].ID))(t)
	eventually(t, "it is handled after all", func() bool { return len(db.effects(t)) == 3 })
}

// Any failure at the last attempt quarantines.
func TestLastAttempt(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "error", "fail", "panic")
	db.start(t, riverqueue.Config{
		MaxAttempts: 2,
		Mailboxes:   map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP())}},
		Handle: func(_ context.Context, m *inbox.Message) error {
			switch m.Header().Subject {
			case "fail":
				return m.Fail(errors.New("broken"))
			case "panic":
				panic("broken")
			}
			return errors.New("broken")
		},
	})
	eventually(t, "all are discarded", func() bool {
		return slices.Equal(db.states(t, "inbox_message"), []string{"discarded", "discarded", "discarded"})
	})
	if counts := must(db.ledger.Counts(t.Context(), "box"))(t); counts.Quarantined != 3 {
		t.Errorf("%+v", counts)
	}
	for _, n := range db.texts(t, `SELECT attempt::text FROM inbox_records`) {
		if n != "2" {
			t.Errorf("%s attempts", n)
		}
	}
}

// A job that ends without its worker takes its message with it, and the ledger can put it back.
func TestCancelledWithoutWorker(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "a")
	config := riverqueue.Config{
		Mailboxes: map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP()), Queue: "nobody"}},
	}
	w := db.start(t, config)
	scan := func() { // in a queue that has workers
		db.exec(t, `UPDATE river_job SET queue = 'default' WHERE kind = 'inbox_scan' AND state = 'available'`)
		must(w.Insert(t.Context(), riverqueue.ScanArgs{Mailbox: "box"}, &river.InsertOpts{Queue: river.QueueDefault}))(t)
	}
	eventually(t, "the message has a job", func() bool { scan(); return len(db.states(t, "inbox_message")) == 1 })
	job := must(w.JobList(t.Context(), river.NewJobListParams().Kinds("inbox_message")))(t).Jobs[0]
	must(w.JobCancel(t.Context(), job.ID))(t)
	state := func() inbox.Counts {
		scan()
		return must(db.ledger.Counts(t.Context(), "box"))(t)
	}
	eventually(t, "the message is quarantined", func() bool { return state().Quarantined == 1 })
	key := db.texts(t, `SELECT args->>'key' FROM river_job WHERE kind = 'inbox_message'`)[0]
	if err := db.ledger.Retry(t.Context(), "box", key); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job is there again", func() bool {
		state()
		return slices.Equal(db.states(t, "inbox_message"), []string{"available"})
	})
	db.exec(t, `UPDATE river_job SET queue = 'default'`)
	eventually(t, "it is handled", func() bool { return len(db.effects(t)) == 1 })
}

// Messages that were in the ledger before River was used get jobs.
func TestLedgerBeforeRiver(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "a", "b")
	conn := must(opener(srv.IMAP())(t.Context()))(t)
	if n, err := inbox.New(conn, db.ledger, inbox.Named("box")).Scan(t.Context(), ""); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	conn.Close()
	db.start(t, riverqueue.Config{Mailboxes: map[string]riverqueue.Mailbox{"box": {Open: opener(srv.IMAP())}}})
	eventually(t, "they are handled", func() bool { return len(db.effects(t)) == 2 })
}

func TestOneScanAtATime(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t)
	var open, most atomic.Int32
	blocked := make(chan struct{})
	config := riverqueue.Config{Mailboxes: map[string]riverqueue.Mailbox{"box": {
		Open: func(ctx context.Context) (*imapcompat.Connection, error) {
			most.Store(max(most.Load(), open.Add(1)))
			defer open.Add(-1)
			<-blocked
			return opener(srv.IMAP())(ctx)
		},
	}}}
	var workers []*worker
	for range 3 {
		workers = append(workers, db.start(t, config))
	}
	eventually(t, "a scan runs", func() bool { return open.Load() > 0 })
	for _, w := range workers {
		r := must(w.Insert(t.Context(), riverqueue.ScanArgs{Mailbox: "box"}, nil))(t)
		if !r.UniqueSkippedAsDuplicate {
			t.Error("a second scan was inserted")
		}
	}
	close(blocked)
	eventually(t, "scans come again", func() bool { return len(db.states(t, "inbox_scan")) > 2 })
	if n := most.Load(); n != 1 {
		t.Errorf("%d scans at the same time", n)
	}
}

// A server that is away costs no attempt.
func TestServerAway(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	srv := serve(t, "a")
	var away atomic.Bool
	var refused, handled atomic.Int32
	w := db.start(t, riverqueue.Config{MaxAttempts: 1, Mailboxes: map[string]riverqueue.Mailbox{"box": {
		Open: func(ctx context.Context) (*imapcompat.Connection, error) {
			if away.Load() {
				refused.Add(1)
				return nil, errors.New("the server is away")
			}
			return opener(srv.IMAP())(ctx)
		},
	}}, Handle: func(context.Context, *inbox.Message) error {
		if handled.Add(1) == 1 {
			away.Store(true)
			srv.DropConnections()
			return river.JobSnooze(0)
		}
		return nil
	}})
	eventually(t, "the server refuses", func() bool { return refused.Load() > 2 })
	away.Store(false)
	deliver(t, srv, "b")
	eventually(t, "all is done", func() bool {
		return slices.Equal(db.states(t, "inbox_message"), []string{"completed", "completed"})
	})
	for _, j := range must(w.JobList(t.Context(), river.NewJobListParams().Kinds("inbox_message")))(t).Jobs {
		if j.Attempt != 1 || len(j.Errors) != 0 {
			t.Errorf("a job has %d attempts and %d errors", j.Attempt, len(j.Errors))
		}
	}
}

// Mailboxes of one box may have the same message, which is handled once.
func TestOneBox(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	first, second := serve(t, "same", "first"), serve(t, "same", "second")
	db.start(t, riverqueue.Config{Mailboxes: map[string]riverqueue.Mailbox{
		"first":  {Open: opener(first.IMAP()), Box: "account"},
		"second": {Open: opener(second.IMAP()), Box: "account"},
	}})
	eventually(t, "all jobs are done", func() bool {
		return slices.Equal(db.states(t, "inbox_message"), []string{"completed", "completed", "completed", "completed"})
	})
	equal(t, "effects", db.effects(t), []string{"first", "same", "second"})
}

func TestConfig(t *testing.T) {
	ledger := must(sqlledger.Open(":memory:"))(t)
	defer ledger.Close()
	for name, config := range map[string]riverqueue.Config{
		"no ledger": {},
		"SQLite":    {Ledger: ledger},
	} {
		if _, err := riverqueue.New(config); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
