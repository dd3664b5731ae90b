package main

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func runStatus(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		status, err := mbox.Status(r.mailbox, imapcompat.SA_ALL)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(status)
		}
		table(c.stdout, statusRows(status), c.columns())
		return nil
	})
}

// statusRows returns a title and a number for each property that is set.
func statusRows(s *imapcompat.Status) [][]string {
	var rows [][]string
	for _, p := range []struct {
		property, title string
		value           int
	}{
		{"messages", "Messages", s.Messages},
		{"recent", "Recent", s.Recent},
		{"unseen", "Unseen", s.Unseen},
		{"uidnext", "UIDNext", s.UIDNext},
		{"uidvalidity", "UIDValidity", s.UIDValidity},
	} {
		if s.Isset(p.property) {
			rows = append(rows, []string{p.title, fmt.Sprint(p.value)})
		}
	}
	return rows
}
