package main

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

// copying is the JSON of "imapcompat copy".
type copying struct {
	Copied int  `json:"copied"`
	DryRun bool `json:"dry_run,omitempty"`
}

func (cp copying) String() string { return plural(cp.Copied, "message") + " copied" }

func runCopy(ctx context.Context, c *cli, r *request) error {
	return c.withSelected(ctx, r, func(mbox *imapcompat.Connection, list []*imapcompat.Overview, target string) error {
		if r.acts() {
			err := c.changeMessages(ctx, r, list, "copied", func(piece imapcompat.Sequence) error { return mbox.MailCopy(piece, target) })
			if err != nil {
				return err
			}
		}
		return c.report(r, list, copying{len(list), r.dryRun})
	})
}
