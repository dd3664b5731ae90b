package main

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

func runOverview(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		list, err := c.overview(r, mbox, r.argument)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(list)
		}
		overviewTable(c.stdout, list, c.columns())
		return nil
	})
}

func (c *cli) overview(r *request, mbox *imapcompat.Connection, set string) ([]*imapcompat.Overview, error) {
	list := []*imapcompat.Overview{}
	err := c.inPieces(r, mbox, set, func(piece imapcompat.Sequence) error {
		part, err := mbox.FetchOverview(piece, r.fetchFlags()...)
		list = append(list, part...)
		return err
	})
	return list, err
}

// fetchFlags says what the numbers of the command line are.
func (r *request) fetchFlags() []imapcompat.FetchFlag {
	if r.uid {
		return []imapcompat.FetchFlag{imapcompat.FT_UID}
	}
	return nil
}
