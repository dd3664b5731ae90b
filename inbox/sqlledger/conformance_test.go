package sqlledger_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/ledgertest"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/postgres"
)

func TestMain(m *testing.M) {
	if os.Getenv(workerLedger) != "" {
		os.Exit(work())
	}
	os.Exit(postgres.Main(m))
}

// open opens a ledger. When the test ends, it must be sound.
func open(t testing.TB, name string) *sqlledger.Ledger {
	t.Helper()
	l, err := sqlledger.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if faults, err := l.Integrity(context.Background()); err != nil || len(faults) > 0 {
			t.Error(faults, err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// onEach runs a test on every kind of database.
func onEach(t *testing.T, f func(t *testing.T, name func(testing.TB) string)) {
	t.Run("file", func(t *testing.T) {
		f(t, func(t testing.TB) string { return filepath.Join(t.TempDir(), "in?box%20#.db") })
	})
	t.Run("memory", func(t *testing.T) {
		f(t, func(testing.TB) string { return ":memory:" })
	})
	t.Run("postgres", func(t *testing.T) {
		postgres.Need(t)
		f(t, func(t testing.TB) string { return postgres.Database(t) })
	})
}

func TestLedger(t *testing.T) {
	onEach(t, func(t *testing.T, name func(testing.TB) string) {
		ledgertest.Run(t, func(t *testing.T) inbox.Ledger { return open(t, name(t)) })
	})
}
