package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

// runWatch prints the messages that arrive.
func runWatch(ctx context.Context, c *cli, r *request) error {
	if r.count < 0 {
		return r.usage("--count must not be negative")
	}
	err := c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		last, err := lastUID(mbox)
		if err != nil {
			return err
		}
		for seen := 0; r.count == 0 || seen < r.count; {
			c.progress = plural(seen, "message") + " arrived"
			// A Wait that ends sends DONE to the server, which may answer late.
			_, err := orInterrupted(ctx, func() (any, error) { return nil, mbox.Wait(ctx) })
			if err != nil {
				return err
			}
			arrived, err := arrivals(mbox, last)
			if err != nil {
				return err
			}
			for _, o := range arrived {
				if err := c.printArrival(r, o); err != nil {
					return err
				}
				last = o.UID
				seen++
			}
		}
		return nil
	})
	if errors.Is(err, imapcompat.ErrNotSupported) {
		return fmt.Errorf("watch is for IMAP: a POP3 mailbox stays as it was when it was opened (%w)", err)
	}
	return err
}

// lastUID returns the UID of the last message, 0 if there is none.
func lastUID(mbox *imapcompat.Connection) (int, error) {
	messages, err := mbox.NumMsg()
	if err != nil || messages == 0 {
		return 0, err
	}
	return mbox.UID(messages)
}

// arrivals returns the messages with a UID above last. "n:*" also contains the last message if
// its UID is below n (RFC 9051 section 9, seq-range).
func arrivals(mbox *imapcompat.Connection, last int) ([]*imapcompat.Overview, error) {
	if err := mbox.Ping(); err != nil {
		return nil, err
	}
	newest, err := lastUID(mbox)
	if err != nil || newest <= last {
		return nil, err
	}
	return mbox.FetchOverview(imapcompat.SequenceRange(last+1, newest), imapcompat.FT_UID)
}

// printArrival prints a line for a message.
func (c *cli) printArrival(r *request, o *imapcompat.Overview) error {
	if r.json {
		return c.printJSON(o)
	}
	line := fmt.Sprintf("%d  %s  %s  %s", o.UID, shortDate(o.Udate), legible(o.From), legible(o.Subject))
	_, err := fmt.Fprintln(c.stdout, cut(line, c.columns()))
	return err
}
