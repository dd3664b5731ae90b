package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// columns of a record, as scanRecord reads them.
const columns = `r.id, r.key, r.state, r.lane, r.attempt, r.owner, r.fence, r.due, r.size,
	r.hint_from, r.hint_subject, r.hint_message_id, r.reason, r.first_seen, r.last_change`

// returned are the columns in a statement that changes records.
var returned = strings.ReplaceAll(columns, "r.", "inbox_records.")

// found is a record with its number in the table.
type found struct {
	id int64
	inbox.Record
}

// scanRecord reads the columns and what follows them.
func scanRecord(rows *sql.Rows, box string, more ...any) (found, error) {
	var (
		f                      = found{Record: inbox.Record{Box: box}}
		due, firstSeen, change int64
		state                  string
	)
	dest := append([]any{&f.id, &f.Key, &state, &f.Lane, &f.Attempt, &f.Owner, &f.Fence, &due, &f.Size,
		&f.Hint.From, &f.Hint.Subject, &f.Hint.MessageID, &f.Reason, &firstSeen, &change}, more...)
	if err := rows.Scan(dest...); err != nil {
		return found{}, err
	}
	f.Key, f.Lane, f.Owner = decode(f.Key), decode(f.Lane), decode(f.Owner)
	f.State = inbox.State(state)
	f.Due, f.FirstSeen, f.LastChange = moment(due), moment(firstSeen), moment(change)
	return f, nil
}

// moment returns a time of the tables.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

var (
	boxID    = sqlText(`SELECT id FROM inbox_boxes WHERE name = $1`)
	sourceID = sqlText(`SELECT id FROM inbox_sources WHERE box = $1 AND name = $2`)
)

// id returns a number, or 0 if there is no such row.
func (q *tx) id(ctx context.Context, s statement, args ...any) (int64, error) {
	var id int64
	err := q.get(ctx, s, args, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// source returns the numbers of a box and a source, 0 for what is not there.
func (q *tx) source(ctx context.Context, box, source string) (boxNumber, sourceNumber int64, err error) {
	if boxNumber, err = q.id(ctx, boxID, encode(box)); err != nil || boxNumber == 0 {
		return 0, 0, err
	}
	sourceNumber, err = q.id(ctx, sourceID, boxNumber, encode(source))
	return boxNumber, sourceNumber, err
}

// sourceNumbers finds the numbers of sources once each.
type sourceNumbers map[sourceName]int64

type sourceName struct {
	box  int64
	name string
}

// id returns the number of a source, or 0 if there is none.
func (n sourceNumbers) id(ctx context.Context, q *tx, box int64, name string) (int64, error) {
	key := sourceName{box, name}
	if id, ok := n[key]; ok {
		return id, nil
	}
	id, err := q.id(ctx, sourceID, box, encode(name))
	if err == nil {
		n[key] = id
	}
	return id, err
}

// boxes finds the numbers of boxes once each.
type boxes map[string]int64

func (b boxes) id(ctx context.Context, q *tx, name string) (int64, error) {
	if id, ok := b[name]; ok {
		return id, nil
	}
	id, err := q.id(ctx, boxID, encode(name))
	b[name] = id
	return id, err
}

var locations = sqlText(`SELECT p.record, s.name, p.mail, p.settled, p.vanished, p.removed
	FROM inbox_places AS p JOIN inbox_sources AS s ON s.id = p.source
	WHERE p.record IN {ids $1} ORDER BY p.id`)

// locate reads the locations of records, and sets the places of those that have none set.
func (q *tx) locate(ctx context.Context, records []*found) error {
	if len(records) == 0 {
		return nil
	}
	var ids []int64
	byID := make(map[int64][]*found, len(records))
	for _, r := range records {
		if byID[r.id] == nil {
			ids = append(ids, r.id)
		}
		byID[r.id] = append(byID[r.id], r)
	}
	err := q.query(ctx, locations, func(rows *sql.Rows) error {
		var id int64
		var l inbox.Location
		if err := rows.Scan(&id, &l.Source, &l.ID, &l.Settled, &l.Vanished, &l.Removed); err != nil {
			return err
		}
		l.Source, l.ID = decode(l.Source), decode(l.ID)
		for _, r := range byID[id] {
			r.Locations = append(r.Locations, l)
		}
		return nil
	}, idTable(ids))
	for _, r := range records {
		if r.Place == (inbox.Place{}) {
			r.Place = lastPlace(r.Locations)
		}
	}
	return err
}

// lastPlace returns the last place that has not vanished, or else the last one.
func lastPlace(all []inbox.Location) inbox.Place {
	for i := len(all) - 1; i >= 0; i-- {
		if !all[i].Vanished {
			return all[i].Place
		}
	}
	if len(all) == 0 {
		return inbox.Place{}
	}
	return all[len(all)-1].Place
}

// requeue puts the places of records into the queues of their states: 1 for claims, 2 for
// settling. A new place whose record waits for an earlier one of its lane is in queue 3, so that
// claims need not pass over a long lane. Queue 1 may have such places too.
var requeue = sqlText(`UPDATE inbox_places SET queue = CASE
		WHEN vanished THEN 0
		ELSE (SELECT CASE
			WHEN r.state = 'new' THEN 1
			WHEN r.state IN ('done', 'quarantined') AND NOT inbox_places.settled THEN 2
			ELSE 0 END FROM inbox_records AS r WHERE r.id = inbox_places.record) END
	WHERE record IN {ids $1}`)

// bury sets records to Gone that wait for a place which is there, and have none.
var bury = sqlText(`UPDATE inbox_records SET state = 'gone', owner = '', due = 0, last_change = {now}
	WHERE id IN {ids $1}
	AND (state IN ('new', 'failed') OR state = 'claimed' AND due <= {now})
	AND NOT EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = inbox_records.id AND NOT p.vanished)`)

// bury is the statement, and what follows from it.
func (q *tx) bury(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := q.exec(ctx, bury, idTable(ids)); err != nil {
		return err
	}
	return q.release(ctx, ids)
}

// release puts the next records of lanes into the queue for claims, after records that are
// finished now.
func (q *tx) release(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := q.exec(ctx, release, idTable(ids))
	return err
}

var (
	release = sqlText(`UPDATE inbox_places SET queue = 1 WHERE queue = 3 AND record IN (
		SELECT (SELECT min(n.id) FROM inbox_records AS n
			WHERE n.box = r.box AND n.lane = r.lane AND n.lane <> '' AND n.state IN ('new', 'claimed', 'failed'))
		FROM inbox_records AS r
		WHERE r.id IN {ids $1} AND r.lane <> '' AND r.state NOT IN ('new', 'claimed', 'failed'))`)
	leave = sqlText(`UPDATE inbox_records SET state = 'gone' WHERE id = $1`)
)

// leave takes a record that is to be removed out of its lane.
func (q *tx) leave(ctx context.Context, id int64) error {
	if _, err := q.exec(ctx, leave, id); err != nil {
		return err
	}
	return q.release(ctx, []int64{id})
}

// failure wraps the error of a method. Errors of the interface and of contexts stay what they
// are.
func failure(method string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlledger: %s: %w", method, err)
}
