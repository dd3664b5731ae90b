package sqlledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

var (
	overdueNew = sqlText(`SELECT ` + columns + `, p.mail FROM inbox_places AS p JOIN inbox_records AS r ON r.id = p.record
		WHERE p.source = $1 AND p.queue = 1 AND r.box = $2 AND r.state = 'new' AND r.last_change <= {now} - $3
		ORDER BY p.record LIMIT $4`)
	overdueAgain = sqlText(`SELECT ` + columns + `, p.mail FROM inbox_records AS r JOIN inbox_places AS p ON p.record = r.id
		WHERE r.box = $2 AND r.state IN ('claimed', 'failed') AND r.due <= {now} - $3 AND p.source = $1 AND NOT p.vanished
		ORDER BY r.id LIMIT $4`)
)

// Overdue returns records of a source that have been due for a time and that nobody has
// claimed: new ones, and then failed ones and ones whose lease is over, at most limit records
// of either. Place is that in the source; a record with two of them may come twice.
func (l *Ledger) Overdue(ctx context.Context, box, source string, since time.Duration, limit int) ([]inbox.Record, error) {
	if since < 0 || limit < 1 {
		return nil, fmt.Errorf("sqlledger: %d records that are due since %v", limit, since)
	}
	var list []inbox.Record
	err := l.view(ctx, func(q *tx) error {
		boxNumber, sourceNumber, err := q.source(ctx, box, source)
		if err != nil || sourceNumber == 0 {
			return err
		}
		for _, s := range []statement{overdueNew, overdueAgain} {
			err := q.query(ctx, s, func(rows *sql.Rows) error {
				var mail string
				r, err := scanRecord(rows, box, &mail)
				r.Place = inbox.Place{Source: source, ID: decode(mail)}
				list = append(list, r.Record)
				return err
			}, sourceNumber, boxNumber, since.Milliseconds(), limit)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, failure("Overdue", err)
}
