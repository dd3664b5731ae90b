package sqlledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

var (
	addBox    = sqlText(`INSERT INTO inbox_boxes (name) VALUES ($1) ON CONFLICT DO NOTHING`)
	addSource = sqlText(`INSERT INTO inbox_sources (box, name, cursor_text, owner, fence, until, scanned)
		VALUES ($1, $2, '', '', 0, 0, 0) ON CONFLICT DO NOTHING`)
	readScan = sqlText(`SELECT owner, fence, cursor_text, CASE WHEN until > {now} THEN 1 ELSE 0 END
		FROM inbox_sources WHERE id = $1 {for update}`)
	takeScan = sqlText(`UPDATE inbox_sources SET owner = $2, fence = $3, until = {now} + $4 WHERE id = $1`)
)

// StartScan implements [inbox.Ledger].
func (l *Ledger) StartScan(ctx context.Context, box, source, owner string, lease time.Duration) (inbox.Scan, error) {
	scan := inbox.Scan{Box: box, Source: source, Owner: owner}
	err := errors.Join(checkText("box name", box), checkText("source", source), checkOwner(owner), checkLease(lease))
	if err != nil {
		return inbox.Scan{}, err
	}
	err = l.write(ctx, func(q *tx) error {
		id, err := q.addSource(ctx, box, source)
		if err != nil {
			return err
		}
		var (
			holder, cursor string
			running        bool
		)
		if err := q.get(ctx, readScan, []any{id}, &holder, &scan.Fence, &cursor, &running); err != nil {
			return err
		}
		scan.Cursor = decode(cursor)
		mine := holder == encode(owner)
		if running && !mine {
			return inbox.ErrBusy
		}
		if lease == 0 {
			if mine {
				_, err = q.exec(ctx, takeScan, id, "", scan.Fence, 0)
			}
			return err
		}
		if !mine {
			scan.Fence++
		}
		_, err = q.exec(ctx, takeScan, id, encode(owner), scan.Fence, lease.Milliseconds())
		return err
	})
	if err != nil {
		return inbox.Scan{}, failure("StartScan", err)
	}
	return scan, nil
}

func checkOwner(owner string) error {
	if owner == "" {
		return errors.New("sqlledger: a claim without an owner")
	}
	return checkText("name of an owner", owner)
}

func checkLease(lease time.Duration) error {
	if lease < 0 {
		return fmt.Errorf("sqlledger: a lease of %v", lease)
	}
	return nil
}

// addSource returns the number of a source, which it adds if need be.
func (q *tx) addSource(ctx context.Context, box, source string) (int64, error) {
	boxNumber, sourceNumber, err := q.source(ctx, box, source)
	if err != nil || sourceNumber != 0 {
		return sourceNumber, err
	}
	if boxNumber == 0 {
		if _, err := q.exec(ctx, addBox, encode(box)); err != nil {
			return 0, err
		}
		if boxNumber, err = q.id(ctx, boxID, encode(box)); err != nil {
			return 0, err
		}
	}
	if _, err := q.exec(ctx, addSource, boxNumber, encode(source)); err != nil {
		return 0, err
	}
	return q.id(ctx, sourceID, boxNumber, encode(source))
}

var (
	// Sightings of a box take turns: two of them may want the same new key.
	lockBox   = sqlText(`SELECT id FROM inbox_boxes WHERE id = $1 {for update}`)
	noteScan  = sqlText(`UPDATE inbox_sources SET cursor_text = $4, scanned = {now} WHERE id = $1 AND owner = $2 AND fence = $3`)
	livePlace = sqlText(`SELECT id, mail, size FROM inbox_places WHERE source = $1 AND NOT vanished ORDER BY mail`)
	thePlaces = sqlText(`SELECT p.id, p.mail, p.size FROM {rows $2 mail text} AS x
		{find inbox_places AS p ON p.source = $1 AND p.mail = x.mail AND NOT p.vanished} ORDER BY p.mail`)
	vanish    = sqlText(`UPDATE inbox_places SET vanished = TRUE, queue = 0 WHERE id IN {ids $1}`)
	abandoned = sqlText(`SELECT DISTINCT record FROM inbox_places WHERE id IN {ids $1}`)
	expired   = sqlText(`SELECT r.id FROM inbox_records AS r WHERE r.box = $1 AND r.state IN ('claimed', 'failed') AND r.due <= {now}
		AND r.state = 'claimed' AND NOT EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = r.id AND NOT p.vanished)`)
	addRecords = sqlText(`INSERT INTO inbox_records (box, key, state, lane, attempt, owner, fence, due, size,
			hint_from, hint_subject, hint_message_id, reason, first_seen, last_change)
		SELECT $1, x.key, 'new', x.lane, 0, '', 0, 0, x.size, '', '', '', '', {now}, {now}
		FROM {rows $2 n bigint, key text, lane text, size bigint, mail text} AS x WHERE TRUE ORDER BY x.n`)
	addPlaces = sqlText(`INSERT INTO inbox_places (source, mail, record, size, queue, settled, vanished, removed)
		SELECT $1, x.mail, r.id, x.size, CASE WHEN ` + inTurn + ` THEN 1 ELSE 3 END, FALSE, FALSE, FALSE
		FROM {rows $3 n bigint, key text, lane text, size bigint, mail text} AS x
		{find inbox_records AS r ON r.box = $2 AND r.key = x.key} WHERE TRUE ORDER BY x.n`)
	takenKeys = sqlText(`SELECT x.key FROM {rows $2 key text} AS x {find inbox_records AS r ON r.box = $1 AND r.key = x.key}`)
)

