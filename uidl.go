package imapcompat

import (
	"cmp"
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// UIDL returns the unique-id of a message on POP3 (RFC 1939 section 7). No other message of
// the maildrop has it, and it is the same in every session, as far as the server keeps to the
// RFC. PHP has no such function. On IMAP, and on a server without UIDL, the error matches
// [ErrNotSupported].
//
// Servers do not always keep to it. The unique-id is returned as it was sent, with up to
// 1,024 octets where the RFC has 70, and also with blanks and octets beyond ASCII. It is ""
// when the server sent none, one that is longer, one with control characters, or two
// different ones for the message. Two messages may have the same. Some servers send the
// message number, which means another message in the next session. A program that keeps
// unique-ids has to expect all that: see [Connection.UIDLs].
func (c *Connection) UIDL(num int) (string, error) {
	return do(c, "Connection.UIDL", func(c *call) (string, error) {
		r, err := c.number(num)
		if err != nil {
			return "", err
		}
		msg, err := c.one(r, backend.Items{UniqueID: true})
		if err != nil {
			return "", err
		}
		return msg.UniqueID, nil
	})
}

// UIDLs returns the unique-ids of all messages on POP3, with one command: UIDLs()[n-1] is
// what [Connection.UIDL] returns for message n. There are as many as the connection has
// messages, whatever the server lists. In an empty maildrop there are none.
//
// On IMAP, and on a server without UIDL, the error matches [ErrNotSupported].
func (c *Connection) UIDLs() ([]string, error) {
	ids, err := do(c, "Connection.UIDLs", func(c *call) ([]string, error) {
		ids := make([]string, c.session.State().Messages)
		var failed error
		for msg, err := range c.session.Fetch(c.ctx, allMessages, backend.Items{UniqueID: true}) {
			switch {
			case msg == nil:
				return nil, err
			case err != nil && !errors.Is(err, ErrBadMessageNumber):
				failed = cmp.Or(failed, err)
			}
			if 0 < msg.Num && msg.Num <= len(ids) {
				ids[msg.Num-1] = msg.UniqueID
			}
		}
		return ids, failed
	})
	return orEmpty(ids), err
}
