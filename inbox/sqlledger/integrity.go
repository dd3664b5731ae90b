package sqlledger

import (
	"context"
	"database/sql"
	"fmt"
)

var integrityCheck = sqlText(`PRAGMA integrity_check`)

// invariants are what no row may be, each as a statement that counts such rows.
var invariants = []struct {
	fault string
	count statement
}{
	{"records without a box", sqlText(`SELECT count(*) FROM inbox_records AS r WHERE NOT EXISTS (SELECT 1 FROM inbox_boxes AS b WHERE b.id = r.box)`)},
	{"sources without a box", sqlText(`SELECT count(*) FROM inbox_sources AS s WHERE NOT EXISTS (SELECT 1 FROM inbox_boxes AS b WHERE b.id = s.box)`)},
	{"places without a record", sqlText(`SELECT count(*) FROM inbox_places AS p WHERE NOT EXISTS (SELECT 1 FROM inbox_records AS r WHERE r.id = p.record)`)},
	{"places without a source", sqlText(`SELECT count(*) FROM inbox_places AS p WHERE NOT EXISTS (SELECT 1 FROM inbox_sources AS s WHERE s.id = p.source)`)},
	{"places of a record of another box", sqlText(`SELECT count(*) FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record JOIN inbox_sources AS s ON s.id = p.source WHERE r.box <> s.box`)},
	{"contents without a record", sqlText(`SELECT count(*) FROM inbox_contents AS c WHERE NOT EXISTS (SELECT 1 FROM inbox_records AS r WHERE r.id = c.record AND r.box = c.box)`)},
	{"IDs that are two places", sqlText(`SELECT count(*) FROM (SELECT source, mail FROM inbox_places WHERE NOT vanished GROUP BY source, mail HAVING count(*) > 1) AS twice`)},
	{"records without a place", sqlText(`SELECT count(*) FROM inbox_records AS r WHERE NOT EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = r.id)`)},
	{"records in an unknown state", sqlText(`SELECT count(*) FROM inbox_records WHERE state NOT IN ('new', 'claimed', 'failed', 'quarantined', 'done', 'skipped', 'gone')`)},
	{"claimed records without an owner or a lease", sqlText(`SELECT count(*) FROM inbox_records WHERE state = 'claimed' AND (owner = '' OR fence < 1 OR attempt < 1 OR due = 0)`)},
	{"records with more attempts than claims", sqlText(`SELECT count(*) FROM inbox_records WHERE attempt < 0 OR attempt > fence`)},
	{"new or failed records that are in no mailbox", sqlText(`SELECT count(*) FROM inbox_records AS r WHERE r.state IN ('new', 'failed') AND NOT EXISTS (SELECT 1 FROM inbox_places AS p WHERE p.record = r.id AND NOT p.vanished)`)},
	{"places in a wrong queue", sqlText(`SELECT count(*) FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record WHERE p.queue <> CASE
		WHEN p.vanished THEN 0
		WHEN r.state = 'new' AND p.queue = 3 AND NOT ` + inTurn + ` THEN 3
		WHEN r.state = 'new' THEN 1
		WHEN r.state IN ('done', 'quarantined') AND NOT p.settled THEN 2
		ELSE 0 END`)},
	{"removed places that have not vanished", sqlText(`SELECT count(*) FROM inbox_places WHERE removed AND NOT vanished`)},
}

// Integrity checks the whole ledger, and returns what is wrong with it, or nothing. It reads
// all tables, and with SQLite also checks the file.
func (l *Ledger) Integrity(ctx context.Context) ([]string, error) {
	var faults []string
	err := l.view(ctx, func(q *tx) error {
		faults = nil
		if l.dialect == SQLite {
			err := q.query(ctx, integrityCheck, func(rows *sql.Rows) error {
				var fault string
				err := rows.Scan(&fault)
				if fault != "ok" {
					faults = append(faults, fault)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		for _, i := range invariants {
			n, err := q.id(ctx, i.count)
			if err != nil {
				return err
			}
			if n > 0 {
				faults = append(faults, fmt.Sprintf("%d %s", n, i.fault))
			}
		}
		return nil
	})
	if err != nil {
		return nil, failure("Integrity", err)
	}
	return faults, nil
}
