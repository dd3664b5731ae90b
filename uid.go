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
