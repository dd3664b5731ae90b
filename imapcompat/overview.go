package main

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

func runOverview(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		list, err := c.overview(r, mbox, r.arguments["SET"])
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(list)
		}
		c.printOverviews(list, errNoMessages.Error())
		return nil
	})
}

// printOverviews prints a table of messages, or says why there are none.
func (c *cli) printOverviews(list []*imapcompat.Overview, none string) {
	if len(list) == 0 {
		c.say("%s", none)
		return
	}
	overviewTable(c.stdout, list, c.columns())
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