const batch = 1000 // rows of one statement

// Sight implements [inbox.Ledger].
func (l *Ledger) Sight(ctx context.Context, s inbox.Sighting) (int, error) {
	if err := checkSighting(s); err != nil {
		return 0, err
	}
	added := 0
	err := l.write(ctx, func(q *tx) error {
		keys, err := q.sight(ctx, s)
		added = len(keys)
		return err
	})
	if err != nil {
		return 0, failure("Sight", err)
	}
	return added, nil
}

// SightTx is Sight in a transaction of the ledger's database, which the caller commits: what
// the caller makes of new messages, such as jobs of a queue, is there if and only if they are
// recorded. It returns the keys of the new records. After an error the caller rolls back.
func (l *Ledger) SightTx(ctx context.Context, t *sql.Tx, s inbox.Sighting) ([]string, error) {
	if err := checkSighting(s); err != nil {
		return nil, err
	}
	keys, err := (&tx{run: t, dialect: l.dialect}).sight(ctx, s)
	return keys, failure("SightTx", err)
}

// sight records the messages of a scan, and returns the keys of the new records.
func (q *tx) sight(ctx context.Context, s inbox.Sighting) ([]string, error) {
	box, source, err := q.source(ctx, s.Scan.Box, s.Scan.Source)
	if err != nil {
		return nil, err
	}
	if source == 0 {
		return nil, inbox.ErrClaimLost
	}
	if q.dialect == PostgreSQL {
		if _, err := q.run.ExecContext(ctx, planEachTime); err != nil {
			return nil, err
		}
	}
	if _, err := q.id(ctx, lockBox, box); err != nil {
		return nil, err
	}
	n, err := q.exec(ctx, noteScan, source, encode(s.Scan.Owner), s.Scan.Fence, encode(s.Cursor))
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, inbox.ErrClaimLost
	}
	unknown, vanished, err := q.compare(ctx, source, s, sortSighted(s.Sighted))
	if err != nil {
		return nil, err
	}
	if err := q.vanish(ctx, vanished); err != nil {
		return nil, err
	}
	if s.Complete {
		if err := q.buryExpired(ctx, box); err != nil {
			return nil, err
		}
	}
	return q.addRecords(ctx, box, source, unknown)
}

func checkSighting(s inbox.Sighting) error {
	if len(s.Cursor) > maxCursor {
		return fmt.Errorf("sqlledger: a cursor has %d octets", len(s.Cursor))
	}
	for i := range s.Sighted {
		m := &s.Sighted[i]
		if err := errors.Join(checkText("place", m.ID), checkText("key", m.Key), checkText("lane", m.Lane)); err != nil {
			return err
		}
	}
	return nil
}

// place is a sighted message with its ID as it is in the tables.
type place struct {
	n    int // its place in the sighting
	mail string
	*inbox.Sighted
}

// sortSighted returns the messages in the order of their IDs in the tables. Of two with the
// same ID the first counts.
func sortSighted(all []inbox.Sighted) []place {
	sorted := make([]place, len(all))
	for i := range all {
		sorted[i] = place{i, encode(all[i].ID), &all[i]}
	}
	slices.SortStableFunc(sorted, func(a, b place) int { return cmp.Compare(a.mail, b.mail) })
	return slices.CompactFunc(sorted, func(a, b place) bool { return a.mail == b.mail })
}

