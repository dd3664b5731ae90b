package imapcompat

import (
	"cmp"
	"math"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// MailboxMsgInfo is PHP's result of imap_mailboxmsginfo.
type MailboxMsgInfo struct {
	Unread  int    `json:"Unread" php:"always"`  // messages that are recent or not seen
	Deleted int    `json:"Deleted" php:"always"` // messages marked for deletion
	Nmsgs   int    `json:"Nmsgs" php:"always"`
	Size    int    `json:"Size" php:"always"`    // of all messages, in octets
	Date    string `json:"Date" php:"always"`    // now
	Driver  string `json:"Driver" php:"always"`  // "imap" or "pop3"
	Mailbox string `json:"Mailbox" php:"always"` // the name as it was opened
	Recent  int    `json:"Recent" php:"always"`
}

// MarshalJSON returns PHP's json_encode of the object.
func (m *MailboxMsgInfo) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(m) }

// MailboxMsgInfo counts the messages of the mailbox and their octets, as
// imap_mailboxmsginfo does. On IMAP it sends one command. It counts the messages that were
// known at the last call that asked for news: see [Connection.Ping].
//
// An error comes with what was counted before it, since PHP's function never fails.
func (c *Connection) MailboxMsgInfo() (*MailboxMsgInfo, error) {
	info := &MailboxMsgInfo{}
	err := c.do("imap_mailboxmsginfo", func(c *call) error {
		var failure error
		all := &forgiving{Session: c.session}
		for msg, err := range all.Fetch(c.ctx, allMessages, backend.Items{Flags: true, Size: true}) {
			if err != nil {
				failure = err
				break
			}
			info.count(msg)
		}
		state := c.session.State()
		info.Nmsgs, info.Recent = state.Messages, state.Recent
		info.Date, info.Driver, info.Mailbox = dateNow(), c.name.Service, c.name.String()
		return cmp.Or(failure, all.failed)
	})
	return info, err
}

func (m *MailboxMsgInfo) count(msg *backend.Message) {
	if !msg.Flags.Seen || msg.Flags.Recent {
		m.Unread++
	}
	if msg.Flags.Deleted {
		m.Deleted++
	}
	m.Size = min(m.Size, math.MaxInt-max(msg.Size, 0)) + msg.Size // where an int has 32 bits
}
