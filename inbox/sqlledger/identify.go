package sqlledger

import (
	"context"
	"database/sql"
	"hash/fnv"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// claimColumns are a record and the claim of it, as held reads them.
const claimColumns = `inbox_records.id, inbox_records.box, inbox_records.key, inbox_records.owner, inbox_records.fence, inbox_records.lane`

var (
	// lockContents takes locks in the order of their numbers, so that two calls never wait for
	// each other.
	lockContents = sqlText(`SELECT count(pg_advisory_xact_lock(1768775010, CAST(id AS integer))) FROM {ids $1} AS x`)
	noteIdentity = sqlText(`UPDATE inbox_records SET
			size = CASE WHEN x.size = 0 THEN inbox_records.size ELSE x.size END,
			hint_from = x.hint_from, hint_subject = x.hint_subject, hint_message_id = x.hint_message_id
		FROM {rows $1 box bigint, key text, owner text, fence bigint, size bigint, hint_from text, hint_subject text, hint_message_id text} AS x
		WHERE inbox_records.box = x.box AND inbox_records.key = x.key AND inbox_records.state = 'claimed' AND inbox_records.owner = x.owner AND inbox_records.fence = x.fence
		RETURNING ` + claimColumns)
	noteContents = sqlText(`INSERT INTO inbox_contents (box, content, record)
		SELECT x.box, x.content, x.record FROM {rows $1 n bigint, box bigint, content text, record bigint, source bigint} AS x WHERE TRUE ORDER BY x.n
		ON CONFLICT DO NOTHING`)
	sameContents = sqlText(`SELECT top.claimed, top.other FROM (
			SELECT d.claimed, d.other, ROW_NUMBER() OVER (PARTITION BY d.claimed ORDER BY d.here, d.other) AS nth FROM (
				SELECT DISTINCT x.record AS claimed, other.record AS other, CASE WHEN EXISTS (SELECT 1 FROM inbox_places AS p
					WHERE p.record = other.record AND p.source = x.source AND NOT p.vanished) THEN 1 ELSE 0 END AS here
				FROM {rows $1 n bigint, box bigint, content text, record bigint, source bigint} AS x
				{find inbox_contents AS mine ON mine.box = x.box AND mine.content = x.content AND mine.record = x.record}
				JOIN inbox_contents AS other ON other.box = x.box AND other.content = x.content AND other.id < mine.id AND other.record <> x.record
			) AS d) AS top WHERE top.nth <= $2`)
)

// claimName names a claim as statements return it.
type claimName struct {
	box   int64
	key   string
	owner string
	fence int64
}

// heldRecord is a record whose claim is held.
type heldRecord struct {
	id   int64
	lane string
}

func nameOf(box int64, r inbox.Record) claimName {
	return claimName{box, encode(r.Key), encode(r.Owner), r.Fence}
}

// Identify implements [inbox.Ledger].
func (l *Ledger) Identify(ctx context.Context, ids []inbox.Identity) ([][]inbox.Record, error) {
	for _, identity := range ids {
		for _, content := range identity.Contents {
			if err := checkText("content", content); err != nil {
				return nil, err
			}
		}
	}
	var same [][]inbox.Record
	err := l.write(ctx, func(q *tx) error {
		var err error
		same, err = q.identify(ctx, ids)
		return err
	})
	if err != nil {
		return nil, failure("Identify", err)
	}
	return same, nil
}

func (q *tx) identify(ctx context.Context, ids []inbox.Identity) ([][]inbox.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := q.lockContents(ctx, ids); err != nil {
		return nil, err
	}
	known := make(boxes)
	var claims table
	names := make([]claimName, len(ids))
	for i, identity := range ids {
		r := identity.Record
		box, err := known.id(ctx, q, r.Box)
		if err != nil {
			return nil, err
		}
		names[i] = nameOf(box, r)
		claims.add(box, names[i].key, names[i].owner, names[i].fence, identity.Size,
			plain(identity.Hint.From, maxHint), plain(identity.Hint.Subject, maxHint), plain(identity.Hint.MessageID, maxHint))
	}
	held, err := q.held(ctx, noteIdentity, claims.arg())
	if err != nil {
		return nil, err
	}
	result := make([][]inbox.Record, len(ids))
	positions := make(map[int64][]int)
	var contents table
	sources := make(sourceNumbers)
	for i, identity := range ids {
		mine, ok := held[names[i]]
		if !ok {
			continue
		}
		record := mine.id
		result[i] = []inbox.Record{}
		positions[record] = append(positions[record], i)
		source, err := sources.id(ctx, q, names[i].box, identity.Record.Place.Source)
		if err != nil {
			return nil, err
		}
		for _, content := range identity.Contents {
			contents.add(contents.rows, names[i].box, encode(content), record, source)
		}
	}
	if contents.rows == 0 {
		return result, nil
	}
	rows := contents.arg()
	if _, err := q.exec(ctx, noteContents, rows); err != nil {
		return nil, err
	}
	others, of, err := q.sameContents(ctx, rows)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		for _, record := range of[other.id] {
			for _, i := range positions[record] {
				other.Box = ids[i].Record.Box
				result[i] = append(result[i], other.Record)
			}
		}
	}
	return result, nil
}

