package sqlledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// The errors of administration. Test for them with errors.Is.
var (
	// ErrDone means that a message was handled, and is only handled again once it is forgotten.
	ErrDone = errors.New("sqlledger: the message was handled")
	// ErrClaimed means that a worker has the message.
	ErrClaimed = errors.New("sqlledger: a worker has the message")
	// ErrNowhere means that the message is in no mailbox any more, so that it cannot be handled.
	ErrNowhere = errors.New("sqlledger: the message is in no mailbox any more")
)

// Filter chooses records.
type Filter struct {
	Box    string
	States []inbox.State // nil for all
	After  string        // the key of the record to begin after, "" for the start
	Limit  int           // 0 for all
}

var allStates = []inbox.State{inbox.StateNew, inbox.StateClaimed, inbox.StateFailed, inbox.StateQuarantined,
	inbox.StateDone, inbox.StateSkipped, inbox.StateGone}

var (
	allBoxes     = sqlText(`SELECT name FROM inbox_boxes ORDER BY name`)
	idsInState   = sqlText(`SELECT id FROM inbox_records WHERE box = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4`)
	recordsByID  = sqlText(`SELECT ` + columns + ` FROM inbox_records AS r WHERE r.id IN {ids $1} ORDER BY r.id`)
	recordByKey  = sqlText(`SELECT ` + columns + ` FROM inbox_records AS r WHERE r.box = $1 AND r.key = $2`)
	lockRecord   = sqlText(`SELECT id, state, CASE WHEN state = 'claimed' AND due > {now} THEN 1 ELSE 0 END FROM inbox_records WHERE box = $1 AND key = $2 {for update}`)
	countLive    = sqlText(`SELECT count(*) FROM inbox_places WHERE record = $1 AND NOT vanished`)
	renewRecord  = sqlText(`UPDATE inbox_records SET state = 'new', attempt = 0, owner = '', due = 0, last_change = {now} WHERE id = $1`)
	clearCursors = sqlText(`UPDATE inbox_sources SET cursor_text = '' WHERE id IN (SELECT source FROM inbox_places WHERE record = $1)`)
)

// Boxes returns the names of the boxes.
func (l *Ledger) Boxes(ctx context.Context) ([]string, error) {
	var names []string
	err := l.read().query(ctx, allBoxes, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, decode(name))
		return err
	})
	if err != nil {
		return nil, failure("Boxes", err)
	}
	return names, nil
}

const page = 500 // records that a listing holds at a time

// Records returns records with their Locations, in their order. It reads some hundred at a
// time, so that a listing takes the same memory whatever its length is, and so that the ledger
// may be changed meanwhile. An error ends it; it is [inbox.ErrUnknown] if there is no record with
// the key After.
func (l *Ledger) Records(ctx context.Context, f Filter) iter.Seq2[inbox.Record, error] {
	return func(yield func(inbox.Record, error) bool) {
		err := l.records(ctx, f, func(r found) bool { return yield(r.Record, nil) })
		if err != nil {
			yield(inbox.Record{}, failure("Records", err))
		}
	}
}

// records calls f with each record until it returns false.
func (l *Ledger) records(ctx context.Context, f Filter, yield func(found) bool) error {
	states := f.States
	if states == nil {
		states = allStates
	}
	q := l.read()
	box, err := q.id(ctx, boxID, encode(f.Box))
	if err != nil || box == 0 {
		return err
	}
	var after int64
	if f.After != "" {
		if after, err = q.id(ctx, recordID, box, encode(f.After)); err != nil {
			return err
		}
		if after == 0 {
			return inbox.ErrUnknown
		}
	}
	for left := f.Limit; f.Limit == 0 || left > 0; {
		n := page
		if f.Limit > 0 {
			n = min(page, left)
		}
		ids, err := q.idsInStates(ctx, box, states, after, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		after, left = ids[len(ids)-1], left-len(ids)
		list, err := q.recordsByID(ctx, f.Box, ids)
		if err != nil {
			return err
		}
		for _, r := range list {
			if !slices.Contains(states, r.State) { // it has changed since
				continue
			}
			if !yield(*r) {
				return nil
			}
		}
	}
	return nil
}

// idsInStates returns the first records after one. The index has them by state.
func (q *tx) idsInStates(ctx context.Context, box int64, states []inbox.State, after int64, limit int) ([]int64, error) {
	var all []int64
	for _, state := range states {
		ids, err := q.numbers(ctx, idsInState, box, string(state), after, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), limit)], nil
}

func (q *tx) recordsByID(ctx context.Context, box string, ids []int64) ([]*found, error) {
	var list []*found
	err := q.query(ctx, recordsByID, func(rows *sql.Rows) error {
		r, err := scanRecord(rows, box)
		list = append(list, &r)
		return err
	}, idTable(ids))
	if err != nil {
		return nil, err
	}
	return list, q.locate(ctx, list)
}

// Record returns a record with its Locations. It fails with [inbox.ErrUnknown] if there is
// none.
func (l *Ledger) Record(ctx context.Context, box, key string) (inbox.Record, error) {
	var list []*found
	err := l.view(ctx, func(q *tx) error {
		number, err := q.id(ctx, boxID, encode(box))
		if err != nil {
			return err
		}
		err = q.query(ctx, recordByKey, func(rows *sql.Rows) error {
			r, err := scanRecord(rows, box)
			list = append(list, &r)
			return err
		}, number, encode(key))
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return inbox.ErrUnknown
		}
		return q.locate(ctx, list)
	})
	if err != nil {
		return inbox.Record{}, failure("Record", err)
	}
	return list[0].Record, nil
}

