package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// deletion is the JSON of "imapcompat delete": how many messages were marked,
// and how many removed.
type deletion struct {
	Marked   int `json:"marked"`
	Expunged int `json:"expunged"`
}

func runDelete(ctx context.Context, c *cli, r *request) error {
	if strings.TrimSpace(r.argument) == "" {
		return r.usage("the SET is empty")
	}
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		done, err := c.delete(r, mbox)
		if err != nil && done.Marked > 0 {
			return fmt.Errorf("%s marked, then: %w", plural(done.Marked, "message"), err)
		}
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(done)
		}
		fmt.Fprintln(c.stdout, done)
		return nil
	})
}

func (c *cli) delete(r *request, mbox *imapcompat.Connection) (done deletion, err error) {
	if done.Marked, err = c.mark(r, mbox); err != nil {
		return done, err
	}
	switch {
	case done.Marked == 0:
		// An expunge would remove what others marked, and nothing else.
		return done, errors.New("the set has none of the mailbox's messages")
	case r.expunge:
		done.Expunged, err = expunge(mbox)
	default:
		err = c.warnAboutMarks(mbox)
	}
	return done, err
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

// mark marks the messages of the set, and counts those that there are.
func (c *cli) mark(r *request, mbox *imapcompat.Connection) (marked int, err error) {
	err = c.inPieces(r, mbox, r.argument, func(piece imapcompat.Sequence) error {
		list, err := mbox.FetchOverview(piece, r.fetchFlags()...)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := mbox.Delete(piece, r.fetchFlags()...); err != nil {
			return err
		}
		marked += len(list)
		return nil
	})
	return marked, err
}

// expunge removes the messages that are marked, and counts them. On POP3 they
// are gone only when the server has confirmed the end of the session.
func expunge(mbox *imapcompat.Connection) (int, error) {
	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		return 0, err
	}
	if err := mbox.Expunge(); err != nil {
		return 0, err
	}
	return info.Deleted, mbox.Close()
}

// warnAboutMarks warns where a mark will not outlast the session.
func (c *cli) warnAboutMarks(mbox *imapcompat.Connection) error {
	check, err := mbox.Check()
	if err == nil && check.Driver == "pop3" {
		c.say("warning: POP3 forgets the marks now, and deletes nothing; --expunge deletes")
	}
	return err
}