// lockContents makes calls with the same content take turns: the later one sees what the
// earlier one notes. With SQLite all transactions that write take turns.
func (q *tx) lockContents(ctx context.Context, ids []inbox.Identity) error {
	if q.dialect != PostgreSQL {
		return nil
	}
	var locks []int64
	for _, identity := range ids {
		for _, content := range identity.Contents {
			h := fnv.New32a()
			h.Write([]byte(identity.Record.Box))
			h.Write([]byte{0})
			h.Write([]byte(content))
			locks = append(locks, int64(h.Sum32()%4096)) // a server has room for a few thousand locks
		}
	}
	slices.Sort(locks)
	_, err := q.id(ctx, lockContents, idTable(slices.Compact(locks)))
	return err
}

// held runs a statement that changes records, and returns those that it has changed.
func (q *tx) held(ctx context.Context, s statement, args ...any) (map[claimName]heldRecord, error) {
	held := make(map[claimName]heldRecord)
	err := q.query(ctx, s, func(rows *sql.Rows) error {
		var (
			r    heldRecord
			name claimName
		)
		err := rows.Scan(&r.id, &name.box, &name.key, &name.owner, &name.fence, &r.lane)
		held[name] = r
		return err
	}, args...)
	return held, err
}

// sameContents returns the records that noted contents before, in their order, and for each the
// records that it was found for.
func (q *tx) sameContents(ctx context.Context, contents string) (others []*found, of map[int64][]int64, err error) {
	of = make(map[int64][]int64)
	var ids []int64
	err = q.query(ctx, sameContents, func(rows *sql.Rows) error {
		var record, other int64
		err := rows.Scan(&record, &other)
		if of[other] == nil {
			ids = append(ids, other)
		}
		of[other] = append(of[other], record)
		return err
	}, contents, inbox.MaxSame)
	if err != nil || len(ids) == 0 {
		return nil, nil, err
	}
	others, err = q.recordsByID(ctx, "", ids)
	return others, of, err
}

var (
	lockClaimed = sqlText(`SELECT id FROM inbox_records
		WHERE box = $1 AND key = $2 AND state = 'claimed' AND owner = $3 AND fence = $4 {for update}`)
	lockOther    = sqlText(`SELECT id FROM inbox_records WHERE box = $1 AND key = $2 {for update}`)
	countPlaces  = sqlText(`SELECT count(*) FROM inbox_places WHERE record = $1`)
	movePlaces   = sqlText(`UPDATE inbox_places SET record = $2 WHERE record = $1`)
	copyContents = sqlText(`INSERT INTO inbox_contents (box, content, record)
		SELECT box, content, $2 FROM inbox_contents WHERE record = $1 ON CONFLICT DO NOTHING`)
	dropContents = sqlText(`DELETE FROM inbox_contents WHERE record = $1`)
	dropRecord   = sqlText(`DELETE FROM inbox_records WHERE id = $1`)
	settlePlaces = sqlText(`UPDATE inbox_places SET settled = TRUE WHERE record = $1 AND NOT vanished`)
	settleOpen   = sqlText(`UPDATE inbox_places SET settled = TRUE WHERE record = $1 AND NOT vanished AND EXISTS (
		SELECT 1 FROM inbox_records AS r WHERE r.id = inbox_places.record AND r.state IN ('new', 'claimed', 'failed', 'gone'))`)
	raise = sqlText(`UPDATE inbox_records SET state = 'new', owner = '', due = 0 WHERE id = $1 AND state = 'gone'
		AND EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = inbox_records.id AND NOT p.vanished)`)
	touch = sqlText(`UPDATE inbox_records SET last_change = {now} WHERE id = $1`)
)

