package imapcompat

import (
	"cmp"
	"fmt"

	"github.com/imapcompat/imapcompat/internal/mime"
)

// BodyStruct returns the structure of one part without its own parts, as imap_bodystruct
// does. The section is the number of a part, "2" or "1.2", as for [Connection.FetchBody]. A
// message that is no multipart is its own part "1".
//
// The error matches [ErrNoSuchPart] where PHP returns false because the message has no such
// part, and [ErrBadMessageNumber] when there is no such message.
func (c *Connection) BodyStruct(num int, section string) (*Structure, error) {
	return do(c, "imap_bodystruct", func(c *call) (*Structure, error) {
		r, err := c.number(num)
		if err != nil {
			return nil, err
		}
		body, err := c.structureOf(r)
		if body == nil {
			return nil, err
		}
		part := mime.Part(body, section)
		if part == nil {
			return nil, cmp.Or(err, error(&Error{Func: c.fn, Text: fmt.Sprintf("The message has no part %.80q", section), Err: ErrNoSuchPart}))
		}
		return newStructure(part, c.names), err
	})
}
