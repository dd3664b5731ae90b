package sqlledger_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/postgres"
)

func isLost(err error) bool { return errors.Is(err, inbox.ErrClaimLost) }

func claim(t testing.TB, l inbox.Ledger, box, source string, limit int) []inbox.Record {
	t.Helper()
	records, err := l.Claim(t.Context(), inbox.Claiming{Box: box, Source: source, Owner: "worker", Lease: time.Hour, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func finish(t testing.TB, l inbox.Ledger, outcomes ...inbox.Outcome) {
	t.Helper()
	if lost, err := l.Finish(t.Context(), outcomes); err != nil || len(lost) > 0 {
		t.Fatal(lost, err)
	}
}

// An outcome happens with the transaction of the caller, or not at all.
func TestFinishTx(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		l := open(t, name(t))
		ctx := t.Context()
		sight(t, l, "box", "source", 1)
		r := claim(t, l, "box", "source", 1)[0]
		for _, step := range []struct {
			commit bool
			want   inbox.State
		}{{false, inbox.StateClaimed}, {true, inbox.StateDone}} {
			tx, err := l.DB().BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.FinishTx(ctx, tx, inbox.Outcome{Record: r, State: inbox.StateDone, Reason: "ticket 1"}); err != nil {
				t.Fatal(err)
			}
			end := tx.Rollback
			if step.commit {
				end = tx.Commit
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if got, err := l.Record(ctx, "box", r.Key); err != nil || got.State != step.want {
				t.Errorf("%v, %v, want %v", got.State, err, step.want)
			}
		}
		tx, err := l.DB().BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if err := l.FinishTx(ctx, tx, inbox.Outcome{Record: r, State: inbox.StateDone}); !errors.Is(err, inbox.ErrClaimLost) {
			t.Errorf("a second outcome: %v", err)
		}
		if err := l.FinishTx(ctx, tx, inbox.Outcome{Record: r, State: "odd"}); err == nil {
			t.Error("an odd outcome was recorded")
		}
	})
}

// A ledger in the caller's database leaves the caller's tables and connections alone.
func TestNew(t *testing.T) {
	for name, db := range map[string]func(t *testing.T) (*sql.DB, sqlledger.Dialect){
		"SQLite": func(t *testing.T) (*sql.DB, sqlledger.Dialect) {
			return database(t, "sqlite", filepath.Join(t.TempDir(), "own.db")), sqlledger.SQLite
		},
		"PostgreSQL": func(t *testing.T) (*sql.DB, sqlledger.Dialect) {
			return database(t, "pgx", postgres.Database(t)), sqlledger.PostgreSQL
		},
	} {
		t.Run(name, func(t *testing.T) {
			db, dialect := db(t)
			ctx := t.Context()
			for range 2 {
				l, err := sqlledger.New(ctx, db, dialect)
				if err != nil {
					t.Fatal(err)
				}
				if l.DB() != db || l.Dialect() != dialect {
					t.Errorf("another database or dialect: %v", l.Dialect())
				}
				sight(t, l, "box", "source", 3)
				var group sync.WaitGroup
				for range 4 {
					group.Go(func() {
						_, err := l.Claim(ctx, inbox.Claiming{Box: "box", Source: "source", Owner: "a", Lease: 1, Limit: 1})
						if err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			}
			if err := db.PingContext(ctx); err != nil {
				t.Error("Close has closed the caller's database:", err)
			}
		})
	}
	if _, err := sqlledger.New(t.Context(), nil, 7); err == nil {
		t.Error("there is a dialect 7")
	}
}

func database(t testing.TB, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// The ledger of a newer version is refused and not changed.
func TestNewerVersion(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		at := name(t)
		l := open(t, at)
		if _, err := l.DB().Exec("INSERT INTO inbox_version (version) VALUES (1000)"); err != nil {
			t.Fatal(err)
		}
		_, err := sqlledger.New(t.Context(), l.DB(), l.Dialect())
		if !errors.Is(err, sqlledger.ErrNewer) || !strings.Contains(err.Error(), "1000") {
			t.Errorf("error %v", err)
		}
	})
}

// Many may open a database that is not there yet.
func TestOpenTogether(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		at := name(t)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				l, err := sqlledger.Open(at)
				if err != nil {
					t.Error(err)
					return
				}
				l.Close()
			})
		}
		group.Wait()
	})
}

// No error has a password.
func TestNoPassword(t *testing.T) {
	for _, url := range []string{
		"postgres://ann:hunter2@127.0.0.1:1/db", "postgres://ann:hunter2@127.0.0.1:port/db",
		"postgres://ann:hunter2@127.0.0.1:1/db?sslmode=odd", "postgres://ann:hunter2@%zz/db",
		"postgresql://ann@127.0.0.1:1/db?password=hunter2", "postgres://ann:hun%20ter2@127.0.0.1:1/db?connect_timeout=x&password=hunter2",
		"postgres:// ann:hunter2@127.0.0.1:1/db", "mysql://ann:hunter2@127.0.0.1/db", "host=127.0.0.1 password=hunter2 postgres://",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := sqlledger.OpenContext(ctx, url)
		cancel()
		if err == nil {
			t.Errorf("%s was opened", url)
		} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "ter2") {
			t.Errorf("the error of %s has the password: %v", url, err)
		}
	}
}

// Nor has the error of a ledger in the caller's database.
func TestNoPasswordOfCaller(t *testing.T) {
	db := database(t, "pgx", "postgres://ann:hunter2@127.0.0.1:1/db")
	_, err := sqlledger.New(t.Context(), db, sqlledger.PostgreSQL)
	if text := fmt.Sprintf("%v %+v %#v", err, err, err); err == nil || strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestOpenErrors(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", filepath.Join(t.TempDir(), "no", "folder", "inbox.db"), t.TempDir(), text} {
		if l, err := sqlledger.Open(name); err == nil {
			l.Close()
			t.Errorf("%q was opened", name)
		}
	}
	if got, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(got), "no database\n") {
		t.Error("a file that is no database was changed")
	}
}

// Texts that are too long are refused before anything is written.
func TestLongTexts(t *testing.T) {
	l := open(t, ":memory:")
	ctx := t.Context()
	long := strings.Repeat("x", 1001)
	sight(t, l, "box", "source", 1)
	r := claim(t, l, "box", "source", 1)[0]
	scan, err := l.StartScan(ctx, "box", "source", "scanner", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"box":      second(l.StartScan(ctx, long, "s", "o", time.Minute)),
		"source":   second(l.StartScan(ctx, "b", long, "o", time.Minute)),
		"owner":    second(l.StartScan(ctx, "b", "s", long, time.Minute)),
		"ID":       second(l.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "1"}, {ID: long}}})),
		"key":      second(l.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "2", Key: long}}})),
		"lane":     second(l.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "2", Lane: long}}})),
		"content":  second(l.Identify(ctx, []inbox.Identity{{Record: r, Contents: []string{long}}})),
		"no owner": second(l.Claim(ctx, inbox.Claiming{Box: "box", Source: "source", Lease: time.Minute, Limit: 1})),
	} {
		if err == nil {
			t.Errorf("a %s of 1001 octets was taken", what)
		}
	}
	if c, err := l.Counts(ctx, "box"); err != nil || c.Open() != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func second[T any](_ T, err error) error { return err }
