package imapcompat

import (
	"context"
	"io"

	"github.com/imapcompat/imapcompat/backend"
)

// Copied tells which UIDs the copies of messages have.
type Copied struct {
	UIDValidity int // of the mailbox of the copies; 0 when the server told no UID of one
	// Messages are the messages that were copied, in the order of the mailbox. There are
	// none when the sequence has no message that exists.
	Messages []CopiedMessage
}

// CopiedMessage is a message that was copied.
type CopiedMessage struct {
	UID int // of the message
	// CopyUID is the UID of the copy. It is 0 when the server did not tell, as of a mailbox
	// whose UIDs do not last, or when another client removed the message at that time.
	CopyUID int
}

// MailCopyUIDs is [Connection.MailCopy] that returns the UIDs of the copies, which a server
// with UIDPLUS tells (COPYUID, RFC 4315). PHP has no such function. It always waits for the
// server, and takes one round trip more than a MailCopy that waits.
//
// The error matches [ErrNotSupported] where the server has neither UIDPLUS nor IMAP4rev2;
// nothing is copied then. Another error comes with the messages that the server said it had
// copied.
func (c *Connection) MailCopyUIDs(sequence Sequence, mailbox string, flags ...CopyFlag) (Copied, error) {
	return do(c, "Connection.MailCopyUIDs", func(c *call) (Copied, error) {
		set, move, err := c.toCopy(sequence, combine(flags))
		if err != nil {
			return Copied{}, err
		}
		return c.copyUIDs(set, mailbox, move)
	})
}

// MailMoveUIDs is [Connection.MailMove] that returns the UIDs of the messages in the other
// mailbox. It obeys [WithMove]. [Connection.MailCopyUIDs] describes the result and the
// errors.
func (c *Connection) MailMoveUIDs(sequence Sequence, mailbox string, flags ...CopyFlag) (Copied, error) {
	return do(c, "Connection.MailMoveUIDs", func(c *call) (Copied, error) {
		set, err := c.toMove(sequence, combine(flags))
		if err != nil {
			return Copied{}, err
		}
		return c.copyUIDs(set, mailbox, true)
	})
}

// copyUIDs asks for the messages of the set first, because the server tells nothing of
// those that do not exist and of those whose UID it leaves out.
func (c *call) copyUIDs(set backend.Set, mailbox string, move bool) (Copied, error) {
	uids, err := collect(c, set, backend.Items{UID: true}, func(msg *backend.Message) int { return msg.UID })
	if err != nil {
		return Copied{}, err
	}
	var told backend.CopiedUIDs
	err = c.copy(set, mailbox, move, telling(&told))
	copied := Copied{UIDValidity: int(told.UIDValidity)}
	for _, uid := range uids {
		if n := told.Of(uid); n > 0 || err == nil {
			copied.Messages = append(copied.Messages, CopiedMessage{UID: uid, CopyUID: n})
		}
	}
	return copied, err
}

// telling is the copying of a service that tells the UIDs of the copies.
func telling(told *backend.CopiedUIDs) copying {
	with := func(do func(backend.UIDCopier, context.Context, backend.Set, string) (backend.CopiedUIDs, error)) func(context.Context, backend.Session, backend.Set, string) error {
		return func(ctx context.Context, service backend.Session, set backend.Set, mailbox string) (err error) {
			copier, ok := service.(backend.UIDCopier)
			if !ok {
				return errNoUIDs
			}
			*told, err = do(copier, ctx, set, mailbox)
			return err
		}
	}
	return copying{copy: with(backend.UIDCopier.CopyUIDs), move: with(backend.UIDCopier.MoveUIDs), awaited: true}
}

var errNoUIDs = &backend.Error{Kind: ErrNotSupported, Text: "The service does not tell the UIDs of new messages"}

// Appended tells the UID of a new message. Both numbers are 0 when the server did not tell,
// as of a mailbox whose UIDs do not last.
type Appended struct {
	UIDValidity int // of the mailbox
	UID         int
}

