package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// CopyFlag is a flag of [Connection.MailCopy] and [Connection.MailMove].
type CopyFlag int

const (
	CP_UID  CopyFlag = 1 // the sequence is of UIDs
	CP_MOVE CopyFlag = 2 // mark the messages for deletion once they are copied
)

// MailCopy copies messages to another mailbox of the server, with their flags and internal
// dates, as imap_mail_copy does. As in PHP the mailbox has the server's own name,
// "Archive", and not "{host}Archive". The flags are [CP_UID] and [CP_MOVE]; with CP_MOVE it
// is [Connection.MailMove]. [Connection.Delete] describes sequences.
//
// A loop does not wait for the server at each MailCopy. From the third copy to a mailbox
// on, MailCopy returns at once, and one command copies what has collected, all of it or
// nothing. If the server refuses after it has copied others, the error is that of the next
// call that copies or marks messages, of Expunge or of Close. The messages of which the
// copy was refused are not deleted then: until Reopen opens a mailbox, a call that would
// mark one of them for deletion is an error and marks nothing. MailMove may move them,
// because it marks only what it has copied. If one of them was marked before, and Expunge is
// the first call to return the refusal, Expunge removes nothing. With [WithReadAhead] and
// [ReadAheadOff] every call waits.
//
// The error matches [ErrRefused] when the server refuses; nothing is copied then, and the
// text has "[TRYCREATE]" when there is no such mailbox. It matches [ErrConnectionLost] when
// the connection is lost, and then says what is known of the messages. On POP3 it matches
// [ErrNotSupported].
func (c *Connection) MailCopy(sequence Sequence, mailbox string, flags ...CopyFlag) error {
	return c.do("imap_mail_copy", func(c *call) error {
		set, move, err := c.toCopy(sequence, combine(flags))
		if err != nil {
			return err
		}
		return c.copy(set, mailbox, move, untold)
	})
}

// toCopy returns the messages of imap_mail_copy, and whether they are to be moved.
func (c *call) toCopy(sequence Sequence, f CopyFlag) (set backend.Set, move bool, err error) {
	if f&^(CP_UID|CP_MOVE) != 0 {
		return set, false, argumentError(c.fn, 4, "flags", "must be a bitmask of CP_UID, and CP_MOVE")
	}
	if !c.session.Copies() {
		return set, false, c.notValid("Copy")
	}
	set, err = c.set(sequence, f&CP_UID != 0)
	if move = f&CP_MOVE != 0; move && err == nil {
		set, err = c.pin(set)
	}
	return set, move, err
}

// copying is how a service copies and moves messages.
type copying struct {
	copy, move func(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error
	awaited    bool // the caller waits for the server in any case
}

// untold is the copying of imap_mail_copy, which reports nothing of the copies.
var untold = copying{
	copy: func(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
		return service.(backend.Copier).Copy(ctx, set, mailbox)
	},
	move: func(ctx context.Context, service backend.Session, set backend.Set, mailbox string) error {
		if mover, ok := service.(backend.Mover); ok {
			return mover.Move(ctx, set, mailbox)
		}
		return ErrNotSupported
	},
}

// copy copies messages, or moves them.
func (c *call) copy(set backend.Set, mailbox string, move bool, how copying) error {
	kind, apply := "copy to ", how.copy
	if move {
		kind, apply = "move to ", c.moving(set, how)
	}
	return c.session.Do(c.ctx, readahead.Effect{
		Kind: kind + mailbox, Set: set, Copies: true, Ascending: true, Awaited: how.awaited,
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			return apply(ctx, service, set, mailbox)
		},
	})
}
