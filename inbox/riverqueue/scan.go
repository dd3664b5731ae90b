package riverqueue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
)

// ScanArgs are the arguments of a scan. [Boxes.PeriodicJobs] has the scans that come by
// themselves. A program that knows of new mail inserts one with [river.Client.Insert]: it is
// skipped if a scan of the mailbox waits or runs.
type ScanArgs struct {
	Mailbox string `json:"mailbox" river:"unique"`
}

// Kind implements [river.JobArgs].
func (ScanArgs) Kind() string { return "inbox_scan" }

// InsertOpts implements [river.JobArgsWithInsertOpts]. After three failures a scan is
// discarded, and the next one is that of the period.
func (ScanArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		MaxAttempts: 3,
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: unfinished},
	}
}

// scanLimit is how long a scan may take: the first one of a mailbox with a million messages
// takes minutes.
const scanLimit = 30 * time.Minute

type scanner struct {
	river.WorkerDefaults[ScanArgs]
	boxes *Boxes
}

func (*scanner) Timeout(*river.Job[ScanArgs]) time.Duration { return scanLimit }

// Work implements [river.Worker].
func (w *scanner) Work(ctx context.Context, job *river.Job[ScanArgs]) error {
	m, ok := w.boxes.boxes[job.Args.Mailbox]
	if !ok {
		return river.JobCancel(fmt.Errorf("riverqueue: no mailbox %q is configured here", job.Args.Mailbox))
	}
	conn, err := m.pool.get(ctx)
	if err != nil {
		return err
	}
	healthy := false
	defer func() { m.pool.put(conn, healthy) }()
	if err := m.scan(ctx, conn.Connection); err != nil {
		return err
	}
	healthy = true
	return nil
}

func (m *box) scan(ctx context.Context, conn *imapcompat.Connection) error {
	b := m.on(conn, unlimited)
	if _, err := b.Scan(ctx, m.Criteria); err != nil {
		return err
	}
	return m.mend(ctx, b, conn)
}

// maxMended bounds the number of messages that one scan looks after.
const maxMended = 500

// mend looks after messages that have been due for long: they wait for their jobs, or have
// none, because the job was cancelled or discarded without a worker, or deleted, or because
// the message was in the ledger before River was used or was put back in it.
func (m *box) mend(ctx context.Context, b *inbox.Box, conn *imapcompat.Connection) error {
	source, err := conn.URL()
	if err != nil {
		return err
	}
	late, err := m.boxes.config.Ledger.Overdue(ctx, m.Box, source, m.boxes.overdue, maxMended)
	if err != nil || len(late) == 0 {
		return err
	}
	keys := make([]string, len(late))
	records := make(map[string]inbox.Record, len(late))
	for i, r := range late {
		keys[i], records[r.Key] = r.Key, r
	}
	results, err := m.boxes.client.InsertMany(ctx, m.jobs(keys))
	if err != nil {
		return err
	}
	for _, r := range results {
		if slices.Contains(unfinished, r.Job.State) {
			continue
		}
		var args MessageArgs
		if err := json.Unmarshal(r.Job.EncodedArgs, &args); err != nil {
			return err
		}
		if err := m.followJob(ctx, b, records[args.Key], r.Job); err != nil {
			return err
		}
	}
	return nil
}

// followJob quarantines a message whose job has ended without it, or has the job done again if
// the message was put back in the ledger since then.
func (m *box) followJob(ctx context.Context, b *inbox.Box, r inbox.Record, job *rivertype.JobRow) error {
	if job.FinalizedAt != nil && r.LastChange.After(*job.FinalizedAt) {
		_, err := m.boxes.client.JobRetry(ctx, job.ID)
		return err
	}
	_, err := b.Handle(ctx, r.Key, func(_ context.Context, msg *inbox.Message) error {
		return msg.Quarantine(lastError(job))
	})
	if errors.Is(err, inbox.ErrNotDue) {
		return nil // somebody has it by now
	}
	return err
}

// lastError says why a job has ended.
func lastError(job *rivertype.JobRow) string {
	reason := fmt.Sprintf("River has %s its job", job.State)
	if n := len(job.Errors); n > 0 {
		reason += ": " + job.Errors[n-1].Error
	}
	return reason
}
