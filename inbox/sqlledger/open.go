package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// Open opens a ledger in an SQLite file ("inbox.db", ":memory:"), which it creates, or in a
// PostgreSQL database ("postgres://user@host/database", also with the password in
// PGPASSWORD or ~/.pgpass). No error has the password.
//
// Several processes may open the same file, on one machine: SQLite's locks are not reliable on
// network file systems. ":memory:" is a ledger of this process, and ends with it.
func Open(name string) (*Ledger, error) { return OpenContext(context.Background(), name) }

// OpenContext is [Open] with a context, which ends the opening and not the ledger.
func OpenContext(ctx context.Context, name string) (*Ledger, error) {
	l, err := connect(name)
	if err != nil {
		return nil, err
	}
	if err := l.migrate(ctx); err != nil {
		l.Close()
		return nil, fmt.Errorf("sqlledger: opening %s: %w", shown(name), err)
	}
	return l, nil
}

// New returns a ledger in a database of the caller, who closes it. [Ledger.FinishTx] takes
// transactions of this database, so that the caller's tables and the ledger change together.
//
// With SQLite the caller sets the mode of the journal (WAL is best), busy_timeout and
// synchronous: with synchronous=FULL outcomes survive a power cut. A database in memory must
// have one connection (SetMaxOpenConns).
func New(ctx context.Context, db *sql.DB, dialect Dialect) (*Ledger, error) {
	if dialect != SQLite && dialect != PostgreSQL {
		return nil, fmt.Errorf("sqlledger: no %s", dialect)
	}
	l := &Ledger{dialect: dialect, db: db, writer: db}
	if dialect == SQLite {
		l.turn = make(chan struct{}, 1)
	}
	if err := l.migrate(ctx); err != nil {
		return nil, fmt.Errorf("sqlledger: %w", err)
	}
	l.locks = dialect == SQLite
	return l, nil
}

// connect returns a ledger whose connections are opened when they are needed.
func connect(name string) (*Ledger, error) {
	if isURL(name) {
		config, err := pgx.ParseConfig(name)
		if err != nil { // its error may show the URL
			return nil, fmt.Errorf("sqlledger: %s is no URL of a PostgreSQL database", shown(name))
		}
		db := stdlib.OpenDB(*config)
		return &Ledger{dialect: PostgreSQL, db: db, writer: db, owned: true}, nil
	}
	if name == "" {
		return nil, errors.New("sqlledger: no name of a file or URL of a database")
	}
	if name == ":memory:" {
		db, err := sql.Open("sqlite", name)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1) // each connection has a database of its own
		return &Ledger{dialect: SQLite, db: db, writer: db, owned: true, turn: make(chan struct{}, 1), prepared: make(map[string]*sql.Stmt)}, nil
	}
	if strings.Contains(name, "://") || strings.Contains(name, "password=") { // may have a password, which no error shows
		return nil, errors.New("sqlledger: the name is neither that of a file nor a postgres:// URL")
	}
	dsn, err := fileDSN(name)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	writer, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	writer.SetMaxOpenConns(1) // SQLite has one writer at a time; here they wait in order
	return &Ledger{dialect: SQLite, db: db, writer: writer, owned: true, turn: make(chan struct{}, 1), tunable: true, prepared: make(map[string]*sql.Stmt)}, nil
}

// fileDSN returns the data source of a file, whatever octets its name has. A transaction
// takes the lock for writing when it begins, because one that has read first cannot wait for it.
func fileDSN(name string) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", fmt.Errorf("sqlledger: %w", err)
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/inbox.db
		path = "/" + path
	}
	pragmas := "?_busy_timeout=10000&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	return "file://" + (&url.URL{Path: path}).EscapedPath() + pragmas, nil
}

func isURL(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// shown returns a name without the password, and without anything if it does not parse.
func shown(name string) string {
	if !isURL(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil {
		return "postgres://…"
	}
	return "postgres://" + u.Host + u.Path
}

// DB returns the database. Its transactions can be given to [Ledger.FinishTx].
func (l *Ledger) DB() *sql.DB { return l.db }

// Dialect returns the kind of the database.
func (l *Ledger) Dialect() Dialect { return l.dialect }

// Close closes the database if [Open] has opened it.
func (l *Ledger) Close() error {
	if !l.owned {
		return nil
	}
	if l.writer == l.db {
		return l.db.Close()
	}
	return errors.Join(l.writer.Close(), l.db.Close())
}
