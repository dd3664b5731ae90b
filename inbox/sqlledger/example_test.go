package sqlledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// A ticket and the record that its message was handled are one transaction: there is never one
// without the other. Package inbox makes the calls of the ledger; a handler calls
// Message.DoneTx.
func ExampleLedger_FinishTx() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ledger, err := sqlledger.Open(filepath.Join(dir, "inbox.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	db := ledger.DB()
	if _, err := db.Exec("CREATE TABLE tickets (subject TEXT)"); err != nil {
		log.Fatal(err)
	}
	claimed := exampleMessage(ctx, ledger)

	err = createTicket(ctx, db, ledger, claimed, "printer on fire")
	fmt.Println("first:", err)
	err = createTicket(ctx, db, ledger, claimed, "printer on fire") // a worker that was thought dead
	fmt.Println("second:", err)

	var tickets int
	if err := db.QueryRow("SELECT count(*) FROM tickets").Scan(&tickets); err != nil {
		log.Fatal(err)
	}
	fmt.Println("tickets:", tickets)
	// Output:
	// first: <nil>
	// second: sqlledger: FinishTx: inbox: the claim was lost
	// tickets: 1
}

func createTicket(ctx context.Context, db *sql.DB, ledger inbox.TxLedger, claimed inbox.Record, subject string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO tickets (subject) VALUES (?)", subject); err != nil {
		return err
	}
	if err := ledger.FinishTx(ctx, tx, inbox.Outcome{Record: claimed, State: inbox.StateDone}); err != nil {
		return err
	}
	return tx.Commit()
}

// exampleMessage returns a message that is claimed.
func exampleMessage(ctx context.Context, ledger inbox.Ledger) inbox.Record {
	const source = "{imap.example.org/imap/ssl/user=ann}INBOX;UIDVALIDITY=1"
	scan, err := ledger.StartScan(ctx, "tickets", source, "worker 1", time.Minute)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := ledger.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "1", Key: "1-1"}}}); err != nil {
		log.Fatal(err)
	}
	records, err := ledger.Claim(ctx, inbox.Claiming{Box: "tickets", Source: source, Owner: "worker 1", Lease: time.Minute, Limit: 1})
	if err != nil {
		log.Fatal(err)
	}
	return records[0]
}

// An operator looks at what was quarantined, and has one message tried again.
func ExampleLedger_Records() {
	ctx := context.Background()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer ledger.Close()
	claimed := exampleMessage(ctx, ledger)
	if _, err := ledger.Finish(ctx, []inbox.Outcome{{Record: claimed, State: inbox.StateQuarantined, Reason: "no such customer"}}); err != nil {
		log.Fatal(err)
	}

	for record, err := range ledger.Records(ctx, sqlledger.Filter{Box: "tickets", States: []inbox.State{inbox.StateQuarantined}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(record.Key, record.Reason)
		if err := ledger.Retry(ctx, "tickets", record.Key); err != nil {
			log.Fatal(err)
		}
	}
	counts, err := ledger.Counts(ctx, "tickets")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("new:", counts.New)
	// Output:
	// 1-1 no such customer
	// new: 1
}
