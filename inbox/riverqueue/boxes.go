package riverqueue

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// Config says which mailboxes there are and what is done with their messages. The zero value of
// a field is its default.
type Config struct {
	// Ledger is in the PostgreSQL database that has River's tables. Required.
	Ledger *sqlledger.Ledger
	// Mailboxes are the mailboxes by their names. The name is in the arguments of the jobs, so it
	// stays the same over restarts and on all machines. Required.
	Mailboxes map[string]Mailbox
	// Handle handles the messages of mailboxes that have no handler of their own.
	Handle inbox.Handler
	// Every is how often a mailbox is scanned. The default is 5 minutes, and the least a second.
	Every time.Duration
	// TimeLimit is how long the job of a message may take: reading it and handling it. The default
	// is 5 minutes.
	TimeLimit time.Duration
	// MaxAttempts is how often a message is tried. The default is River's, 25.
	MaxAttempts int
	// Lease is that of [inbox.WithLease].
	Lease time.Duration
	// Queue is River's queue of the jobs. The default is [river.QueueDefault].
	Queue string
	// Schema is that of River's tables, if they are not in the search path.
	Schema string
	// Logger gets what goes wrong with servers. The default is [slog.Default].
	Logger *slog.Logger
}

// Mailbox is a mailbox of a [Config].
type Mailbox struct {
	// Open opens a connection to the mailbox. Required.
	Open func(ctx context.Context) (*imapcompat.Connection, error)
	// Box is the name of the box in the ledger ([inbox.Named]). The default is the name of the
	// mailbox. Mailboxes that may have the same messages, such as the labels of a Gmail account,
	// have one box.
	Box string
	// Criteria are those of [inbox.Job].
	Criteria string
	// Then and Quarantine are those of [inbox.Job].
	Then, Quarantine inbox.Action
	// Connections is the largest number of connections that this process has to the mailbox at
	// the same time. The default is 2. A maildrop of POP3 has one session (RFC 1939 section 4):
	// with 1 its jobs wait for each other, and otherwise the server refuses some of them and
	// they come later.
	Connections int

	// Handle, Every and Queue replace those of the Config.
	Handle inbox.Handler
	Every  time.Duration
	Queue  string
}

const (
	defaultEvery       = 5 * time.Minute
	defaultTimeLimit   = 5 * time.Minute
	defaultConnections = 2
)

// Boxes are mailboxes whose messages are jobs.
type Boxes struct {
	config  Config
	client  *river.Client[*sql.Tx] // inserts jobs, and works none
	boxes   map[string]*box
	overdue time.Duration // when a message is looked after that has no job
}

// box is a mailbox with the connections of this process to it.
type box struct {
	Mailbox
	*pool
	name   string
	boxes  *Boxes
	logger *slog.Logger
}