// AppendUID is [Connection.AppendReader] that returns the UID of the new message, which a
// server with UIDPLUS tells (APPENDUID, RFC 4315). PHP has no such function.
//
// The error matches [ErrNotSupported] where the server has neither UIDPLUS nor IMAP4rev2;
// nothing is appended then.
func (c *Connection) AppendUID(mailbox string, r io.Reader, size int64, options ...AppendOption) (Appended, error) {
	return do(c, "Connection.AppendUID", func(c *call) (Appended, error) {
		service, name, msg, err := c.toAppend(mailbox, r, size, options)
		if err != nil {
			return Appended{}, err
		}
		appender, ok := service.(backend.UIDAppender)
		if !ok {
			return Appended{}, errNoUIDs
		}
		uidValidity, uid, err := appender.AppendUID(c.ctx, name, msg)
		return Appended{UIDValidity: int(uidValidity), UID: uid}, err
	})
}

// ExpungeUIDs is [Connection.Expunge] of certain messages. It removes the messages that are
// marked for deletion and have one of the UIDs, whoever marked them, and no others. PHP has
// no such function.
//
// On IMAP it sends UID EXPUNGE (RFC 4315). The error matches [ErrNotSupported] where the
// server has neither UIDPLUS nor IMAP4rev2; nothing is removed then, because EXPUNGE would
// also remove what other clients have marked. On POP3 all marks are the connection's own,
// and the messages stay until it is closed, as with Expunge.
func (c *Connection) ExpungeUIDs(uids Sequence) error {
	return c.do("Connection.ExpungeUIDs", func(c *call) error {
		set, err := c.set(uids, true)
		if err == nil {
			set, err = c.pin(set)
		}
		if err != nil {
			return err
		}
		c.forget()
		defer func() { c.heard = c.session.State().News }()
		return c.session.ExpungeUIDs(c.ctx, set)
	})
}

// MoveUIDs moves the messages that have one of the UIDs to another mailbox of the server, and
// removes them from this one. PHP has no such function. The numbers of the other messages
// close up, as after [Connection.ExpungeUIDs]. The mailbox has the server's own name, as
// with [Connection.MailCopy].
//
// Unlike [Connection.MailMoveUIDs] it needs no Expunge afterwards. A server with MOVE (RFC
// 6851) moves the messages at once, with [WithMove] or without. Elsewhere they are copied,
// marked and removed by UID EXPUNGE (UIDPLUS, RFC 4315). Nothing is marked or removed that
// was not copied, and no message that others have marked is removed.
//
// The result has the messages that were moved. Messages that are gone already, or that other
// clients remove meanwhile, are left out without an error, as are messages that arrive
// meanwhile. CopyUID is 0 where the server does not tell.
//
// The error matches [ErrNotSupported] where the server has neither MOVE nor UIDPLUS, on
// POP3, and when the mailbox was opened for reading only; nothing is sent then. It matches
// [ErrRefused] when the server refuses, with "[TRYCREATE]" when there is no such mailbox.
// When the connection is lost, the error says what is known of the messages. Such an error
// comes with the messages that the server said it had copied, and the text says if they may
// not all be removed. As with [Connection.Expunge], the error may be that of an earlier call
// that did not wait; the result is whole then.
func (c *Connection) MoveUIDs(uids Sequence, mailbox string) (Copied, error) {
	return do(c, "Connection.MoveUIDs", func(c *call) (Copied, error) {
		set, err := c.set(uids, true)
		if err != nil {
			return Copied{}, err
		}
		c.forget()
		defer func() { c.heard = c.session.State().News }()
		moved, told, err := c.session.Relocate(c.ctx, set, mailbox)
		copied := Copied{UIDValidity: int(told.UIDValidity)}
		for _, uid := range moved {
			copied.Messages = append(copied.Messages, CopiedMessage{UID: uid, CopyUID: told.Of(uid)})
		}
		return copied, err
	})
}
