package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/inbox"
)

var lookup = sqlText(`SELECT ` + columns + `, x.n FROM {rows $2 n bigint, mail text} AS x
	{find inbox_places AS p ON p.source = $1 AND p.mail = x.mail AND NOT p.vanished}
	JOIN inbox_records AS r ON r.id = p.record`)

// Lookup implements [inbox.Ledger].
func (l *Ledger) Lookup(ctx context.Context, box, source string, ids []string) ([]inbox.Record, error) {
	result := make([]inbox.Record, len(ids))
	err := l.view(ctx, func(q *tx) error {
		_, number, err := q.source(ctx, box, source)
		if err != nil || number == 0 {
			return err
		}
		for start := 0; start < len(ids); start += batch {
			part := ids[start:min(start+batch, len(ids))]
			var t table
			for i, id := range part {
				t.add(start+i, encode(id))
			}
			var (
				there []*found
				at    []int
			)
			err := q.query(ctx, lookup, func(rows *sql.Rows) error {
				var n int
				r, err := scanRecord(rows, box, &n)
				if err == nil {
					r.Place = inbox.Place{Source: source, ID: ids[n]}
					there, at = append(there, &r), append(at, n)
				}
				return err
			}, number, t.arg())
			if err != nil {
				return err
			}
			if err := q.locate(ctx, there); err != nil {
				return err
			}
			for i, r := range there {
				result[at[i]] = r.Record
			}
		}
		return nil
	})
	if err != nil {
		return nil, failure("Lookup", err)
	}
	return slices.Clip(result), nil
}

var (
	countStates    = sqlText(`SELECT state, count(*) FROM inbox_records WHERE box = $1 GROUP BY state`)
	countUnsettled = sqlText(`SELECT count(*) FROM inbox_sources AS s JOIN inbox_places AS p ON p.source = s.id AND p.queue = 2 WHERE s.box = $1`)
	oldestOpen     = sqlText(`SELECT coalesce(min(first_seen), 0) FROM inbox_records WHERE id IN (
		(SELECT min(id) FROM inbox_records WHERE box = $1 AND state = 'new'),
		(SELECT min(id) FROM inbox_records WHERE box = $1 AND state = 'claimed'),
		(SELECT min(id) FROM inbox_records WHERE box = $1 AND state = 'failed'))`)
	nextDue  = sqlText(`SELECT due FROM inbox_records WHERE box = $1 AND state IN ('claimed', 'failed') AND state = 'failed' ORDER BY due LIMIT 1`)
	lastScan = sqlText(`SELECT coalesce(max(scanned), 0) FROM inbox_sources WHERE box = $1`)
)

// Counts implements [inbox.Ledger]. It counts the entries of an index: a million records take
// some hundred milliseconds.
func (l *Ledger) Counts(ctx context.Context, box string) (inbox.Counts, error) {
	var c inbox.Counts
	err := l.view(ctx, func(q *tx) error {
		id, err := q.id(ctx, boxID, encode(box))
		if err != nil || id == 0 {
			return err
		}
		err = q.query(ctx, countStates, func(rows *sql.Rows) error {
			var (
				state string
				n     int
			)
			err := rows.Scan(&state, &n)
			if err == nil {
				*counter(&c, inbox.State(state)) = n
			}
			return err
		}, id)
		if err != nil {
			return err
		}
		var oldest, due, scanned int64
		for _, one := range []struct {
			s    statement
			dest any
		}{
			{countUnsettled, &c.Unsettled}, {oldestOpen, &oldest}, {nextDue, &due}, {lastScan, &scanned},
		} {
			if err := q.get(ctx, one.s, []any{id}, one.dest); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		c.Oldest, c.Due, c.LastScan = moment(oldest), moment(due), moment(scanned)
		return nil
	})
	if err != nil {
		return inbox.Counts{}, failure("Counts", err)
	}
	return c, nil
}

// counter returns the field of a state.
func counter(c *inbox.Counts, state inbox.State) *int {
	switch state {
	case inbox.StateNew:
		return &c.New
	case inbox.StateClaimed:
		return &c.Claimed
	case inbox.StateFailed:
		return &c.Failed
	case inbox.StateQuarantined:
		return &c.Quarantined
	case inbox.StateDone:
		return &c.Done
	case inbox.StateSkipped:
		return &c.Skipped
	case inbox.StateGone:
		return &c.Gone
	}
	return new(int) // a state of a version that is not there yet
}
