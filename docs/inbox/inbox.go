// Package recipes has the programs of docs/inbox.md, which its test runs.
package recipes

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/readable"
)

func processInbox(ctx context.Context, mailbox, user, password string, handle inbox.Handler) error {
	mbox, err := imapcompat.Open(mailbox, user, password)
	if err != nil {
		return err
	}
	defer mbox.Close()
	ledger, err := sqlledger.Open("inbox.db")
	if err != nil {
		return err
	}
	defer ledger.Close()

	job := inbox.Job{Box: inbox.New(mbox, ledger, inbox.Named("tickets")), Handle: handle, Then: inbox.MoveTo("Processed")}
	report, err := job.Run(ctx)
	fmt.Println(report)
	return err
}

func processLoop(ctx context.Context, box *inbox.Box, handle inbox.Handler) error {
	for msg, err := range box.Messages(ctx, "UNSEEN") {
		if err != nil {
			return err
		}
		if err = handle(ctx, msg); err != nil {
			err = msg.Fail(err) // it comes again later, and after 5 attempts it is quarantined
		} else {
			err = msg.Done()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readMessage returns a message as people read it.
func readMessage(msg *inbox.Message) (*readable.Message, error) {
	return readable.Open(msg.Connection(), msg.UID(), imapcompat.FT_UID, imapcompat.FT_PEEK)
}

// tickets makes a ticket of each message.
func tickets(db *sql.DB) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
		mail, err := readMessage(msg)
		if err != nil {
			return err
		}
		text, _, err := mail.Text()
		if err != nil {
			return err
		}
		subject, _ := readable.Header(msg.Header().Subject)

		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, "INSERT INTO ticket (subject, text) VALUES ($1, $2)", subject, text); err != nil {
			return err
		}
		if err := msg.DoneTx(tx); err != nil {
			return err
		}
		return tx.Commit()
	}
}

// invoices saves the PDFs of each message in a folder of its own. A second attempt begins the
// folder anew.
func invoices(root string) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
		mail, err := readMessage(msg)
		if err != nil {
			return err
		}
		path := filepath.Join(root, msg.Key())
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if err := os.MkdirAll(path, 0o750); err != nil {
			return err
		}
		folder, err := readable.OpenFolder(path)
		if err != nil {
			return err
		}
		defer folder.Close()
		for attachment, err := range mail.Attachments() {
			if err != nil {
				return err
			}
			if attachment.Type != "application/pdf" {
				continue
			}
			if err := save(attachment, folder); err != nil {
				return err
			}
		}
		return nil
	}
}

func save(attachment *readable.Attachment, folder *readable.Folder) error {
	file, _, err := folder.Create(attachment.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := attachment.WriteTo(file); err != nil {
		return err
	}
	return file.Sync()
}

// bounces reports the addresses that a message did not reach.
func bounces(unreachable func(address, status string) error) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
		mail, err := readMessage(msg)
		if err != nil {
			return err
		}
		class, err := mail.Classify()
		if err != nil {
			return err
		}
		if class.Kind != readable.KindDelivery {
			return msg.Skip("not a delivery report")
		}
		for _, r := range class.Delivery.Recipients {
			if r.Outcome == readable.FailedPermanently {
				if err := unreachable(r.Address, r.Status); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// forward posts each message to a queue, which takes a second request with one key for the
// first.
func forward(client *http.Client, url string) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, io.NopCloser(msg.Text()))
		if err != nil {
			return err
		}
		request.ContentLength = msg.Size()
		request.Header.Set("Content-Type", "message/rfc822")
		request.Header.Set("Idempotency-Key", msg.Key())
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		switch {
		case response.StatusCode < 300:
			return nil
		case response.StatusCode == http.StatusServiceUnavailable:
			return msg.Retry(5 * time.Minute)
		case response.StatusCode < 500:
			return inbox.Permanent(fmt.Errorf("the queue refuses the message: %s", response.Status))
		}
		return fmt.Errorf("the queue fails: %s", response.Status)
	}
}

// migrate leaves out what an older program has handled.
func migrate(processed func(messageID string) (bool, error), handle inbox.Handler) inbox.Handler {
	return func(ctx context.Context, msg *inbox.Message) error {
		old, err := processed(msg.Header().MessageID)
		if err != nil || old {
			return err
		}
		return handle(ctx, msg)
	}
}
