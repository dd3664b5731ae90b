package main

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

// deletion is the JSON of "imapcompat delete": the numbers of marked and of removed messages.
type deletion struct {
	Marked   int  `json:"marked"`
	Expunged int  `json:"expunged"`
	DryRun   bool `json:"dry_run,omitempty"`
}

func runDelete(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		if err := r.checkDeletes(mbox); err != nil {
			return err
		}
		list, err := c.selected(r, mbox)
		if err != nil {
			return err
		}
		done := deletion{Marked: len(list), DryRun: r.dryRun}
		if r.expunge && len(list) > 0 {
			if done.Expunged, err = toBeExpunged(mbox, list); err != nil {
				return err
			}
			if err := c.confirmExpunge(ctx, r, done.Expunged); err != nil {
				return err
			}
		}
		if !r.dryRun && len(list) > 0 {
			if err := c.delete(ctx, r, mbox, list); err != nil {
				return err
			}
		}
		return c.report(r, list, done)
	})
}

func (c *cli) delete(ctx context.Context, r *request, mbox *imapcompat.Connection, list []*imapcompat.Overview) error {
	err := c.changeMessages(ctx, r, list, "marked", func(piece imapcompat.Sequence) error { return mbox.Delete(piece) })
	if err != nil {
		return err
	}
	if r.expunge {
		return c.expunge(ctx, mbox)
	}
	return c.warnAboutMarks(mbox)
}

func (d deletion) String() string {
	text := plural(d.Marked, "message") + " marked"
	if d.Expunged > 0 {
		text += fmt.Sprintf(", %d expunged", d.Expunged)
	}
	if others := d.Expunged - d.Marked; others > 0 {
		text += fmt.Sprintf(" (%d had been marked before)", others)
	}
	return text
}

// toBeExpunged returns how many messages are marked once those of the list are.
func toBeExpunged(mbox *imapcompat.Connection, list []*imapcompat.Overview) (int, error) {
	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		return 0, err
	}
	n := info.Deleted
	for _, o := range list {
		if !o.Deleted {
			n++
		}
	}
	return n, nil
}

func (c *cli) confirmExpunge(ctx context.Context, r *request, messages int) error {
	if r.dryRun {
		return nil
	}
	return c.confirm(ctx, r, fmt.Sprintf("Delete %s of %s for good?", plural(messages, "message"), r.mailbox))
}

// expunge removes the marked messages. On POP3 the server has removed them only after it has
// confirmed the end of the session.
func (c *cli) expunge(ctx context.Context, mbox *imapcompat.Connection) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.change.asked = "expunged"
	if err := mbox.Expunge(); err != nil {
		return err
	}
	return mbox.Close()
}

// warnAboutMarks warns if a mark does not outlast the session.
func (c *cli) warnAboutMarks(mbox *imapcompat.Connection) error {
	check, err := mbox.Check()
	if err == nil && check.Driver == "pop3" {
		c.say("warning: POP3 forgets the marks now, and deletes nothing; --expunge deletes")
	}
	return err
}
