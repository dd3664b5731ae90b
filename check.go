package imapcompat

import (
	"time"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// MailboxCheck is PHP's result of imap_check.
type MailboxCheck struct {
	Date    string `json:"Date" php:"always"`    // now, "Sun, 2 Jan 2006 15:04:05 +0000 (UTC)"
	Driver  string `json:"Driver" php:"always"`  // "imap" or "pop3"
	Mailbox string `json:"Mailbox" php:"always"` // the name as it was opened
	Nmsgs   int    `json:"Nmsgs" php:"always"`
	Recent  int    `json:"Recent" php:"always"`
}

// MarshalJSON returns PHP's json_encode of the object.
func (m *MailboxCheck) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(m) }

// Check asks the server for news and returns the state of the mailbox, as imap_check does.
// Message numbers may change: see [Connection.Ping]. The error matches [ErrConnectionLost]
// when the connection is lost.
func (c *Connection) Check() (*MailboxCheck, error) {
	return do(c, "imap_check", func(c *call) (*MailboxCheck, error) {
		if err := c.poll(); err != nil {
			return nil, quietly(c.fn, err)
		}
		state := c.session.State()
		return &MailboxCheck{
			Date:    dateNow(),
			Driver:  c.name.Service,
			Mailbox: c.name.String(),
			Nmsgs:   state.Messages,
			Recent:  state.Recent,
		}, nil
	})
}

// dateNow returns the date as c-client writes it.
func dateNow() string { return time.Now().Format("Mon, 2 Jan 2006 15:04:05 -0700 (MST)") }