// Retry makes a message that is Failed, Quarantined or Skipped New, as if it had never been
// tried. It fails with [ErrDone], [ErrClaimed] while a lease runs, [ErrNowhere] if the message
// has vanished from all its places, as one that is Gone has, and [inbox.ErrUnknown].
func (l *Ledger) Retry(ctx context.Context, box, key string) error {
	return failure("Retry", l.writeSafely(ctx, func(q *tx) error {
		id, state, err := q.lockRecord(ctx, box, key)
		if err != nil {
			return err
		}
		if state == inbox.StateDone {
			return ErrDone
		}
		live, err := q.id(ctx, countLive, id)
		if err != nil {
			return err
		}
		if live == 0 {
			return ErrNowhere
		}
		if _, err := q.exec(ctx, renewRecord, id); err != nil {
			return err
		}
		_, err = q.exec(ctx, requeue, idTable([]int64{id}))
		return err
	}))
}

// lockRecord returns the number and the state of a record that no worker has.
func (q *tx) lockRecord(ctx context.Context, box, key string) (id int64, state inbox.State, err error) {
	number, err := q.id(ctx, boxID, encode(box))
	if err != nil {
		return 0, "", err
	}
	var leased bool
	err = q.get(ctx, lockRecord, []any{number, encode(key)}, &id, (*string)(&state), &leased)
	if errors.Is(err, sql.ErrNoRows) {
		err = inbox.ErrUnknown
	}
	if err == nil && leased {
		err = ErrClaimed
	}
	return id, state, err
}

// Forget removes a record with its places and contents, as if the message had never been
// seen. The cursors of the sources of its places are cleared, so that the next scan finds the
// message again, if it is there: it is handled again then. Forget fails with [ErrClaimed] while a
// lease runs, and with [inbox.ErrUnknown].
func (l *Ledger) Forget(ctx context.Context, box, key string) error {
	return failure("Forget", l.writeSafely(ctx, func(q *tx) error {
		id, _, err := q.lockRecord(ctx, box, key)
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, clearCursors, id); err != nil {
			return err
		}
		if err := q.leave(ctx, id); err != nil {
			return err
		}
		return q.remove(ctx, []int64{id})
	}))
}

var (
	removeContents = sqlText(`DELETE FROM inbox_contents WHERE record IN {ids $1}`)
	removePlaces   = sqlText(`DELETE FROM inbox_places WHERE record IN {ids $1}`)
	removeRecords  = sqlText(`DELETE FROM inbox_records WHERE id IN {ids $1}`)
)

func (q *tx) remove(ctx context.Context, ids []int64) error {
	for _, s := range []statement{removeContents, removePlaces, removeRecords} {
		if _, err := q.exec(ctx, s, idTable(ids)); err != nil {
			return err
		}
	}
	return nil
}

var (
	scannedSince = sqlText(`SELECT count(*) FROM inbox_sources WHERE box = $1 AND scanned >= {now} - $2`)
	prunable     = sqlText(`SELECT r.id FROM inbox_records AS r WHERE r.id IN {ids $1}
		AND r.state IN ('done', 'quarantined', 'skipped', 'gone') AND r.last_change < {now} - $2
		AND NOT EXISTS (SELECT 1 FROM inbox_places AS p JOIN inbox_sources AS s ON s.id = p.source
			WHERE p.record = r.id AND NOT p.vanished AND ($3 = 0 OR s.scanned >= {now} - $2))
		{for update}`)
)

// Prune removes finished records that have not changed for a time, and returns how many. It
// removes a record only if its message cannot be offered again: it has vanished from all its
// places, or no scan has visited their sources for that time, although the box was scanned. So
// nothing that is still in a mailbox is removed while its box rests. A copy that turns up later,
// for example when somebody moves an old message back, is a new message then.
func (l *Ledger) Prune(ctx context.Context, box string, olderThan time.Duration) (int, error) {
	if olderThan <= 0 {
		return 0, fmt.Errorf("sqlledger: records older than %v", olderThan)
	}
	q := l.read()
	number, err := q.id(ctx, boxID, encode(box))
	if err != nil || number == 0 {
		return 0, failure("Prune", err)
	}
	removed := 0
	for _, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateGone} {
		for after := int64(0); ; {
			ids, err := q.numbers(ctx, idsInState, number, string(state), after, batch)
			if err != nil {
				return removed, failure("Prune", err)
			}
			if len(ids) == 0 {
				break
			}
			after = ids[len(ids)-1]
			n, err := l.prune(ctx, number, ids, olderThan)
			if removed += n; err != nil {
				return removed, failure("Prune", err)
			}
		}
	}
	return removed, nil
}

// prune removes those of some records that may be removed.
func (l *Ledger) prune(ctx context.Context, box int64, ids []int64, olderThan time.Duration) (n int, err error) {
	age := olderThan.Milliseconds()
	err = l.write(ctx, func(q *tx) error {
		scanned, err := q.id(ctx, scannedSince, box, age)
		if err != nil {
			return err
		}
		old, err := q.numbers(ctx, prunable, idTable(ids), age, min(scanned, 1))
		if err != nil || len(old) == 0 {
			return err
		}
		n = len(old)
		return q.remove(ctx, old)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
