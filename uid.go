package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// UID returns the UID of a message, as imap_uid does. On IMAP it is the server's, and
// lasts. On POP3 it is the number that the message had at login; [Connection.UIDL] returns
// what lasts.
//
// The error matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) UID(num int) (int, error) {
	return do(c, "imap_uid", func(c *call) (int, error) {
		r, err := c.number(num)
		if err != nil {
			return 0, err
		}
		msg, err := c.one(r, backend.Items{UID: true})
		if err != nil {
			return 0, err
		}
		return msg.UID, nil
	})
}

// UIDValidity returns the UIDVALIDITY of the mailbox. UIDs of an earlier session mean the
// same messages only if this number is the same as then (RFC 9051 section 2.3.1.1). It is 0
// when the server does not tell; UIDs then do not outlast the session. PHP has it in
// imap_status only.
//
// On POP3 the number is made up for the session, as in imap_status, and means nothing;
// [Connection.UIDL] returns what lasts.
//
// UIDValidity sends no command, because the number comes when the mailbox is opened, and
// does not wait for a call of another goroutine. The error matches [ErrClosed].
func (c *Connection) UIDValidity() (int, error) {
	s, err := c.current("Connection.UIDValidity")
	if err != nil {
		return 0, err
	}
	return int(s.State().UIDValidity), nil
}

// UIDL returns the unique-id of a message on POP3 (RFC 1939 section 7). No other message of
// the maildrop has it, and it is the same in every session. PHP has no such function. On
// IMAP, and on a server without UIDL, the error matches [ErrNotSupported].
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
