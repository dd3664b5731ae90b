package imapcompat

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// UID returns the UID of a message, as imap_uid does. On IMAP it is the
// server's and lasts; on POP3 it is the number that the message had when the
// session began. The UIDs that last on POP3 are [Connection.UIDL]'s.
//
// The error matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) UID(num int) (int, error) {
	const fn = "imap_uid"
	var uid int
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		r, err := number(fn, s, num)
		if err != nil {
			return err
		}
		msg, err := one(ctx, fn, s, r, backend.Items{UID: true})
		if err == nil {
			uid = msg.UID
		}
		return err
	})
	return uid, err
}

// MsgNo returns the number of the message with a UID, as imap_msgno does, and 0
// when there is none.
func (c *Connection) MsgNo(uid int) (int, error) {
	const fn = "imap_msgno"
	var num int
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		if uid < 1 {
			return argumentError(fn, 2, "message_uid", "must be greater than 0")
		}
		if s.State().Messages == 0 {
			return nil
		}
		msg, err := s.FetchOne(ctx, uid, true, backend.Items{UID: true})
		if msg != nil {
			num = msg.Num
		}
		return err
	})
	return num, err
}

// UIDL returns the unique-id of a message on POP3 (RFC 1939 section 7), which
// no other message of the maildrop has and which stays the same from session to
// session. PHP has no function for it. On IMAP, and on a server without UIDL,
// the error matches [ErrNotSupported].
func (c *Connection) UIDL(num int) (string, error) {
	const fn = "uidl"
	var id string
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		r, err := number(fn, s, num)
		if err != nil {
			return err
		}
		msg, err := one(ctx, fn, s, r, backend.Items{UniqueID: true})
		if err == nil {
			id = msg.UniqueID
		}
		return err
	})
	return id, err
}
