package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// Sizes returns the size in octets of each message of a sequence, as the Size of
// [Connection.FetchOverview], with one command that sends nothing else: by message number, or
// with [FT_UID], with which the sequence is of UIDs, by UID. PHP has no such function.
// Messages that do not exist are left out, as [Connection.UIDs] leaves them out. On POP3 the
// sizes are known from the login, and nothing is sent.
//
// The error matches [ErrInvalidArgument] for a sequence that does not parse and for a message
// number that does not exist. With another error the result has what is known.
func (c *Connection) Sizes(sequence Sequence, flags ...FetchFlag) (map[int]int, error) {
	f := combine(flags)
	return do(c, "Connection.Sizes", func(c *call) (map[int]int, error) {
		set, err := c.readable(sequence, f)
		if err != nil {
			return nil, err
		}
		return byNumber(c, set, backend.Items{UID: set.UID, Size: true}, func(msg *backend.Message) (int, bool) {
			return msg.Size, true
		})
	})
}
