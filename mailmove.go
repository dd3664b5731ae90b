package imapcompat

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

// MailMove copies messages to another mailbox of the server, and then marks them for
// deletion, as imap_mail_move does. As in PHP they stay, with their numbers, until
// [Connection.Expunge] or a [Connection.Close] with [CL_EXPUNGE]. Nothing is marked unless
// all messages were copied. The flag is [CP_UID].
//
// [Connection.MailCopy] describes the name, the errors, and when a loop learns of a
// refusal. When the connection is lost between the copy and the mark, the messages are in
// both mailboxes. With [WithMove] and a server with MOVE no message ever is.
func (c *Connection) MailMove(sequence Sequence, mailbox string, flags ...CopyFlag) error {
	return c.do("imap_mail_move", func(c *call) error {
		set, err := c.toMove(sequence, combine(flags))
		if err != nil {
			return err
		}
		return c.copy(set, mailbox, true, untold)
	})
}

// toMove returns the messages of imap_mail_move.
func (c *call) toMove(sequence Sequence, f CopyFlag) (backend.Set, error) {
	if f&^CP_UID != 0 {
		return backend.Set{}, argumentError(c.fn, 4, "flags", "must be CP_UID or 0")
	}
	set, _, err := c.toCopy(sequence, f|CP_MOVE)
	return set, err
}

// moving returns what moves messages: MOVE with WithMove, if the service has it.
func (c *call) moving(set backend.Set, how copying) func(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
	// A server may move out of a mailbox that was opened for reading only.
	if !c.options.move || c.session.State().ReadOnly {
		return how.copyAndMark
	}
	c.forget()
	c.session.Forget(set)
	return how.moveOrCopy
}

func (how copying) moveOrCopy(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
	if err := how.move(ctx, service, set, mailbox); !errors.Is(err, ErrNotSupported) {
		return err
	}
	return how.copyAndMark(ctx, service, set, mailbox)
}

func (how copying) copyAndMark(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
	if err := how.copy(ctx, service, set, mailbox); err != nil {
		return err
	}
	if err := service.Store(ctx, set, backend.StoreAdd, []string{`\Deleted`}); err != nil {
		return fmt.Errorf("%w: the messages were copied, and may not all be marked for deletion", err)
	}
	return nil
}

// pin replaces a "*" among UIDs by the UIDs that exist. Otherwise a message that arrives
// after the copy would be marked without a copy, and after the move "*" would be the
// message before.
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
