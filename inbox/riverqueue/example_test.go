package riverqueue_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/riverqueue"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// A process that works on a mailbox together with others. The database has River's tables. The
// folder docs/scaling has a complete program, which is tested.
func Example() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, "postgres://inbox@db.example.org/inbox")
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	ledger, err := sqlledger.New(ctx, stdlib.OpenDBFromPool(pool), sqlledger.PostgreSQL)
	if err != nil {
		log.Fatal(err)
	}
	boxes, err := riverqueue.New(riverqueue.Config{
		Ledger: ledger,
		Mailboxes: map[string]riverqueue.Mailbox{"tickets": {
			Open: func(ctx context.Context) (*imapcompat.Connection, error) {
				return imapcompat.OpenContext(ctx, "{imap.example.org/ssl}INBOX", "tickets", "secret")
			},
			Then: inbox.MoveTo("Processed"),
		}},
		Handle: func(_ context.Context, msg *inbox.Message) error {
			fmt.Println(msg.Key(), msg.Header().Subject)
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer boxes.Close()
	workers := river.NewWorkers()
	if err := boxes.AddTo(workers); err != nil {
		log.Fatal(err)
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Workers:              workers,
		PeriodicJobs:         boxes.PeriodicJobs(),
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 50}},
		RescueStuckJobsAfter: 6 * time.Minute,
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Start(ctx); err != nil {
		log.Fatal(err)
	}
	// The program that is told of new mail need not wait for the next scan.
	if _, err := client.Insert(ctx, riverqueue.ScanArgs{Mailbox: "tickets"}, nil); err != nil {
		log.Fatal(err)
	}
	<-client.Stopped()
}
