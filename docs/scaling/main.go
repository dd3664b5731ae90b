// Command scaling handles the messages of many mailboxes on any number of machines. Each
// machine runs the same program with the same list of mailboxes, after the tables were made
// once:
//
//	export DATABASE_URL=postgres://inbox@db/inbox
//	scaling migrate
//	scaling mailboxes.json
//
// The list has elements such as
//
//	{"name": "tickets", "mailbox": "{imap.example.org/ssl}INBOX", "user": "tickets", "password": "…", "move": "Processed"}
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/riverqueue"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv("DATABASE_URL"), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scaling:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, database string, args []string) error {
	if len(args) != 1 {
		return errors.New("the argument is migrate, or the file with the list of mailboxes")
	}
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	if args[0] == "migrate" {
		return migrate(ctx, pool)
	}
	mailboxes, err := readMailboxes(args[0])
	if err != nil {
		return err
	}
	return work(ctx, pool, mailboxes)
}

// migrate makes the tables of River and of the tickets. The ledger makes its own.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `CREATE TABLE IF NOT EXISTS tickets (key text PRIMARY KEY, sender text, subject text)`)
	return err
}

// work handles messages until ctx ends.
func work(ctx context.Context, pool *pgxpool.Pool, mailboxes map[string]riverqueue.Mailbox) error {
	ledger, err := sqlledger.New(ctx, stdlib.OpenDBFromPool(pool), sqlledger.PostgreSQL)
	if err != nil {
		return err
	}
	defer ledger.DB().Close()
	boxes, err := riverqueue.New(riverqueue.Config{
		Ledger:      ledger,
		Mailboxes:   mailboxes,
		Every:       5 * time.Minute,
		TimeLimit:   5 * time.Minute,
		MaxAttempts: 8,
		Handle: func(ctx context.Context, msg *inbox.Message) error {
			return openTicket(ctx, ledger, msg)
		},
	})
	if err != nil {
		return err
	}
	defer boxes.Close()
	workers := river.NewWorkers()
	if err := boxes.AddTo(workers); err != nil {
		return err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Workers:              workers,
		PeriodicJobs:         boxes.PeriodicJobs(),
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}},
		RescueStuckJobsAfter: 6 * time.Minute, // after the death of a machine
	})
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	// Handlers may finish for half a minute. What they leave is given back.
	soft, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := client.Stop(soft); err == nil {
		return nil
	}
	hard, cancelHard := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancelHard()
	return client.StopAndCancel(hard)
}

// openTicket makes a ticket of a message. The ticket and the record that the message is done
// are one transaction.
func openTicket(ctx context.Context, ledger *sqlledger.Ledger, msg *inbox.Message) error {
	tx, err := ledger.DB().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	header := msg.Header()
	if _, err := tx.ExecContext(ctx, `INSERT INTO tickets VALUES ($1, $2, $3)`, msg.Key(), header.FromAddress, header.Subject); err != nil {
		return err
	}
	if err := msg.DoneTx(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func readMailboxes(file string) (map[string]riverqueue.Mailbox, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []struct{ Name, Mailbox, User, Password, Move string }
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	mailboxes := map[string]riverqueue.Mailbox{}
	for _, m := range list {
		box := riverqueue.Mailbox{
			Open: func(ctx context.Context) (*imapcompat.Connection, error) {
				return imapcompat.OpenContext(ctx, m.Mailbox, m.User, m.Password)
			},
		}
		if m.Move != "" {
			box.Then = inbox.MoveTo(m.Move)
		}
		mailboxes[m.Name] = box
	}
	return mailboxes, nil
}
