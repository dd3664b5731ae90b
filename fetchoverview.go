package imapcompat

import (
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Overview is an element of PHP's result of imap_fetch_overview. A field that the message
// does not have is empty. [HeaderInfo] describes Isset and the JSON; the flags are 0 and 1
// in the JSON.
type Overview struct {
	Subject    string `json:"subject"` // RFC 2047 words not decoded
	From       string `json:"from"`    // the first address only
	To         string `json:"to"`      // the first address only
	Date       string `json:"date"`    // the field, as it stands
	MessageID  string `json:"message_id"`
	References string `json:"references"`
	InReplyTo  string `json:"in_reply_to"`
	Size       int    `json:"size" php:"always"` // octets
	UID        int    `json:"uid" php:"always"`
	Msgno      int    `json:"msgno" php:"always"`
	Recent     bool   `json:"recent" php:"always"`
	Flagged    bool   `json:"flagged" php:"always"`
	Answered   bool   `json:"answered" php:"always"`
	Deleted    bool   `json:"deleted" php:"always"`
	Seen       bool   `json:"seen" php:"always"`
	Draft      bool   `json:"draft" php:"always"`
	Udate      int64  `json:"udate" php:"always"` // the internal date as Unix time, in seconds

	empty phpvalue.Empty
}

// Isset reports whether the object has a property, by PHP's name, as PHP's isset does.
func (o *Overview) Isset(property string) bool { return phpvalue.Isset(o, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (o *Overview) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(o) }

// Time returns Udate as [HeaderInfo.Time] does.
func (o *Overview) Time() time.Time { return unixTime(o.Udate) }

var overviewItems = backend.Items{UID: true, Flags: true, InternalDate: true, Size: true, Envelope: true}

// FetchOverview returns an overview of each message of a sequence, in the order of their
// numbers, as imap_fetch_overview does. On IMAP it sends one command. The flag is [FT_UID].
//
// A message that the server refuses, or that is larger than [WithMaxMessageSize], has an
// overview of what is known of it. The error is that of the first such message. A message
// that another client has removed is left out, and so are UIDs that do not exist.
//
// The error matches [ErrInvalidArgument] where PHP returns an empty array because the
// sequence is not valid. In an empty mailbox no sequence is valid, since a script's "1:$n"
// is "1:0" there. The list is empty then, the error nil, and [Connection.Errors] has PHP's
// "Sequence out of range".
func (c *Connection) FetchOverview(sequence Sequence, flags ...FetchFlag) ([]*Overview, error) {
	f := combine(flags)
	list, err := do(c, "imap_fetch_overview", func(c *call) ([]*Overview, error) {
		if f&^FT_UID != 0 {
			return nil, argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
		}
		set, err := c.set(sequence, f&FT_UID != 0)
		if c.session.State().Messages == 0 {
			// A server without a mailbox would refuse UIDs.
			c.noteError(err)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		list, err := collect(c, set, overviewItems, newOverview)
		if err == nil {
			c.followOverviews(list)
		}
		return list, err
	})
	return orEmpty(list), err
}

// followOverviews expects that the messages of several overviews are read next, by number
// or by UID.
func (c *call) followOverviews(list []*Overview) {
	if len(list) < 2 {
		return
	}
	numbers, uids := make([]int, len(list)), make([]int, len(list))
	for i, o := range list {
		numbers[i], uids[i] = o.Msgno, o.UID
	}
	c.session.Follow(numbers, false)
	c.session.Follow(uids, true)
}

func newOverview(msg *backend.Message) *Overview {
	o := &Overview{
		Size:     msg.Size,
		UID:      msg.UID,
		Msgno:    msg.Num,
		Recent:   msg.Flags.Recent,
		Flagged:  msg.Flags.Flagged,
		Answered: msg.Flags.Answered,
		Deleted:  msg.Flags.Deleted,
		Seen:     msg.Flags.Seen,
		Draft:    msg.Flags.Draft,
		Udate:    internalDate(msg).Unix(),
	}
	env := msg.Envelope
	if env == nil {
		return o
	}
	setString(&o.empty, &o.Subject, "subject", env.Subject)
	setString(&o.empty, &o.From, "from", firstAddress(env.From))
	setString(&o.empty, &o.To, "to", firstAddress(env.To))
	setString(&o.empty, &o.Date, "date", env.Date)
	setString(&o.empty, &o.MessageID, "message_id", env.MessageID)
	setString(&o.empty, &o.References, "references", env.References)
	setString(&o.empty, &o.InReplyTo, "in_reply_to", env.InReplyTo)
	return o
}

// firstAddress returns the first address of a list as text, and NIL when there is none.
func firstAddress(list []backend.Address) backend.NString {
	if len(list) == 0 {
		return backend.NString{}
	}
	return backend.String(rfc822.FormatAddressList(list[:1]))
}
