package imapcompat

import (
	"context"
	"io"

	"github.com/imapcompat/imapcompat/backend"
)

// Copied tells which UIDs copies of messages have.
type Copied struct {
	UIDValidity int // of the mailbox of the copies; 0 when the server told no UID of one
	// Messages are the messages that were copied, in the order of the mailbox: none when the
	// sequence has no message that is there.
	Messages []CopiedMessage
}

// CopiedMessage is a message that was copied.
type CopiedMessage struct {
	UID int // of the message
	// CopyUID is the UID of its copy. It is 0 when the server did not tell, as of a
	// mailbox whose UIDs do not last, or when the message was removed by another client at
	// just that time.
	CopyUID int
}

// MailCopyUIDs is [Connection.MailCopy] that returns the UIDs of the copies, which the
// server tells with UIDPLUS (RFC 4315, COPYUID). PHP has nothing like it. It always waits for the
// server, for one round trip more than a MailCopy that does so.
//
// Where the server has neither UIDPLUS nor IMAP4rev2 the error matches [ErrNotSupported],
// and nothing is copied. With any other error come the messages of which the server had
// told that they were copied.
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
// mailbox: see [Connection.MailCopyUIDs]. It obeys [WithMove].
func (c *Connection) MailMoveUIDs(sequence Sequence, mailbox string, flags ...CopyFlag) (Copied, error) {
	return do(c, "Connection.MailMoveUIDs", func(c *call) (Copied, error) {
		set, err := c.toMove(sequence, combine(flags))
		if err != nil {
			return Copied{}, err
		}
		return c.copyUIDs(set, mailbox, true)
	})
}

// copyUIDs asks for the messages of the set first: of those that are not there the server
// says as little as of those of which it does not tell the UID.
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

// Appended tells which UID a new message has. Both numbers are 0 when the server did not
// tell, as of a mailbox whose UIDs do not last.
type Appended struct {
	UIDValidity int // of the mailbox
	UID         int
}

// AppendUID is [Connection.AppendReader] that returns the UID of the new message, which the
// server tells with UIDPLUS (RFC 4315, APPENDUID). PHP has nothing like it.
//
// Where the server has neither UIDPLUS nor IMAP4rev2 the error matches [ErrNotSupported],
// and nothing is appended.
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

// ExpungeUIDs is [Connection.Expunge] of certain messages: it removes those that are marked
// for deletion and have one of the UIDs, and no others, whoever has marked them. PHP has
// nothing like it.
//
// On IMAP that is UID EXPUNGE (RFC 4315). Where the server has neither UIDPLUS nor
// IMAP4rev2 the error matches [ErrNotSupported], and nothing is removed: never is Expunge
// used in its place, which takes what other clients have marked. On POP3 the marks are
// this connection's own; the messages stay until it is closed in order, as with Expunge.
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
