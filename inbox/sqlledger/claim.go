package sqlledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/inbox"
)

// inTurn is true unless an earlier record of the lane is not finished.
const inTurn = `(r.lane = '' OR NOT EXISTS (SELECT 1 FROM inbox_records AS e
	WHERE e.box = r.box AND e.lane = r.lane AND e.id < r.id AND e.lane <> '' AND e.state IN ('new', 'claimed', 'failed')))`

var (
	newRecords = sqlText(`SELECT p.record FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record
		WHERE p.source = $1 AND p.queue = 1 AND p.record > $2 AND ` + inTurn + `
		ORDER BY p.record LIMIT $3`)
	newAmong = sqlText(`SELECT p.record FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record
		WHERE p.source = $1 AND p.queue = 1 AND p.record > $2 AND (r.attempt > 0 OR p.mail IN {rows $4 mail text}) AND ` + inTurn + `
		ORDER BY p.record LIMIT $3`)
	dueRecords = sqlText(`SELECT r.id FROM inbox_records AS r
		WHERE r.box = $4 AND r.state IN ('claimed', 'failed') AND r.due <= {now} AND r.id > $2 AND ` + inTurn + `
		AND EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = r.id AND p.source = $1 AND NOT p.vanished)
		ORDER BY r.id LIMIT $3`)
	dueRecord = sqlText(`SELECT r.id FROM inbox_records AS r
		WHERE r.box = $2 AND r.key = $3 AND (r.state = 'new' OR r.state IN ('claimed', 'failed') AND r.due <= {now}) AND ` + inTurn + `
		AND EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = r.id AND p.source = $1 AND NOT p.vanished)`)
	take = sqlText(`UPDATE inbox_records SET state = 'claimed', attempt = attempt + 1, fence = fence + 1,
			owner = $2, due = {now} + $3, last_change = {now}
		WHERE id IN (SELECT id FROM inbox_records
			WHERE id IN {ids $1} AND (state = 'new' OR state IN ('claimed', 'failed') AND due <= {now})
			{skip locked})
		RETURNING ` + returned)
	// The plus keeps SQLite from reading all places of the source.
	placesIn = sqlText(`SELECT record, mail FROM inbox_places WHERE record IN {ids $1} AND +source = $2 AND NOT vanished ORDER BY id`)
	// heal is for PostgreSQL, where a record may be put behind one that is being finished.
	heal = sqlText(`UPDATE inbox_places SET queue = 1 WHERE source = $1 AND queue = 3
		AND EXISTS (SELECT 1 FROM inbox_records AS r WHERE r.id = inbox_places.record AND ` + inTurn + `)`)
	unqueue = sqlText(`UPDATE inbox_places SET queue = 0 WHERE record IN {ids $1} AND queue <> 0`)
)

// Claim implements [inbox.Ledger].
func (l *Ledger) Claim(ctx context.Context, c inbox.Claiming) ([]inbox.Record, error) {
	if err := errors.Join(checkOwner(c.Owner), checkLease(c.Lease)); err != nil {
		return nil, err
	}
	if c.Limit < 1 {
		return nil, errors.New("sqlledger: a claim of no message")
	}
	var claimed []found
	err := l.write(ctx, func(q *tx) error {
		claimed = nil
		box, source, err := q.source(ctx, c.Box, c.Source)
		if err != nil || source == 0 {
			return err
		}
		if claimed, err = q.claim(ctx, box, source, c); err != nil {
			return err
		}
		if len(claimed) == 0 && q.dialect == PostgreSQL {
			if n, err := q.exec(ctx, heal, source); err != nil || n == 0 {
				return err
			}
			if claimed, err = q.claim(ctx, box, source, c); err != nil {
				return err
			}
		}
		return q.unqueue(ctx, source, c.Source, claimed)
	})
	if err != nil {
		return nil, failure("Claim", err)
	}
	slices.SortFunc(claimed, func(a, b found) int { return cmp.Compare(a.id, b.id) })
	return records(claimed), nil
}

// claim sets due records to Claimed.
func (q *tx) claim(ctx context.Context, box, source int64, c inbox.Claiming) ([]found, error) {
	var claimed []found
	for after := int64(0); len(claimed) < c.Limit; {
		due, err := q.due(ctx, box, source, after, c.Limit-len(claimed), c)
		if err != nil {
			return nil, err
		}
		if len(due) == 0 {
			break
		}
		after = due[len(due)-1]
		// Those that another transaction is claiming are left out, and later ones take their places.
		err = q.query(ctx, take, func(rows *sql.Rows) error {
			r, err := scanRecord(rows, c.Box)
			claimed = append(claimed, r)
			return err
		}, idTable(due), encode(c.Owner), c.Lease.Milliseconds())
		if err != nil {
			return nil, err
		}
	}
	return claimed, nil
}

// due returns the first due records after one.
func (q *tx) due(ctx context.Context, box, source, after int64, limit int, c inbox.Claiming) ([]int64, error) {
	if c.Key != "" {
		if after > 0 {
			return nil, nil
		}
		return q.numbers(ctx, dueRecord, source, box, encode(c.Key))
	}
	again, err := q.numbers(ctx, dueRecords, source, after, limit, box)
	if err != nil {
		return nil, err
	}
	var fresh []int64
	if c.IDs == nil {
		fresh, err = q.numbers(ctx, newRecords, source, after, limit)
	} else {
		var t table
		for _, id := range c.IDs {
			t.add(encode(id))
		}
		fresh, err = q.numbers(ctx, newAmong, source, after, limit, t.arg())
	}
	due := append(again, fresh...)
	slices.Sort(due)
	due = slices.Compact(due)
	return due[:min(len(due), limit)], err
}

// unqueue takes claimed records out of the queue, and notes where they are in the source.
func (q *tx) unqueue(ctx context.Context, source int64, name string, claimed []found) error {
	if len(claimed) == 0 {
		return nil
	}
	ids := make([]int64, len(claimed))
	index := make(map[int64]int, len(claimed))
	for i, r := range claimed {
		ids[i], index[r.id] = r.id, i
	}
	rows := idTable(ids)
	if _, err := q.exec(ctx, unqueue, rows); err != nil {
		return err
	}
	return q.query(ctx, placesIn, func(rows *sql.Rows) error {
		var (
			record int64
			mail   string
		)
		err := rows.Scan(&record, &mail)
		claimed[index[record]].Place = inbox.Place{Source: name, ID: decode(mail)}
		return err
	}, rows, source)
}

func records(all []found) []inbox.Record {
	var list []inbox.Record
	for _, r := range all {
		list = append(list, r.Record)
	}
	return list
}
