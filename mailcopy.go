package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
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
// A loop does not wait for the server each time. From the third copy to a mailbox on,
// MailCopy returns at once, and what collects meanwhile is copied by one command, which
// copies all or nothing. Should the server refuse after it has copied others, that is the
// error of the next call that copies or marks messages, of Expunge or of Close. None of
// those messages is deleted then: until another mailbox is opened, every call that would
// mark one of them for deletion is an error and marks nothing. [WithReadAhead] with [ReadAheadOff] makes every
// call wait.
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

// refuse is err, or what is wrong with the connection itself: PHP looks at that
// first.
func (c *Connection) refuse(fn string, err error) error {
	return c.do(fn, func(*call) error { return err })
}

func (c *Connection) copyMessages(fn string, sequence Sequence, mailbox string, f CopyFlag) error {
	return c.do(fn, func(c *call) error {
		if !c.session.Copies() {
			return c.notValid("Copy")
		}
		set, err := c.set(sequence, f&CP_UID != 0)
		if err != nil {
			return err
		}
		if f&CP_MOVE != 0 {
			return c.move(set, mailbox)
		}
		return c.session.Do(c.ctx, readahead.Effect{
			Kind: "copy to " + mailbox, Set: set, Copies: true, Ascending: true,
			Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
				return service.(backend.Copier).Copy(ctx, set, mailbox)
			},
		})
	})
}
