package imapcompat

import (
	"bytes"
	"context"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// FetchHeader returns the header of a message as it stands, with its blank
// line, as imap_fetchheader does. It never sets \Seen.
//
// The flags are of [FT_UID], [FT_INTERNAL], which changes nothing on IMAP and
// POP3, and [FT_PREFETCHTEXT]: the text is fetched along with the header and
// kept for the next call of [Connection.Body].
//
// The error matches [ErrBadMessageNumber] when there is no such message.
func (c *Connection) FetchHeader(num int, flags ...FetchFlag) (string, error) {
	const fn = "imap_fetchheader"
	f := combine(flags)
	var header []byte
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		if num > 0 && f&^(FT_UID|FT_PREFETCHTEXT|FT_INTERNAL) != 0 {
			return argumentError(fn, 3, "flags", "must be a bitmask of FT_UID, FT_PREFETCHTEXT, and FT_INTERNAL")
		}
		r, err := numberOrUID(fn, s, num, f)
		if err != nil {
			return err
		}
		sections := []backend.Section{{Name: "HEADER", Peek: true}}
		if f&FT_PREFETCHTEXT != 0 {
			sections = append(sections, backend.Section{Name: "TEXT", Peek: true})
		}
		msg, err := one(ctx, fn, s, r, backend.Items{Sections: sections})
		if err != nil {
			return err
		}
		header = msg.Sections[0]
		if f&FT_PREFETCHTEXT != 0 {
			header = bytes.Clone(header) // the text is in the same memory
			c.prefetched = &prefetchedText{r, msg.Sections[1]}
		}
		return nil
	})
	// PHP returns the header as a C string, which ends at a NUL.
	return cString(uncopied(header)), err
}

// prefetchedText is the text of a message that FT_PREFETCHTEXT asked for.
type prefetchedText struct {
	ref
	text []byte
}