// Merge implements [inbox.Ledger].
func (l *Ledger) Merge(ctx context.Context, claimed, into inbox.Record, apart bool) error {
	return failure("Merge", l.write(ctx, func(q *tx) error {
		box, err := q.id(ctx, boxID, encode(claimed.Box))
		if err != nil {
			return err
		}
		mine, err := q.id(ctx, lockClaimed, box, encode(claimed.Key), encode(claimed.Owner), claimed.Fence)
		if err != nil {
			return err
		}
		if mine == 0 {
			return inbox.ErrClaimLost
		}
		other, err := q.id(ctx, lockOther, box, encode(into.Key))
		if err != nil {
			return err
		}
		places, err := q.id(ctx, countPlaces, other)
		if err != nil {
			return err
		}
		if other == 0 || other == mine || places != int64(len(into.Locations)) {
			return inbox.ErrUnknown
		}
		if apart {
			if err := q.setApart(ctx, mine, other); err != nil {
				return err
			}
		}
		for _, s := range []statement{movePlaces, copyContents} {
			if _, err := q.exec(ctx, s, mine, other); err != nil {
				return err
			}
		}
		if err := q.leave(ctx, mine); err != nil {
			return err
		}
		for _, s := range []statement{dropContents, dropRecord} {
			if _, err := q.exec(ctx, s, mine); err != nil {
				return err
			}
		}
		for _, s := range []statement{raise, touch} {
			if _, err := q.exec(ctx, s, other); err != nil {
				return err
			}
		}
		_, err = q.exec(ctx, requeue, idTable([]int64{other}))
		return err
	}))
}

// setApart settles the places of a claimed record, and those of another one that is not finished.
func (q *tx) setApart(ctx context.Context, claimed, other int64) error {
	if _, err := q.exec(ctx, settlePlaces, claimed); err != nil {
		return err
	}
	_, err := q.exec(ctx, settleOpen, other)
	return err
}

var renew = sqlText(`UPDATE inbox_records SET due = {now} + $2
	FROM {rows $1 box bigint, key text, owner text, fence bigint} AS x
	WHERE inbox_records.box = x.box AND inbox_records.key = x.key AND inbox_records.state = 'claimed' AND inbox_records.owner = x.owner AND inbox_records.fence = x.fence
	RETURNING ` + claimColumns)

// Renew implements [inbox.Ledger].
func (l *Ledger) Renew(ctx context.Context, claimed []inbox.Record, lease time.Duration) (lost []inbox.Record, err error) {
	if err := checkLease(lease); err != nil {
		return nil, err
	}
	if len(claimed) == 0 {
		return nil, nil
	}
	err = l.write(ctx, func(q *tx) error {
		lost = nil
		known := make(boxes)
		var claims table
		names := make([]claimName, len(claimed))
		for i, r := range claimed {
			box, err := known.id(ctx, q, r.Box)
			if err != nil {
				return err
			}
			names[i] = nameOf(box, r)
			claims.add(box, names[i].key, names[i].owner, names[i].fence)
		}
		held, err := q.held(ctx, renew, claims.arg(), lease.Milliseconds())
		for i, r := range claimed {
			if _, ok := held[names[i]]; !ok {
				lost = append(lost, r)
			}
		}
		return err
	})
	if err != nil {
		return nil, failure("Renew", err)
	}
	return lost, nil
}
