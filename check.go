package imapcompat

import (
	"time"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// MailboxCheck is what PHP's imap_check returns.
type MailboxCheck struct {
	Date    string `json:"Date" php:"always"`    // now, "Sun, 2 Jan 2006 15:04:05 +0000 (UTC)"
	Driver  string `json:"Driver" php:"always"`  // "imap" or "pop3"
	Mailbox string `json:"Mailbox" php:"always"` // the name as it was opened
	Nmsgs   int    `json:"Nmsgs" php:"always"`
	Recent  int    `json:"Recent" php:"always"`
}

// MarshalJSON is PHP's json_encode of the object.
func (m *MailboxCheck) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(m) }

// Check asks the server for news and returns the state of the mailbox, as
// imap_check does. Message numbers may change in it: see [Connection.Ping].
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

// dateNow is the date as c-client writes it.
func dateNow() string { return time.Now().Format("Mon, 2 Jan 2006 15:04:05 -0700 (MST)") }

// Ping asks the server for news and keeps the connection alive, as imap_ping
// does. PHP's false is an error that matches [ErrConnectionLost].
//
// Ping, Check, Expunge, Reopen and Close are the calls in which messages that
// another client removed, or that were moved under [WithMove], disappear and the
// numbers above them fall. New messages get numbers above all others, after any
// call.
func (c *Connection) Ping() error {
	return c.do("imap_ping", func(c *call) error { return quietly(c.fn, c.poll()) })
}

func (c *call) poll() error {
	c.forget()
	defer func() { c.heard = c.session.State().News }()
	return c.session.Poll(c.ctx)
}

// forget drops what is kept under message numbers, which are about to change.
func (c *connection) forget() { c.structure, c.prefetched = cachedStructure{}, nil }

// NumMsg returns the number of messages, as imap_num_msg does, as last heard
// from the server. It asks nobody, and does not wait for a call of another goroutine.
func (c *Connection) NumMsg() (int, error) {
	s, err := c.current("imap_num_msg")
	if err != nil {
		return 0, err
	}
	return s.State().Messages, nil
}

// NumRecent returns the number of messages that are new to this session, as
// imap_num_recent does, as last heard from the server. It asks nobody, and does not
// wait for a call of another goroutine. On POP3 all messages are.
func (c *Connection) NumRecent() (int, error) {
	s, err := c.current("imap_num_recent")
	if err != nil {
		return 0, err
	}
	return s.State().Recent, nil
}
