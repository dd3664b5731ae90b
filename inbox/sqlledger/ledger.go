package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/imapcompat/imapcompat/inbox"
)

// Ledger is an [inbox.Ledger] in a database. Many goroutines may use it.
type Ledger struct {
	dialect Dialect
	db      *sql.DB // for reading, and for the transactions of callers
	writer  *sql.DB // db, or one connection to the same file
	owned   bool    // Open has opened them
	tunable bool    // the writer is one connection, whose settings are the ledger's

	turn        chan struct{}        // with SQLite: held by the goroutine that writes
	prepared    map[string]*sql.Stmt // statements of the writer, if it is one connection; turn guards it
	synchronous string               // the setting of the writer; turn guards it
	locks       bool                 // a transaction has to take the lock for writing by itself
}

var _ inbox.TxLedger = (*Ledger)(nil)

const (
	waitForLock = time.Minute // how long SQLITE_BUSY is tried again
	conflicts   = 20          // how often a transaction that PostgreSQL gave up is tried again
)

// runner is what runs statements: a transaction, or the database.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tx runs statements of one dialect.
type tx struct {
	run     runner
	dialect Dialect
	ledger  *Ledger  // for its prepared statements, or nil
	missing []string // statements that were not prepared
}

func (q *tx) exec(ctx context.Context, s statement, args ...any) (int64, error) {
	var result sql.Result
	var err error
	if stmt := q.prepare(ctx, s); stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = q.run.ExecContext(ctx, s[q.dialect], args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query calls scan for each row.
func (q *tx) query(ctx context.Context, s statement, scan func(*sql.Rows) error, args ...any) error {
	var rows *sql.Rows
	var err error
	if stmt := q.prepare(ctx, s); stmt != nil {
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = q.run.QueryContext(ctx, s[q.dialect], args...)
	}
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// get reads the first row. It leaves dest alone, and returns sql.ErrNoRows, if there is none.
func (q *tx) get(ctx context.Context, s statement, args []any, dest ...any) error {
	found := false
	err := q.query(ctx, s, func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(dest...)
	}, args...)
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// numbers returns the first column of all rows.
func (q *tx) numbers(ctx context.Context, s statement, args ...any) ([]int64, error) {
	var all []int64
	err := q.query(ctx, s, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		all = append(all, n)
		return err
	}, args...)
	return all, err
}

// prepare returns the prepared statement in the transaction, or nil. pgx prepares by itself.
func (q *tx) prepare(ctx context.Context, s statement) *sql.Stmt {
	if q.ledger == nil {
		return nil
	}
	if stmt := q.ledger.prepared[s[q.dialect]]; stmt != nil {
		return q.run.(*sql.Tx).StmtContext(ctx, stmt)
	}
	q.missing = append(q.missing, s[q.dialect])
	return nil
}

// read returns what reads single statements.
func (l *Ledger) read() *tx { return &tx{run: l.db, dialect: l.dialect} }

// view calls f with a transaction that sees one state of the database.
func (l *Ledger) view(ctx context.Context, f func(*tx) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if l.dialect == PostgreSQL {
		options.Isolation = sql.LevelRepeatableRead
	}
	t, err := l.db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer t.Rollback()
	return f(&tx{run: t, dialect: l.dialect})
}

// write calls f with a transaction that writes, and calls it again if the database wants
// that. A transaction that is lost by a power cut harms nobody, if all later ones are lost too.
func (l *Ledger) write(ctx context.Context, f func(*tx) error) error {
	return l.transact(ctx, "NORMAL", f)
}

// writeSafely is write, and what was written survives a power cut. It is for outcomes that the
// server is told of: the message may be removed there.
func (l *Ledger) writeSafely(ctx context.Context, f func(*tx) error) error {
	return l.transact(ctx, "FULL", f)
}

func (l *Ledger) transact(ctx context.Context, synchronous string, f func(*tx) error) error {
	if l.turn != nil {
		select {
		case l.turn <- struct{}{}:
			defer func() { <-l.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	start := time.Now()
	for n := 1; ; n++ {
		err := l.try(ctx, synchronous, f)
		if err == nil || ctx.Err() != nil || !passing(err) {
			return err
		}
		if l.dialect == SQLite && time.Since(start) > waitForLock {
			return fmt.Errorf("another process has locked the ledger for %v: %w", waitForLock, err)
		}
		if l.dialect == PostgreSQL && n == conflicts {
			return err
		}
		select {
		case <-time.After(time.Duration(min(n, 20)) * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var lockForWriting = sqlText(`UPDATE inbox_version SET version = version WHERE version < 0`)

// planByIndex makes PostgreSQL look up the rows of an argument by index, for one transaction.
// As long as it has no statistics of a table that grows, it would rather read a whole box.
const planByIndex = `SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
	set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)`

// planEachTime makes PostgreSQL plan a prepared statement for the present size of its tables, for
// one transaction. A plan from when they were nearly empty reads a whole box for each row.
const planEachTime = `SELECT set_config('plan_cache_mode', 'force_custom_plan', true)`

func (l *Ledger) try(ctx context.Context, synchronous string, f func(*tx) error) error {
	if l.tunable && l.synchronous != synchronous {
		l.synchronous = "" // a new connection has FULL
		if _, err := l.writer.ExecContext(ctx, "PRAGMA synchronous="+synchronous); err != nil {
			return err
		}
		l.synchronous = synchronous
	}
	t, err := l.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	q := &tx{run: t, dialect: l.dialect}
	if l.prepared != nil {
		q.ledger = l
	}
	if l.dialect == PostgreSQL {
		if _, err := t.ExecContext(ctx, planByIndex); err != nil {
			return err
		}
	}
	if l.locks {
		if _, err := q.exec(ctx, lockForWriting); err != nil {
			return err
		}
	}
	if err := f(q); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return err
	}
	l.prepareAll(ctx, q.missing)
	return nil
}

// prepareAll prepares statements for the next transactions. It is not needed for them, so
// errors do not matter.
func (l *Ledger) prepareAll(ctx context.Context, texts []string) {
	for _, text := range texts {
		if stmt, err := l.writer.PrepareContext(ctx, text); err == nil {
			if old := l.prepared[text]; old != nil {
				old.Close()
			}
			l.prepared[text] = stmt
		}
	}
}

// passing tells whether the same transaction may succeed if it is tried again.
func passing(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()&0xff == 5 || e.Code()&0xff == 6 // SQLITE_BUSY, SQLITE_LOCKED
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "40001", "40P01", "23505": // serialization failure, deadlock, unique violation
			return true
		}
	}
	return false
}
