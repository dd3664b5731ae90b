package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// Delete marks messages for deletion, as imap_delete does. They stay, and are
// counted, until [Connection.Expunge] or a [Connection.Close] with
// [CL_EXPUNGE]; [Connection.Undelete] takes the mark away. The flag is
// [FT_UID].
//
// On IMAP the mark is on the server, and other clients see it. On POP3 it
// belongs to this connection and is gone with it.
//
// A loop of Deletes does not wait for the server each time. From the third on, Delete
// returns at once, and what collects meanwhile is marked by one command. It is done
// before the server is asked for anything else. Should the server refuse after it has
// marked others, that is the error of the next call that marks messages, of Expunge or
// of Close. [WithReadAhead] with [ReadAheadOff] makes every Delete wait.
//
// A message number that does not exist, and a sequence that does not parse, is
// an error that matches [ErrInvalidArgument], and nothing is marked. A UID that
// does not exist is passed over. In an empty mailbox no sequence is right, and
// none is an error: what PHP says about it is in [Connection.Errors].
func (c *Connection) Delete(sequence Sequence, flags ...FetchFlag) error {
	return c.mark("imap_delete", sequence, combine(flags), backend.StoreAdd)
}

func (c *Connection) mark(fn string, sequence Sequence, f FetchFlag, op backend.StoreOp) error {
	return c.do(fn, func(c *call) error {
		if f&^FT_UID != 0 {
			return argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
		}
		return c.store(sequence, f&FT_UID != 0, op, []string{`\Deleted`})
	})
}
