package sqlledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat/inbox"
)

// claimPlaces are the places of claims.
const claimPlaces = `SELECT p.id FROM {rows $1 record bigint, source text, mail text} AS x
	{find inbox_places AS p ON p.record = x.record AND p.mail = x.mail AND NOT p.vanished}
	JOIN inbox_sources AS s ON s.id = p.source AND s.name = x.source`

var (
	// An outcome of New, or one that does not count, takes the attempt back. One of Gone is New
	// until its place has vanished.
	finish = sqlText(`UPDATE inbox_records SET
			state = x.state, reason = x.reason, attempt = inbox_records.attempt - x.back, last_change = {now},
			due = CASE WHEN x.state = 'failed' THEN {now} + x.later ELSE 0 END
		FROM {rows $1 box bigint, key text, owner text, fence bigint, state text, reason text, back bigint, later bigint} AS x
		WHERE inbox_records.box = x.box AND inbox_records.key = x.key AND inbox_records.state = 'claimed' AND inbox_records.owner = x.owner AND inbox_records.fence = x.fence
		RETURNING ` + claimColumns)
	settleAll  = sqlText(`UPDATE inbox_places SET settled = TRUE, queue = 0 WHERE record IN {ids $1} AND NOT settled`)
	queueToDo  = sqlText(`UPDATE inbox_places SET queue = $2 WHERE record IN {ids $1} AND NOT vanished AND NOT (settled AND $2 = 2)`)
	vanishSome = sqlText(`UPDATE inbox_places SET vanished = TRUE, queue = 0 WHERE NOT vanished AND id IN (` + claimPlaces + `)`)
	// unsettleSome concerns the places that Merge has settled because they were not to be told
	// from others.
	unsettleSome = sqlText(`UPDATE inbox_places SET settled = FALSE WHERE settled AND id IN (` + claimPlaces + `)`)
)

// Finish implements [inbox.Ledger].
func (l *Ledger) Finish(ctx context.Context, outcomes []inbox.Outcome) (lost []inbox.Record, err error) {
	if err := checkOutcomes(outcomes); err != nil || len(outcomes) == 0 {
		return nil, err
	}
	write := l.write
	if slices.ContainsFunc(outcomes, toSettleOnServer) {
		write = l.writeSafely
	}
	err = write(ctx, func(q *tx) error {
		var err error
		lost, err = q.finish(ctx, outcomes)
		return err
	})
	if err != nil {
		return nil, failure("Finish", err)
	}
	return lost, nil
}

// toSettleOnServer tells whether the server is told of an outcome, so that the message may
// be removed there.
func toSettleOnServer(o inbox.Outcome) bool {
	return !o.Settled && (o.State == inbox.StateDone || o.State == inbox.StateQuarantined)
}

// FinishTx implements [inbox.TxLedger]. With SQLite the transaction should have begun with the
// lock for writing (_txlock=immediate), as those of [Ledger.DB] do.
func (l *Ledger) FinishTx(ctx context.Context, t *sql.Tx, outcome inbox.Outcome) error {
	outcomes := []inbox.Outcome{outcome}
	if err := checkOutcomes(outcomes); err != nil {
		return err
	}
	lost, err := (&tx{run: t, dialect: l.dialect}).finish(ctx, outcomes)
	if err == nil && len(lost) > 0 {
		err = inbox.ErrClaimLost
	}
	return failure("FinishTx", err)
}

func checkOutcomes(outcomes []inbox.Outcome) error {
	for _, o := range outcomes {
		switch o.State {
		case inbox.StateNew, inbox.StateFailed, inbox.StateQuarantined, inbox.StateDone, inbox.StateSkipped, inbox.StateGone:
		default:
			return fmt.Errorf("sqlledger: %q is no outcome of a message", o.State)
		}
		if o.After < 0 {
			return fmt.Errorf("sqlledger: the next attempt is %v ago", -o.After)
		}
	}
	return nil
}

func (q *tx) finish(ctx context.Context, outcomes []inbox.Outcome) (lost []inbox.Record, err error) {
	known := make(boxes)
	names := make([]claimName, len(outcomes))
	first := make(map[claimName]int, len(outcomes))
	var claims table
	for i, o := range outcomes {
		box, err := known.id(ctx, q, o.Record.Box)
		if err != nil {
			return nil, err
		}
		names[i] = nameOf(box, o.Record)
		if _, twice := first[names[i]]; twice {
			continue
		}
		first[names[i]] = i
		state, back := o.State, 0
		if state == inbox.StateGone {
			state = inbox.StateNew
		}
		if state == inbox.StateNew || state == inbox.StateFailed && o.Uncounted {
			back = 1
		}
		claims.add(box, names[i].key, names[i].owner, names[i].fence,
			string(state), plain(o.Reason, maxReason), back, o.After.Milliseconds())
	}
	held, err := q.held(ctx, finish, claims.arg())
	if err != nil {
		return nil, err
	}
	var (
		settled, unsettled, again, waiting, laned []int64
		gone, told                                table
	)
	for i, o := range outcomes {
		r, ok := held[names[i]]
		if !ok || first[names[i]] != i {
			lost = append(lost, o.Record)
			continue
		}
		id := r.id
		if r.lane != "" {
			laned = append(laned, id)
		}
		switch o.State {
		case inbox.StateGone:
			gone.add(id, encode(o.Record.Place.Source), encode(o.Record.Place.ID))
			again, waiting = append(again, id), append(waiting, id)
		case inbox.StateNew:
			again, waiting = append(again, id), append(waiting, id)
		case inbox.StateFailed:
			waiting = append(waiting, id)
		case inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped:
			if o.Settled {
				settled = append(settled, id)
			} else if toSettleOnServer(o) {
				unsettled = append(unsettled, id)
				told.add(id, encode(o.Record.Place.Source), encode(o.Record.Place.ID))
			}
		}
	}
	if gone.rows > 0 {
		if _, err := q.exec(ctx, vanishSome, gone.arg()); err != nil {
			return nil, err
		}
	}
	if told.rows > 0 {
		if _, err := q.exec(ctx, unsettleSome, told.arg()); err != nil {
			return nil, err
		}
	}
	for _, step := range []struct {
		ids  []int64
		s    statement
		more []any
	}{
		{settled, settleAll, nil},
		{unsettled, queueToDo, []any{2}},
		{waiting, bury, nil},
		{again, requeue, nil},
		{laned, release, nil},
	} {
		if len(step.ids) == 0 {
			continue
		}
		if _, err := q.exec(ctx, step.s, append([]any{idTable(step.ids)}, step.more...)...); err != nil {
			return nil, err
		}
	}
	return lost, nil
}
