package main

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

// movement is the JSON of "imapcompat move": the number of messages in the target, of those
// that are also still in the mailbox, marked, and of expunged messages.
type movement struct {
	Moved    int  `json:"moved"`
	Marked   int  `json:"marked"`
	Expunged int  `json:"expunged"`
	DryRun   bool `json:"dry_run,omitempty"`
}

func (m movement) String() string {
	text := plural(m.Moved, "message") + " moved"
	if m.Expunged > 0 {
		text += fmt.Sprintf(", %d expunged", m.Expunged)
	}
	return text
}

func runMove(ctx context.Context, c *cli, r *request) error {
	return c.withSelected(ctx, r, func(mbox *imapcompat.Connection, list []*imapcompat.Overview, target string) error {
		if err := r.checkDeletes(mbox); err != nil {
			return err
		}
		done := movement{Moved: len(list), DryRun: r.dryRun}
		if r.acts() && len(list) > 0 {
			question := fmt.Sprintf("Move %s from %s to %s?", plural(len(list), "message"), r.mailbox, target)
			if !r.overPOP3() {
				if err := c.confirm(ctx, r, question); err != nil {
					return err
				}
			}
			if err := c.move(ctx, r, mbox, list, target, &done); err != nil {
				return err
			}
		}
		return c.report(r, list, done)
	})
}

func (c *cli) move(ctx context.Context, r *request, mbox *imapcompat.Connection, list []*imapcompat.Overview, target string, done *movement) error {
	err := c.changeMessages(ctx, r, list, "moved", func(piece imapcompat.Sequence) error { return mbox.MailMove(piece, target) })
	if err != nil {
		return err
	}
	if done.Marked, err = stillThere(mbox, list); err != nil || done.Marked == 0 {
		return err
	}
	if !r.expunge {
		c.say("warning: the server cannot move: %s copied, and marked for deletion here; --expunge deletes what is marked",
			plural(done.Marked, "message"))
		return nil
	}
	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		return err
	}
	if err := c.confirmExpunge(ctx, r, info.Deleted); err != nil {
		return err
	}
	done.Marked, done.Expunged = 0, info.Deleted
	return c.expunge(ctx, mbox)
}

// stillThere returns how many messages of the list the mailbox has. A server without MOVE keeps
// moved messages.
func stillThere(mbox *imapcompat.Connection, list []*imapcompat.Overview) (int, error) {
	if err := mbox.Ping(); err != nil {
		return 0, err
	}
	n := 0
	for _, o := range list {
		msgno, err := mbox.MsgNo(o.UID)
		if err != nil {
			return 0, err
		}
		if msgno > 0 {
			n++
		}
	}
	return n, nil
}
