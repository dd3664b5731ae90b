package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/inbox"
)

var (
	unsettled = sqlText(`SELECT ` + columns + `, p.mail, p.id FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record
		WHERE p.source = $1 AND p.queue = 2 AND p.record > $2 ORDER BY p.record, p.id LIMIT $3`)
	unsettledOf = sqlText(`SELECT ` + columns + `, p.mail, p.id FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record
		WHERE p.source = $1 AND p.queue = 2 AND p.record = $2 AND p.id > $3 ORDER BY p.id`)
	settle = sqlText(`UPDATE inbox_places SET settled = TRUE, queue = 0, vanished = (vanished OR $2 = 1), removed = ($2 = 1)
		WHERE id IN {ids $1}`)
	toSettle = sqlText(`SELECT p.id, p.record FROM {rows $2 source text, mail text} AS x
		{find inbox_sources AS s ON s.box = $1 AND s.name = x.source}
		JOIN inbox_places AS p ON p.source = s.id AND p.mail = x.mail AND NOT p.vanished`)
)

// Unsettled implements [inbox.Ledger].
func (l *Ledger) Unsettled(ctx context.Context, box, source, after string, limit int) ([]inbox.Record, error) {
	if limit < 1 {
		return nil, errors.New("sqlledger: a page of no record")
	}
	var page []found
	err := l.view(ctx, func(q *tx) error {
		boxNumber, sourceNumber, err := q.source(ctx, box, source)
		if err != nil || sourceNumber == 0 {
			return err
		}
		var from, last int64
		if after != "" {
			if from, err = q.id(ctx, recordID, boxNumber, encode(after)); err != nil {
				return err
			}
			if from == 0 {
				return inbox.ErrUnknown
			}
		}
		read := func(rows *sql.Rows) error {
			var mail string
			r, err := scanRecord(rows, box, &mail, &last)
			r.Place = inbox.Place{Source: source, ID: decode(mail)}
			page = append(page, r)
			return err
		}
		if err := q.query(ctx, unsettled, read, sourceNumber, from, limit); err != nil || len(page) < limit {
			return err
		}
		return q.query(ctx, unsettledOf, read, sourceNumber, page[len(page)-1].id, last)
	})
	if err != nil {
		return nil, failure("Unsettled", err)
	}
	return records(page), nil
}

// Settle implements [inbox.Ledger].
func (l *Ledger) Settle(ctx context.Context, box string, places []inbox.Place, removed bool) error {
	if len(places) == 0 {
		return nil
	}
	return failure("Settle", l.write(ctx, func(q *tx) error {
		boxNumber, err := q.id(ctx, boxID, encode(box))
		if err != nil || boxNumber == 0 {
			return err
		}
		for part := range slices.Chunk(places, batch) {
			if err := q.settle(ctx, boxNumber, part, removed); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (q *tx) settle(ctx context.Context, box int64, places []inbox.Place, removed bool) error {
	var t table
	for _, p := range places {
		t.add(encode(p.Source), encode(p.ID))
	}
	var ids, owners []int64
	err := q.query(ctx, toSettle, func(rows *sql.Rows) error {
		var id, record int64
		err := rows.Scan(&id, &record)
		ids, owners = append(ids, id), append(owners, record)
		return err
	}, box, t.arg())
	if err != nil || len(ids) == 0 {
		return err
	}
	flag := 0
	if removed {
		flag = 1
	}
	if _, err := q.exec(ctx, settle, idTable(ids), flag); err != nil {
		return err
	}
	if removed {
		return q.bury(ctx, owners)
	}
	// A message that is to be handled again stays in its queue.
	_, err = q.exec(ctx, requeue, idTable(owners))
	return err
}
