package kills

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// database gives each case a ledger.
type database interface {
	fmt.Stringer
	ledger(t *testing.T) (string, error)
	crash() error // and starts again
	crashes() bool
}

// createEffects makes the table of the caller.
func createEffects(name string) error {
	return again(func() error {
		ledger, err := sqlledger.Open(name)
		if err != nil {
			return err
		}
		defer ledger.Close()
		return exec1(ledger.DB(), "CREATE TABLE IF NOT EXISTS effects (name TEXT UNIQUE, message TEXT NOT NULL)")
	})
}

func exec1(db *sql.DB, statement string) error {
	_, err := db.Exec(statement)
	return err
}

// file is SQLite, which runs in the workers and is killed with them.
type file struct{}

func (file) String() string { return "SQLite" }
func (file) crashes() bool  { return false }
func (file) crash() error   { return nil }

func (file) ledger(t *testing.T) (string, error) {
	name := filepath.Join(t.TempDir(), "inbox.db")
	return name, createEffects(name)
}
