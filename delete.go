package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// Delete marks messages for deletion, as imap_delete does. They stay, and are counted,
// until [Connection.Expunge] or a [Connection.Close] with [CL_EXPUNGE].
// [Connection.Undelete] removes the mark. The flag is [FT_UID].
//
// On IMAP the server keeps the mark, and other clients see it. On POP3 the mark belongs to
// the connection and ends with it.
//
// A loop does not wait for the server at each Delete. From the third on, Delete returns at
// once, and one command marks what has collected. Everything is marked before the server is
// asked for anything else. If the server refuses after it has marked others, the error is
// that of the next call that marks messages, of Expunge or of Close. With [WithReadAhead]
// and [ReadAheadOff] every Delete waits.
//
// The error matches [ErrInvalidArgument] for a message number that does not exist and for a
// sequence that does not parse; nothing is marked then. A UID that does not exist is passed
// over. In an empty mailbox no sequence is valid, and none is an error; [Connection.Errors]
// has what PHP says about it.
func (c *Connection) Delete(sequence Sequence, flags ...FetchFlag) error {
	return c.mark("imap_delete", sequence, combine(flags), backend.StoreAdd)
}

// Undelete removes the marks for deletion, as imap_undelete does. [Connection.Delete]
// describes sequences, flags and errors.
func (c *Connection) Undelete(sequence Sequence, flags ...FetchFlag) error {
	return c.mark("imap_undelete", sequence, combine(flags), backend.StoreRemove)
}

func (c *Connection) mark(fn string, sequence Sequence, f FetchFlag, op backend.StoreOp) error {
	return c.do(fn, func(c *call) error {
		if f&^FT_UID != 0 {
			return argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
		}
		return c.store(sequence, f&FT_UID != 0, op, []string{`\Deleted`})
	})
}
