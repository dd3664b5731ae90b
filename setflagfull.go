package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// SetFlagFull sets flags of messages, as imap_setflag_full does. flag names one
// or more, divided by blanks: \Seen, \Answered, \Flagged, \Deleted, \Draft in
// any case, and on IMAP keywords of the user's. The options are [ST_UID].
//
// A loop does not wait for the server each time, as with [Connection.Delete]. The errors
// are those of it, and one that matches
// [ErrInvalidArgument] for what cannot be a flag. On POP3 flags last as long as
// the connection. An IMAP mailbox may do the same with keywords or all flags:
// [Connection.PermanentFlags] tells.
func (c *Connection) SetFlagFull(sequence Sequence, flag string, options ...StoreFlag) error {
	return c.storeFlags("imap_setflag_full", sequence, flag, combine(options), backend.StoreAdd)
}

func (c *Connection) storeFlags(fn string, sequence Sequence, flag string, f StoreFlag, op backend.StoreOp) error {
	return c.do(fn, func(c *call) error {
		if f&^ST_UID != 0 {
			return argumentError(fn, 4, "options", "must be ST_UID or 0")
		}
		names, err := flagNames(flag)
		if err != nil {
			return err
		}
		if op == backend.StoreAdd {
			c.noteLost(names)
		}
		return c.store(sequence, f&ST_UID != 0, op, names)
	})
}

// flagNames divides a list of flags, which PHP takes with or without the
// parentheses of IMAP.
func flagNames(flag string) ([]string, error) {
	inner, opened := strings.CutPrefix(flag, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if opened != closed {
		return nil, &backend.Error{Kind: ErrInvalidArgument, Text: "Bad flag list"}
	}
	return strings.FieldsFunc(inner, func(r rune) bool { return r == ' ' }), nil
}

func (c *call) store(sequence Sequence, uid bool, op backend.StoreOp, flags []string) error {
	set, err := c.set(sequence, uid)
	if err != nil && c.isEmpty() {
		c.noteError(err)
		return nil
	}
	if err != nil {
		return err
	}
	return c.session.Change(c.ctx, set, op, flags)
}
