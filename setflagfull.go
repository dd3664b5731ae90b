package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// SetFlagFull sets flags of messages, as imap_setflag_full does. flag has one or more
// flags, separated by blanks: \Seen, \Answered, \Flagged, \Deleted and \Draft, in any case,
// and on IMAP keywords. The option is [ST_UID].
//
// [Connection.Delete] describes sequences, errors, and how a loop goes on without waiting.
// A text that cannot be a flag is an error that matches [ErrInvalidArgument]. On POP3 flags
// last as long as the connection. An IMAP mailbox may lose keywords or all flags in the
// same way: [Connection.PermanentFlags] tells.
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

// flagNames splits a list of flags, which PHP takes with IMAP's parentheses and without.
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
