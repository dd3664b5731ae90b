package main

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

// runHeaders prints the result of imap_headers as JSON. PHP cuts sender and subject before it
// decodes them, so the plain output takes the same columns from overviews.
func runHeaders(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		if r.json {
			lines, err := mbox.Headers()
			if err != nil {
				return err
			}
			return c.printJSON(lines)
		}
		messages, err := mbox.NumMsg()
		if err != nil {
			return err
		}
		var list []*imapcompat.Overview
		if messages > 0 {
			if list, err = c.overview(r, mbox, "1:*"); err != nil && !ofMessage(err) {
				return err
			}
		}
		overviewTable(c.stdout, list, c.columns())
		return err
	})
}
