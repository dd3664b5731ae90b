package imapcompat

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

// CopyFlag is a flag of imap_mail_copy and imap_mail_move.
type CopyFlag int

const (
	CP_UID  CopyFlag = 1 // the sequence is of UIDs
	CP_MOVE CopyFlag = 2 // mark the messages for deletion once they are copied
)

// MailCopy copies messages to another mailbox of the server, as imap_mail_copy
// does, with their flags and internal dates. As in PHP the mailbox is the
// server's own name, "Archive", and not "{host}Archive". The flags are [CP_UID]
// and [CP_MOVE]; with the latter it is [Connection.MailMove].
//
// The error matches [ErrRefused] when the server does not copy, with
// "[TRYCREATE]" in its text when there is no such mailbox, and nothing is copied
// then. For sequences see [Connection.Delete]. When the connection breaks
// meanwhile the error matches [ErrConnectionLost] and says what is known of the
// messages. On POP3 it matches [ErrNotSupported].
func (c *Connection) MailCopy(sequence Sequence, mailbox string, flags ...CopyFlag) error {
	const fn = "imap_mail_copy"
	f := combine(flags)
	if f&^(CP_UID|CP_MOVE) != 0 {
		return c.refuse(fn, argumentError(fn, 4, "flags", "must be a bitmask of CP_UID, and CP_MOVE"))
	}
	return c.copyMessages(fn, sequence, mailbox, f)
}

// MailMove copies messages to another mailbox of the server and then marks them
// for deletion, as imap_mail_move does. As in PHP they are still there, with
// their numbers, until [Connection.Expunge] or a [Connection.Close] with
// [CL_EXPUNGE]. Nothing is marked unless all of it was copied. The flag is
// [CP_UID]; for the rest see [Connection.MailCopy].
func (c *Connection) MailMove(sequence Sequence, mailbox string, flags ...CopyFlag) error {
	const fn = "imap_mail_move"
	f := combine(flags)
	if f&^CP_UID != 0 {
		return c.refuse(fn, argumentError(fn, 4, "flags", "must be CP_UID or 0"))
	}
	return c.copyMessages(fn, sequence, mailbox, f|CP_MOVE)
}

// refuse is err, or what is wrong with the connection itself: PHP looks at that
// first.
func (c *Connection) refuse(fn string, err error) error {
	return c.do(fn, func(*call) error { return err })
}

func (c *Connection) copyMessages(fn string, sequence Sequence, mailbox string, f CopyFlag) error {
	return c.do(fn, func(c *call) error {
		copier, ok := able[backend.Copier](c)
		if !ok {
			return c.notValid("Copy")
		}
		set, err := c.set(sequence, f&CP_UID != 0)
		if err != nil {
			return err
		}
		if f&CP_MOVE == 0 {
			return copier.Copy(c.ctx, set, mailbox)
		}
		return c.move(copier, set, mailbox)
	})
}

func (c *call) move(copier backend.Copier, set backend.Set, mailbox string) error {
	set, err := c.pin(set)
	if err != nil {
		return err
	}
	// A server may move out of a mailbox that was opened for reading only.
	if mover, ok := able[backend.Mover](c); ok && c.options.move && !c.session.State().ReadOnly {
		c.forget()
		c.session.Forget(set)
		if err := mover.Move(c.ctx, set, mailbox); !errors.Is(err, ErrNotSupported) {
			return err
		}
	}
	if err := copier.Copy(c.ctx, set, mailbox); err != nil {
		return err
	}
	if err := c.session.Store(c.ctx, set, backend.StoreAdd, []string{`\Deleted`}); err != nil {
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
	pinned := backend.Set{UID: true}
	for msg, err := range c.session.Fetch(c.ctx, set, backend.Items{UID: true}) {
		if err != nil {
			return backend.Set{}, err
		}
		if n := len(pinned.Ranges); n > 0 && pinned.Ranges[n-1].Last == msg.UID-1 {
			pinned.Ranges[n-1].Last++
		} else {
			pinned.Ranges = append(pinned.Ranges, backend.Range{First: msg.UID, Last: msg.UID})
		}
	}
	return pinned, nil
}
