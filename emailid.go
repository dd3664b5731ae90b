package imapcompat

import (
	"cmp"
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// EmailID returns what identifies the content of a message on its server. PHP has no such
// function. It is "EMAILID:" with the EMAILID of a server with OBJECTID (RFC 8474), or
// "X-GM-MSGID:" with the number that Gmail gives (X-GM-EXT-1). Unlike a UID it is the same in
// every mailbox of the account, and outlasts a new UIDVALIDITY. Copies of a message have the
// same, and messages that are equal octet for octet may. Unlike a Message-ID no sender
// chooses it. It is "" when the server sent none for the message. The flag is [FT_UID].
//
// The error matches [ErrNotSupported] where the server has neither extension, and on POP3;
// nothing is sent then. It matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) EmailID(num int, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	return do(c, "Connection.EmailID", func(c *call) (string, error) {
		if f&^FT_UID != 0 {
			return "", argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
		}
		r, err := c.numberOrUID(num, f)
		if err != nil {
			return "", err
		}
		msg, err := c.one(r, backend.Items{EmailID: true})
		if err != nil {
			return "", err
		}
		return msg.EmailID, nil
	})
}

// EmailIDs returns what [Connection.EmailID] returns for each message of a sequence, with one
// command: by message number, or with [FT_UID], with which the sequence is of UIDs, by UID.
// Messages that do not exist are left out, as [Connection.UIDs] leaves them out, and so are
// messages for which the server sent no identifier.
//
// The error matches [ErrInvalidArgument] for a sequence that does not parse and for a message
// number that does not exist, and [ErrNotSupported] as that of EmailID. With another error
// the result has what is known.
func (c *Connection) EmailIDs(sequence Sequence, flags ...FetchFlag) (map[int]string, error) {
	f := combine(flags)
	return do(c, "Connection.EmailIDs", func(c *call) (map[int]string, error) {
		set, err := c.readable(sequence, f)
		if err != nil {
			return nil, err
		}
		return byNumber(c, set, backend.Items{EmailID: true}, func(msg *backend.Message) (string, bool) {
			return msg.EmailID, msg.EmailID != ""
		})
	})
}

// byNumber returns a value of each message of a set that has it, by message number or UID, as
// the set has them.
func byNumber[T any](c *call, set backend.Set, items backend.Items, value func(*backend.Message) (T, bool)) (map[int]T, error) {
	var failed error
	values := make(map[int]T)
	for msg, err := range c.session.Fetch(c.ctx, set, items) {
		switch {
		case errors.Is(err, ErrBadMessageNumber):
			continue
		case msg == nil:
			return values, err
		}
		failed = cmp.Or(failed, err)
		n := msg.Num
		if set.UID {
			n = msg.UID
		}
		if v, ok := value(msg); ok && n > 0 && !addedByStar(set, n) {
			values[n] = v
		}
	}
	return values, failed
}
