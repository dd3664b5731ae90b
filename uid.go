package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// UID returns the UID of a message, as imap_uid does. On IMAP it is the
// server's and lasts; on POP3 it is the number that the message had when the
// session began. The UIDs that last on POP3 are [Connection.UIDL]'s.
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

// UIDValidity returns what stands beside the UIDs of the mailbox: UIDs that a program has
// kept from an earlier session are those of the same messages only if this number is the
// same as then (RFC 9051 section 2.3.1.1). It comes with the opening of the mailbox, so
// that no command is needed; PHP has it in imap_status only. It is 0 when the server
// does not say, whose UIDs do not outlast the session.
//
// On POP3 it is meaningless: a number made up for the session, as imap_status has it.
// What lasts there is [Connection.UIDL]. UIDValidity asks nobody, and does not wait for a
// call of another goroutine. The error matches [ErrClosed].
func (c *Connection) UIDValidity() (int, error) {
	s, err := c.current("Connection.UIDValidity")
	if err != nil {
		return 0, err
	}
	return int(s.State().UIDValidity), nil
}

// UIDL returns the unique-id of a message on POP3 (RFC 1939 section 7), which
// no other message of the maildrop has and which stays the same from session to
// session. PHP has no function for it. On IMAP, and on a server without UIDL,
// the error matches [ErrNotSupported].
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
