package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// MsgNo returns the number of the message with a UID, as imap_msgno does, and 0 when there
// is no such message. A UID below 1 is an error that matches [ErrInvalidArgument].
func (c *Connection) MsgNo(uid int) (int, error) {
	return do(c, "imap_msgno", func(c *call) (int, error) {
		if uid < 1 {
			return 0, argumentError(c.fn, 2, "message_uid", "must be greater than 0")
		}
		if c.session.State().Messages == 0 {
			return 0, nil
		}
		msg, err := c.session.FetchOne(c.ctx, uid, true, backend.Items{UID: true})
		if msg == nil {
			return 0, err
		}
		return msg.Num, err
	})
}
