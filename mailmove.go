package imapcompat

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// MailMove copies messages to another mailbox of the server and then marks them
// for deletion, as imap_mail_move does. As in PHP they are still there, with
// their numbers, until [Connection.Expunge] or a [Connection.Close] with
// [CL_EXPUNGE]. Nothing is marked unless all of it was copied. The flag is
// [CP_UID].
//
// For the rest, and for when a loop hears of a refusal, see [Connection.MailCopy]. When the
// connection breaks after messages were copied and before they were marked, they are in both
// mailboxes; with [WithMove] and a server that has MOVE no message ever is.
func (c *Connection) MailMove(sequence Sequence, mailbox string, flags ...CopyFlag) error {
	const fn = "imap_mail_move"
	f := combine(flags)
	if f&^CP_UID != 0 {
		return c.refuse(fn, argumentError(fn, 4, "flags", "must be CP_UID or 0"))
	}
	return c.copyMessages(fn, sequence, mailbox, f|CP_MOVE)
}

func (c *call) move(set backend.Set, mailbox string) error {
	set, err := c.pin(set)
	if err != nil {
		return err
	}
	move := copyAndMark
	// A server may move out of a mailbox that was opened for reading only.
	if c.options.move && !c.session.State().ReadOnly {
		move = moveOrCopy
		c.forget()
		c.session.Forget(set)
	}
	return c.session.Do(c.ctx, readahead.Effect{
		Kind: "move to " + mailbox, Set: set, Copies: true, Ascending: true,
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			return move(ctx, service, set, mailbox)
		},
	})
}

func moveOrCopy(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
	if mover, ok := service.(backend.Mover); ok {
		if err := mover.Move(ctx, set, mailbox); !errors.Is(err, ErrNotSupported) {
			return err
		}
	}
	return copyAndMark(ctx, service, set, mailbox)
}

func copyAndMark(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
	if err := service.(backend.Copier).Copy(ctx, set, mailbox); err != nil {
		return err
	}
	if err := service.Store(ctx, set, backend.StoreAdd, []string{`\Deleted`}); err != nil {
		return fmt.Errorf("%w: the messages were copied, and may not all be marked for deletion", err)
	}
	return nil
}

// pin replaces a "*" among UIDs by those that there are. A message that arrives
// after the copying would be of the set, too, and marked without a copy; and once
// the last message was moved "*" is the one before it.
func (c *call) pin(set backend.Set) (backend.Set, error) {
	n := len(set.Ranges)
	if !set.UID || n == 0 || set.Ranges[n-1].Last < backend.Max {
		return set, nil
	}
	var uids []int
	for msg, err := range c.session.Fetch(c.ctx, set, backend.Items{UID: true}) {
		if err != nil {
			return backend.Set{}, err
		}
		uids = append(uids, msg.UID)
	}
	return backend.SetOf(true, uids), nil
}
