package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/imapcompat/imapcompat"
)

func runOverview(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		list, err := c.overview(r, mbox, r.arguments["SET"])
		if err != nil && !ofMessage(err) {
			return err
		}
		if r.json {
			return cmp.Or(c.printJSON(list), err)
		}
		c.printOverviews(list, errNoMessages.Error())
		return err
	})
}

// printOverviews prints a table of messages, or none if there are none.
func (c *cli) printOverviews(list []*imapcompat.Overview, none string) {
	if len(list) == 0 {
		c.say("%s", none)
		return
	}
	overviewTable(c.stdout, list, c.columns())
}

// overview lists messages. A message that cannot be read is listed with what is known of it,
// and does not stop the rest; for its error ofMessage is true.
func (c *cli) overview(r *request, mbox *imapcompat.Connection, set string) ([]*imapcompat.Overview, error) {
	list := []*imapcompat.Overview{}
	var failed error
	err := c.inPieces(r, mbox, set, func(piece imapcompat.Sequence) error {
		part, err := mbox.FetchOverview(piece, r.fetchFlags()...)
		list = append(list, part...)
		if len(part) == 0 || !ofMessage(err) {
			return err
		}
		failed = cmp.Or(failed, err)
		return nil
	})
	return list, cmp.Or(err, failed)
}

// ofMessage reports whether an error concerns one message, so that loop and session go on.
func ofMessage(err error) bool {
	return !errors.Is(err, imapcompat.ErrConnectionLost) && !errors.Is(err, imapcompat.ErrTimeout) &&
		(errors.Is(err, imapcompat.ErrRefused) || errors.Is(err, imapcompat.ErrTooLarge) ||
			errors.Is(err, imapcompat.ErrBadMessageNumber) || errors.Is(err, imapcompat.ErrProtocol))
}

// fetchFlags tells whether the numbers of the command line are UIDs.
func (r *request) fetchFlags() []imapcompat.FetchFlag {
	if r.uid {
		return []imapcompat.FetchFlag{imapcompat.FT_UID}
	}
	return nil
}
