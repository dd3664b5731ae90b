package inbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// exampleServer returns a server with two messages.
func exampleServer() *imaptest.Server {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "From: ann@example.org\nSubject: printer on fire\n\nPlease help.\n"},
		{Text: "From: ben@example.org\nSubject: no coffee\n\nSince Monday.\n"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	return srv
}

func ExampleJob() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()

	job := inbox.Job{
		Box:  inbox.New(mbox, ledger, inbox.Named("tickets")),
		Then: inbox.MoveTo("Processed"),
		Handle: func(ctx context.Context, msg *inbox.Message) error {
			fmt.Println("handle:", msg.Header().Subject)
			return nil
		},
	}
	for range 2 { // the second run finds nothing to do
		report, err := job.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Done, "done,", report.Settled, "moved")
	}
	fmt.Println(len(srv.Messages("INBOX")), "left,", len(srv.Messages("Processed")), "in Processed")
	// Output:
	// handle: printer on fire
	// handle: no coffee
	// 2 done, 2 moved
	// 0 done, 0 moved
	// 0 left, 2 in Processed
}

func ExampleBox_Messages() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()

	box := inbox.New(mbox, ledger)
	for msg, err := range box.Messages(context.Background(), "") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.Header().Subject)
		if err := msg.Done(); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// printer on fire
	// no coffee
}

// The ticket and the record that its message is done are in one transaction: both are there
// or neither is.
func ExampleMessage_DoneTx() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	ctx := context.Background()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	db := ledger.DB()
	if _, err := db.Exec("CREATE TABLE ticket (id INTEGER PRIMARY KEY, message TEXT UNIQUE, subject TEXT)"); err != nil {
		log.Fatal(err)
	}

	job := inbox.Job{
		Box: inbox.New(mbox, ledger, inbox.Named("tickets")),
		Handle: func(ctx context.Context, msg *inbox.Message) error {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := addTicket(ctx, tx, msg); err != nil {
				return err
			}
			if err := msg.DoneTx(tx); err != nil {
				return err
			}
			return tx.Commit()
		},
	}
	if _, err := job.Run(ctx); err != nil {
		log.Fatal(err)
	}
	var tickets int
	if err := db.QueryRow("SELECT count(*) FROM ticket").Scan(&tickets); err != nil {
		log.Fatal(err)
	}
	fmt.Println(tickets, "tickets")
	// Output: 2 tickets
}

func addTicket(ctx context.Context, tx *sql.Tx, msg *inbox.Message) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO ticket (message, subject) VALUES ($1, $2)", msg.Key(), msg.Header().Subject)
	return err
}
