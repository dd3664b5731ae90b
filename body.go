package imapcompat

import (
	"unsafe"

	"github.com/imapcompat/imapcompat/backend"
)

// Body returns the text of a message, all that follows the header, as imap_body does. It is
// not decoded. Body sets \Seen unless flags have [FT_PEEK]. The other flags are [FT_UID],
// and FT_INTERNAL, which has no effect.
//
// The error matches [ErrBadMessageNumber] when there is no such message, [ErrTooLarge] when
// the message is larger than [WithMaxMessageSize], and [ErrInvalidArgument] for other
// flags.
func (c *Connection) Body(num int, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	text, err := do(c, "imap_body", func(c *call) ([]byte, error) {
		r, err := c.textArguments(3, num, f)
		if err != nil {
			return nil, err
		}
		p := c.prefetched
		if p == nil || p.ref != r {
			return c.section(r, "TEXT", f)
		}
		c.prefetched = nil
		if f&FT_PEEK != 0 {
			return p.text, nil
		}
		return p.text, c.session.Store(c.ctx, r.set(), backend.StoreAdd, []string{`\Seen`})
	})
	return sharedString(text), err
}

// sharedString returns the one text that was asked for of a message as a string that shares its
// memory. Nobody writes to that memory, and the string keeps little else in it alive (see
// [backend.Message.Sections]). A copy would cost a loop over texts a third of its time,
// most of it in the garbage collector.
func sharedString(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

// textArguments checks the arguments of a function that returns text. position is that of
// $flags.
func (c *call) textArguments(position, num int, f FetchFlag) (ref, error) {
	if num > 0 && f&^(FT_UID|FT_PEEK|FT_INTERNAL) != 0 {
		return ref{}, argumentError(c.fn, position, "flags", "must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL")
	}
	return c.numberOrUID(num, f)
}
