package sqlledger

import (
	"context"
	"errors"
	"fmt"
)

// ErrNewer means that a newer version of this package has migrated the database.
var ErrNewer = errors.New("sqlledger: the ledger is of a newer version of this library")

// migrations[i] leads from version i to version i+1. One that was released never changes.
//
// inbox_records.due is when a failed message is tried again, and when the lease of a claimed
// one is over. inbox_places.queue puts the places that wait for something into small indexes.
var migrations = [][]statement{{
	sqlText(`CREATE TABLE inbox_boxes (id {id}, name {text} NOT NULL UNIQUE)`),
	sqlText(`CREATE TABLE inbox_sources (
		id {id},
		box BIGINT NOT NULL,
		name {text} NOT NULL,
		cursor_text TEXT NOT NULL,
		owner {text} NOT NULL,
		fence BIGINT NOT NULL,
		until BIGINT NOT NULL,
		scanned BIGINT NOT NULL,
		UNIQUE (box, name))`),
	sqlText(`CREATE TABLE inbox_records (
		id {id},
		box BIGINT NOT NULL,
		key {text} NOT NULL,
		state TEXT NOT NULL,
		lane {text} NOT NULL,
		attempt BIGINT NOT NULL,
		owner {text} NOT NULL,
		fence BIGINT NOT NULL,
		due BIGINT NOT NULL,
		size BIGINT NOT NULL,
		hint_from TEXT NOT NULL,
		hint_subject TEXT NOT NULL,
		hint_message_id TEXT NOT NULL,
		reason TEXT NOT NULL,
		first_seen BIGINT NOT NULL,
		last_change BIGINT NOT NULL)`),
	sqlText(`CREATE UNIQUE INDEX inbox_records_key ON inbox_records (box, key)`),
	sqlText(`CREATE INDEX inbox_records_state ON inbox_records (box, state, id)`),
	sqlText(`CREATE INDEX inbox_records_due ON inbox_records (box, due) WHERE state IN ('claimed', 'failed')`),
	sqlText(`CREATE INDEX inbox_records_lane ON inbox_records (box, lane, id) WHERE lane <> '' AND state IN ('new', 'claimed', 'failed')`),
	sqlText(`CREATE TABLE inbox_places (
		id {id},
		source BIGINT NOT NULL,
		mail {text} NOT NULL,
		record BIGINT NOT NULL,
		size BIGINT NOT NULL,
		queue BIGINT NOT NULL,
		settled BOOLEAN NOT NULL,
		vanished BOOLEAN NOT NULL,
		removed BOOLEAN NOT NULL)`),
	sqlText(`CREATE UNIQUE INDEX inbox_places_live ON inbox_places (source, mail) WHERE NOT vanished`),
	sqlText(`CREATE INDEX inbox_places_record ON inbox_places (record)`),
	sqlText(`CREATE INDEX inbox_places_new ON inbox_places (source, record) WHERE queue = 1`),
	sqlText(`CREATE INDEX inbox_places_waiting ON inbox_places (source, record) WHERE queue = 3`),
	sqlText(`CREATE INDEX inbox_places_unsettled ON inbox_places (source, record, id) WHERE queue = 2`),
	sqlText(`CREATE TABLE inbox_contents (
		id {id},
		box BIGINT NOT NULL,
		content {text} NOT NULL,
		record BIGINT NOT NULL)`),
	sqlText(`CREATE UNIQUE INDEX inbox_contents_content ON inbox_contents (box, content, record)`),
	sqlText(`CREATE INDEX inbox_contents_record ON inbox_contents (record)`),
}}

var (
	createVersion = sqlText(`CREATE TABLE IF NOT EXISTS inbox_version (version BIGINT NOT NULL)`)
	readVersion   = sqlText(`SELECT coalesce(max(version), 0) FROM inbox_version`)
	noteVersion   = sqlText(`INSERT INTO inbox_version (version) VALUES ($1)`)
	lockSchema    = `SELECT pg_advisory_xact_lock(7236825430291)` // any number that nothing else uses
)

// migrate brings the tables to the version of this package. Processes that open a database
// at the same time do so one after the other.
func (l *Ledger) migrate(ctx context.Context) error {
	if version, err := l.version(ctx, l.read()); err == nil && version == len(migrations) {
		return nil
	}
	return l.write(ctx, func(q *tx) error {
		if l.dialect == PostgreSQL {
			if _, err := q.run.ExecContext(ctx, lockSchema); err != nil {
				return err
			}
		}
		if _, err := q.exec(ctx, createVersion); err != nil {
			return err
		}
		version, err := l.version(ctx, q)
		if err != nil {
			return err
		}
		if version > len(migrations) {
			return fmt.Errorf("%w: its tables have version %d, and %d is known", ErrNewer, version, len(migrations))
		}
		for _, migration := range migrations[version:] {
			for _, s := range migration {
				if _, err := q.exec(ctx, s); err != nil {
					return err
				}
			}
			version++
			if _, err := q.exec(ctx, noteVersion, version); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *Ledger) version(ctx context.Context, q *tx) (version int, err error) {
	err = q.get(ctx, readVersion, nil, &version)
	return version, err
}
