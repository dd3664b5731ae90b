package riverqueue

import (
	"context"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// ledger is a ledger that inserts the jobs of new messages in the transaction that records them.
type ledger struct {
	*sqlledger.Ledger
	box *box
}

// Sight implements [inbox.Ledger].
func (l *ledger) Sight(ctx context.Context, s inbox.Sighting) (int, error) {
	tx, err := l.DB().BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	keys, err := l.SightTx(ctx, tx, s)
	if err != nil {
		return 0, err
	}
	if len(keys) > 0 {
		if _, err := l.box.boxes.client.InsertManyTx(ctx, tx, l.box.jobs(keys)); err != nil {
			return 0, err
		}
	}
	return len(keys), tx.Commit()
}

// jobs returns the jobs of messages.
func (m *box) jobs(keys []string) []river.InsertManyParams {
	params := make([]river.InsertManyParams, len(keys))
	for i, key := range keys {
		params[i] = river.InsertManyParams{
			Args:       MessageArgs{Mailbox: m.name, Key: key},
			InsertOpts: &river.InsertOpts{Queue: m.Queue, MaxAttempts: m.boxes.config.MaxAttempts},
		}
	}
	return params
}

// unfinished are the states of jobs that are still to be done.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}
