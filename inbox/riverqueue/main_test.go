package riverqueue_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/riverqueue"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/postgres"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDatabase) != "" {
		child()
	}
	os.Exit(postgres.Main(m))
}

// database is a database with River's tables, the ledger's, and a table of effects.
type database struct {
	url    string
	pool   *pgxpool.Pool
	ledger *sqlledger.Ledger
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	db := &database{url: postgres.Database(t)}
	db.pool = must(pgxpool.New(t.Context(), db.url))(t)
	t.Cleanup(db.pool.Close)
	db.migrate(t)
	db.ledger = must(sqlledger.Open(db.url))(t)
	t.Cleanup(func() { db.ledger.Close() })
	db.exec(t, `CREATE TABLE effects (subject text, key text)`)
	return db
}

func (db *database) migrate(t *testing.T) {
	t.Helper()
	migrator := must(rivermigrate.New(riverpgxv5.New(db.pool), nil))(t)
	if _, err := migrator.Migrate(t.Context(), rivermigrate.DirectionUp, nil); err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (db *database) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := db.pool.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// texts returns the rows of a query for one text each.
func (db *database) texts(t *testing.T, query string, args ...any) []string {
	t.Helper()
	rows, err := db.pool.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return must(pgx.CollectRows(rows, pgx.RowTo[string]))(t)
}

// effects returns the subjects of the messages whose effects are in the database.
func (db *database) effects(t *testing.T) []string {
	t.Helper()
	return db.texts(t, `SELECT subject FROM effects ORDER BY subject`)
}

// jobs returns the kind and state of each job, with the subject of a message.
func (db *database) states(t *testing.T, kind string) []string {
	t.Helper()
	return db.texts(t, `SELECT state::text FROM river_job WHERE kind = $1 ORDER BY id`, kind)
}

// effect is a handler that has an effect in the transaction which records the message.
func effect(ledger *sqlledger.Ledger) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
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
		return tx.Commit()
	}
}

// opener opens a mailbox of a test server.
func opener(url string) func(context.Context) (*imapcompat.Connection, error) {
	return func(ctx context.Context) (*imapcompat.Connection, error) {
		return imapcompat.OpenContext(ctx, url, "user", "password")
	}
}

// serve returns a server with messages of these subjects.
func serve(t *testing.T, subjects ...string) *imaptest.Server {
	t.Helper()
	srv := must(imaptest.Start(imaptest.Config{User: "user", Password: "password"}))(t)
	t.Cleanup(func() { srv.Close() })
	for _, s := range subjects {
		deliver(t, srv, s)
	}
	return srv
}

func deliver(t *testing.T, srv *imaptest.Server, subject string) {
	t.Helper()
	text := fmt.Sprintf("From: sender@example.org\r\nSubject: %s\r\n\r\nText of %s.\r\n", subject, subject)
	if _, err := srv.Append("INBOX", imaptest.Message{Text: text}); err != nil {
		t.Fatal(err)
	}
}

// worker is a River client with its own connections to the database.
type worker struct {
	*river.Client[pgx.Tx]
	boxes *riverqueue.Boxes
	stop  func()
}

// start starts a client. Without retries of its own it tries failed jobs again at once.
func (db *database) start(t *testing.T, config riverqueue.Config, retries ...river.ClientRetryPolicy) *worker {
	t.Helper()
	pool := must(pgxpool.New(t.Context(), db.url))(t)
	ledger := must(sqlledger.Open(db.url))(t)
	if config.Ledger == nil {
		config.Ledger = ledger
	}
	if config.Handle == nil {
		config.Handle = effect(ledger)
	}
	if config.Every == 0 {
		config.Every = time.Second
	}
	boxes := must(riverqueue.New(config))(t)
	riverqueue.SetOverdue(boxes, time.Second)
	workers := river.NewWorkers()
	if err := boxes.AddTo(workers); err != nil {
		t.Fatal(err)
	}
	settings := &river.Config{
		Workers:           workers,
		PeriodicJobs:      boxes.PeriodicJobs(),
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 10}},
		FetchPollInterval: 100 * time.Millisecond,
		FetchCooldown:     10 * time.Millisecond,
		RetryPolicy:       after(0),
		Logger:            slog.New(slog.DiscardHandler),
		TestOnly:          true,
	}
	if len(retries) > 0 {
		settings.RetryPolicy = retries[0]
	}
	client := must(river.NewClient(riverpgxv5.New(pool), settings))(t)
	if err := client.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	w := &worker{Client: client, boxes: boxes}
	w.stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := client.StopAndCancel(ctx); err != nil {
			t.Error(err)
		}
		boxes.Close()
		ledger.Close()
		pool.Close()
	})
	t.Cleanup(w.stop)
	return w
}

// after is a retry policy of one delay.
type after time.Duration

func (d after) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(time.Duration(d)) }

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
