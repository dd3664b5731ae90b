package main

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

func runSearch(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		var opts []imapcompat.SearchOption
		if r.charset != "" {
			opts = append(opts, imapcompat.WithCharset(r.charset))
		}
		if r.json && r.uid {
			opts = append(opts, imapcompat.SE_UID)
		}
		c.progress = "the search goes on"
		found, err := mbox.Search(r.arguments["CRITERIA"], opts...)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(found)
		}
		var list []*imapcompat.Overview
		if len(found) > 0 {
			if list, err = c.overview(r, mbox, string(imapcompat.SequenceOf(found...))); err != nil && !ofMessage(err) {
				return err
			}
		}
		c.printOverviews(list, "no message matches")
		return err
	})
}
