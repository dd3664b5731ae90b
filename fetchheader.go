package imapcompat

import (
	"bytes"

	"github.com/imapcompat/imapcompat/backend"
)

// FetchHeader returns the header of a message with its empty line, not decoded, as
// imap_fetchheader does. It never sets \Seen. As in PHP it ends at a NUL.
//
// The flags are [FT_UID], [FT_PREFETCHTEXT], and FT_INTERNAL, which has no effect. With
// FT_PREFETCHTEXT the text of the message is fetched with the header, and kept for the next
// call of [Connection.Body].
//
// The error matches [ErrBadMessageNumber] when there is no such message, and
// [ErrInvalidArgument] for other flags.
func (c *Connection) FetchHeader(num int, flags ...FetchFlag) (string, error) {
	f := combine(flags)
	header, err := do(c, "imap_fetchheader", func(c *call) ([]byte, error) {
		if num > 0 && f&^(FT_UID|FT_PREFETCHTEXT|FT_INTERNAL) != 0 {
			return nil, argumentError(c.fn, 3, "flags", "must be a bitmask of FT_UID, FT_PREFETCHTEXT, and FT_INTERNAL")
		}
		r, err := c.numberOrUID(num, f)
		if err != nil {
			return nil, err
		}
		sections := []backend.Section{{Name: "HEADER", Peek: true}}
		if f&FT_PREFETCHTEXT != 0 {
			sections = append(sections, backend.Section{Name: "TEXT", Peek: true})
		}
		msg, err := c.one(r, backend.Items{Sections: sections})
		if err != nil {
			return nil, err
		}
		if f&FT_PREFETCHTEXT == 0 {
			return msg.Sections[0], nil
		}
		c.prefetched = &prefetchedText{r, msg.Sections[1]}
		return bytes.Clone(msg.Sections[0]), nil // the text is in the same memory
	})
	// PHP returns the header as a C string, which ends at a NUL.
	return cString(sharedString(header)), err
}

// prefetchedText is the text of a message that FT_PREFETCHTEXT asked for.
type prefetchedText struct {
	ref
	text []byte
}