// New returns the mailboxes of a configuration. It asks neither the database nor the servers.
func New(config Config) (*Boxes, error) {
	bad := func(format string, args ...any) (*Boxes, error) {
		return nil, fmt.Errorf("riverqueue: %w: %s", imapcompat.ErrInvalidArgument, fmt.Sprintf(format, args...))
	}
	switch {
	case config.Ledger == nil:
		return bad("no ledger")
	case config.Ledger.Dialect() != sqlledger.PostgreSQL:
		return bad("the ledger is in %v, and River's jobs are in PostgreSQL", config.Ledger.Dialect())
	case len(config.Mailboxes) == 0:
		return bad("no mailboxes")
	case config.TimeLimit < 0 || config.MaxAttempts < 0 || config.Lease < 0:
		return bad("a field of the configuration is negative")
	}
	config.Logger = cmp.Or(config.Logger, slog.Default())
	config.TimeLimit = cmp.Or(config.TimeLimit, defaultTimeLimit)
	config.MaxAttempts = cmp.Or(config.MaxAttempts, river.MaxAttemptsDefault)
	client, err := river.NewClient(riverdatabasesql.New(config.Ledger.DB()), &river.Config{
		Schema: config.Schema, Logger: config.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("riverqueue: %w", err)
	}
	b := &Boxes{config: config, client: client, boxes: map[string]*box{}, overdue: 15 * time.Minute}
	for _, name := range slices.Sorted(maps.Keys(config.Mailboxes)) {
		m := config.Mailboxes[name]
		m.Box = cmp.Or(m.Box, name)
		m.Every = cmp.Or(m.Every, config.Every, defaultEvery)
		m.Queue = cmp.Or(m.Queue, config.Queue, river.QueueDefault)
		m.Connections = cmp.Or(m.Connections, defaultConnections)
		if m.Handle == nil {
			m.Handle = config.Handle
		}
		switch {
		case m.Open == nil:
			return bad("mailbox %q has no Open", name)
		case m.Handle == nil:
			return bad("mailbox %q has no Handle", name)
		case m.Every < time.Second:
			return bad("mailbox %q is scanned every %v", name, m.Every)
		case m.Connections < 0:
			return bad("mailbox %q has %d connections", name, m.Connections)
		}
		b.boxes[name] = &box{
			Mailbox: m, pool: newPool(m.Open, m.Connections), name: name, boxes: b,
			logger: config.Logger.With("mailbox", name),
		}
	}
	return b, nil
}

// AddTo adds the workers to those of a River client.
func (b *Boxes) AddTo(workers *river.Workers) error {
	return errors.Join(
		river.AddWorkerSafely(workers, &scanner{boxes: b}),
		river.AddWorkerSafely(workers, &handler{boxes: b}),
	)
}

// PeriodicJobs returns the scans for the configuration of a River client. The scans of different
// mailboxes are spread over the time between two scans. When a process becomes River's leader,
// all mailboxes are scanned.
func (b *Boxes) PeriodicJobs() []*river.PeriodicJob {
	var jobs []*river.PeriodicJob
	for _, name := range slices.Sorted(maps.Keys(b.boxes)) {
		m := b.boxes[name]
		scan := func() (river.JobArgs, *river.InsertOpts) {
			return ScanArgs{Mailbox: name}, &river.InsertOpts{Queue: m.Queue}
		}
		jobs = append(jobs, river.NewPeriodicJob(spread(name, m.Every), scan, &river.PeriodicJobOpts{
			ID: "inbox_scan:" + name, RunOnStart: true,
		}))
	}
	return jobs
}

// Close closes the connections to the mailboxes. The River client is stopped before.
func (b *Boxes) Close() error {
	var all []error
	for _, m := range b.boxes {
		all = append(all, m.pool.close())
	}
	return errors.Join(all...)
}

// spread returns a schedule whose times differ between names.
func spread(name string, every time.Duration) schedule {
	h := fnv.New64a()
	h.Write([]byte(name))
	return schedule{every, time.Duration(h.Sum64() % uint64(every))}
}

type schedule struct{ every, phase time.Duration }

// Next returns the first time of the schedule after another time.
func (s schedule) Next(after time.Time) time.Time {
	next := after.Truncate(s.every).Add(s.phase)
	for !next.After(after) {
		next = next.Add(s.every)
	}
	return next
}

// on returns the box on a connection. River times the attempts: the ledger has a message that
// has failed due at once.
func (m *box) on(conn *imapcompat.Connection, attempts int) *inbox.Box {
	options := []inbox.Option{
		inbox.Named(m.Box), inbox.WithThen(m.Then), inbox.WithQuarantine(m.Quarantine),
		inbox.WithAttempts(attempts), inbox.WithBackoff(func(int) time.Duration { return atOnce }),
	}
	if m.boxes.config.Lease > 0 {
		options = append(options, inbox.WithLease(m.boxes.config.Lease))
	}
	return inbox.New(conn, &ledger{m.boxes.config.Ledger, m}, options...)
}

const (
	unlimited = int(^uint(0) >> 1)
	// atOnce is the back-off in the ledger of a message that has failed. No handler asks for it
	// with Retry.
	atOnce = time.Nanosecond
)
