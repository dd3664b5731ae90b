package imapcompat

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// Status is PHP's result of imap_status. Only the fields that Flags names are set.
type Status struct {
	Flags       StatusFlag `json:"flags" php:"always"`
	Messages    int        `json:"messages"`
	Recent      int        `json:"recent"`
	Unseen      int        `json:"unseen"`
	UIDNext     int        `json:"uidnext"`
	UIDValidity int        `json:"uidvalidity"`

	empty phpvalue.Empty
}

// Isset reports whether the object has a property, by PHP's name, as PHP's isset does.
func (s *Status) Isset(property string) bool { return phpvalue.Isset(s, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (s *Status) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(s) }

// Status asks about a mailbox without opening it, as imap_status does. The name is in full,
// "{host}Archive". As in PHP a mailbox on another IMAP server than the connection's is
// asked about over a connection of its own, with the same user and password.
//
// The error matches [ErrRefused] when there is no such mailbox, and [ErrInvalidArgument]
// for other flags and for a name that does not parse.
func (c *Connection) Status(mailbox string, flags StatusFlag) (*Status, error) {
	return do(c, "imap_status", func(c *call) (*Status, error) {
		if flags&^SA_ALL != 0 {
			return nil, argumentError(c.fn, 3, "flags", "must be a bitmask of SA_* constants")
		}
		name, err := mailboxname.ParseFor(mailboxname.ToGetStatus, mailbox)
		if err != nil {
			return nil, err
		}
		if !c.canAskAbout(name) {
			return nil, mailboxname.Unusable(mailboxname.ToGetStatus, mailbox)
		}
		var session backend.Session = c.session
		if !c.sameServer(name) || !c.secureEnough(name) {
			if session, _, err = c.openSession(c.ctx, name, OP_HALFOPEN); err != nil {
				return nil, err
			}
			defer session.Logout(c.ctx) // the answer is there by then
		}
		answer, err := session.Status(c.ctx, name.Mailbox, statusItems(flags))
		if err != nil {
			return nil, quietly(c.fn, err)
		}
		return newStatus(answer), nil
	})
}

func statusItems(flags StatusFlag) backend.StatusItems {
	return backend.StatusItems{
		Messages:    flags&SA_MESSAGES != 0,
		Recent:      flags&SA_RECENT != 0,
		Unseen:      flags&SA_UNSEEN != 0,
		UIDNext:     flags&SA_UIDNEXT != 0,
		UIDValidity: flags&SA_UIDVALIDITY != 0,
	}
}

// canAskAbout reports whether a mailbox is of the service of the open session, and on POP3
// its own mailbox.
func (c *connection) canAskAbout(name mailboxname.Name) bool {
	return name.Service == c.name.Service && (name.Service != "pop3" || c.sameServer(name))
}

func newStatus(answer backend.Status) *Status {
	status := &Status{}
	set := func(given bool, flag StatusFlag, dst *int, property string, n int) {
		if !given {
			return
		}
		status.Flags |= flag
		if *dst = n; n == 0 {
			status.empty.Mark(property)
		}
	}
	set(answer.Items.Messages, SA_MESSAGES, &status.Messages, "messages", answer.Messages)
	set(answer.Items.Recent, SA_RECENT, &status.Recent, "recent", answer.Recent)
	set(answer.Items.Unseen, SA_UNSEEN, &status.Unseen, "unseen", answer.Unseen)
	set(answer.Items.UIDNext, SA_UIDNEXT, &status.UIDNext, "uidnext", answer.UIDNext)
	set(answer.Items.UIDValidity, SA_UIDVALIDITY, &status.UIDValidity, "uidvalidity", answer.UIDValidity)
	return status
}