// compare reads the places that the ledger knows, in the order of their IDs, and returns the
// messages that need new records and the places that have vanished.
func (q *tx) compare(ctx context.Context, source int64, s inbox.Sighting, sorted []place) (unknown []place, vanished []int64, err error) {
	next := 0
	add := func() {
		if !sorted[next].Unwanted {
			unknown = append(unknown, sorted[next])
		}
	}
	known := func(rows *sql.Rows) error {
		var (
			id, size int64
			mail     string
		)
		if err := rows.Scan(&id, &mail, &size); err != nil {
			return err
		}
		for next < len(sorted) && sorted[next].mail < mail {
			add()
			next++
		}
		if next == len(sorted) || sorted[next].mail != mail {
			vanished = append(vanished, id)
			return nil
		}
		if seen := sorted[next].Size; seen != 0 && size != 0 && seen != size {
			vanished = append(vanished, id)
			add()
		}
		next++
		return nil
	}
	if s.Complete {
		err = q.query(ctx, livePlace, known, source)
	} else {
		for part := range slices.Chunk(sorted, batch) {
			var t table
			for _, p := range part {
				t.add(p.mail)
			}
			if err = q.query(ctx, thePlaces, known, source, t.arg()); err != nil {
				break
			}
		}
	}
	for ; next < len(sorted); next++ {
		add()
	}
	return unknown, vanished, err
}

// vanish marks places, and sets records to Gone that wait and have no other place.
func (q *tx) vanish(ctx context.Context, places []int64) error {
	for part := range slices.Chunk(places, batch) {
		ids := idTable(part)
		if _, err := q.exec(ctx, vanish, ids); err != nil {
			return err
		}
		records, err := q.numbers(ctx, abandoned, ids)
		if err != nil {
			return err
		}
		if err := q.bury(ctx, records); err != nil {
			return err
		}
	}
	return nil
}

// buryExpired sets claimed records to Gone whose owner is not heard of and that have no place.
func (q *tx) buryExpired(ctx context.Context, box int64) error {
	records, err := q.numbers(ctx, expired, box)
	if err != nil || len(records) == 0 {
		return err
	}
	return q.bury(ctx, records)
}

// addRecords adds records, in the order that their messages ask for, and returns their keys.
func (q *tx) addRecords(ctx context.Context, box, source int64, places []place) ([]string, error) {
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.n, b.n)) })
	var added []string
	for part := range slices.Chunk(places, batch) {
		keys, err := q.newKeys(ctx, box, part)
		if err != nil {
			return nil, err
		}
		var t table
		for i, p := range part {
			t.add(i, keys[i], encode(p.Lane), p.Size, p.mail)
			added = append(added, decode(keys[i]))
		}
		rows := t.arg()
		if _, err := q.exec(ctx, addRecords, box, rows); err != nil {
			return nil, err
		}
		if _, err := q.exec(ctx, addPlaces, source, box, rows); err != nil {
			return nil, err
		}
	}
	return added, nil
}

// newKeys returns the keys of new records, as they are in the tables, with suffixes where a
// key is taken.
func (q *tx) newKeys(ctx context.Context, box int64, places []place) ([]string, error) {
	var t table
	for _, p := range places {
		t.add(encode(p.Key))
	}
	taken := make(map[string]bool)
	err := q.query(ctx, takenKeys, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		taken[key] = true
		return err
	}, box, t.arg())
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(places))
	last := make(map[string]int) // suffix that a key got last
	for i, p := range places {
		key := encode(p.Key)
		for taken[key] {
			n := last[p.Key] + 1
			if n == 1 {
				if n, err = q.freeSuffix(ctx, box, p.Key); err != nil {
					return nil, err
				}
			}
			last[p.Key] = n
			key = suffixed(p.Key, n)
			if !taken[key] && n > 1 {
				id, err := q.id(ctx, recordID, box, key)
				if err != nil {
					return nil, err
				}
				taken[key] = id != 0
			}
		}
		taken[key] = true
		keys[i] = key
	}
	return keys, nil
}

func suffixed(key string, n int) string { return encode(fmt.Sprintf("%s-%d", key, n)) }

var recordID = sqlText(`SELECT id FROM inbox_records WHERE box = $1 AND key = $2`)

// freeSuffix returns the first suffix from 2 that no record has. Suffixes are given without
// gaps, so that it need not try all.
func (q *tx) freeSuffix(ctx context.Context, box int64, key string) (int, error) {
	free := func(n int) (bool, error) {
		id, err := q.id(ctx, recordID, box, suffixed(key, n))
		return id == 0, err
	}
	low, high := 1, 2 // low is taken
	for {
		ok, err := free(high)
		if err != nil {
			return 0, err
		}
		if ok {
			break
		}
		low, high = high, high*2
	}
	for high-low > 1 {
		middle := (low + high) / 2
		ok, err := free(middle)
		if err != nil {
			return 0, err
		}
		if ok {
			high = middle
		} else {
			low = middle
		}
	}
	return high, nil
}
