package imapcompat

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// HeaderInfo is PHP's header object of imap_headerinfo: the fields of the header, not
// decoded, and the state of the message.
//
// A field that the message does not have is empty. PHP tells a field that is there and
// empty from one that is not there, and so do Isset and the JSON. The JSON has PHP's
// properties in PHP's order: the date as date and as Date, the subject as subject and as
// Subject, Msgno and Size as strings.
type HeaderInfo struct {
	Remail     string `json:"remail"` // the first Resent- fields
	Date       string `json:"date" alias:"Date"`
	Subject    string `json:"subject" alias:"Subject"`
	InReplyTo  string `json:"in_reply_to"`
	MessageID  string `json:"message_id"`
	Newsgroups string `json:"newsgroups"`
	FollowupTo string `json:"followup_to"`
	References string `json:"references"`

	// Each address list is there as a text and as a list. Reply-To and Sender are From where
	// the header does not have them.
	ToAddress         string      `json:"toaddress"`
	To                AddressList `json:"to"`
	FromAddress       string      `json:"fromaddress"`
	From              AddressList `json:"from"`
	CcAddress         string      `json:"ccaddress"`
	Cc                AddressList `json:"cc"`
	BccAddress        string      `json:"bccaddress"`
	Bcc               AddressList `json:"bcc"`
	ReplyToAddress    string      `json:"reply_toaddress"`
	ReplyTo           AddressList `json:"reply_to"`
	SenderAddress     string      `json:"senderaddress"`
	Sender            AddressList `json:"sender"`
	ReturnPathAddress string      `json:"return_pathaddress"` // not on IMAP
	ReturnPath        AddressList `json:"return_path"`        // not on IMAP

	// The state is a letter each, or a blank. RFC822ParseHeaders leaves the following fields
	// empty.
	Recent   string `json:"Recent"`   // "R" recent and seen, "N" recent and unseen
	Unseen   string `json:"Unseen"`   // "U" neither seen nor recent
	Flagged  string `json:"Flagged"`  // "F"
	Answered string `json:"Answered"` // "A"
	Deleted  string `json:"Deleted"`  // "D"
	Draft    string `json:"Draft"`    // "X"

	Msgno    int    `json:"Msgno" php:"%4d"`
	MailDate string `json:"MailDate"` // the internal date, " 1-Jan-2006 15:04:05 +0000"
	Size     int    `json:"Size" php:"%d"`
	Udate    int64  `json:"udate"` // the internal date as Unix time, in seconds

	// FetchFrom is the name or address of the first sender, cut or padded to the length of
	// WithFromLength. FetchSubject is the subject, cut to the length of WithSubjectLength.
	FetchFrom    string `json:"fetchfrom"`
	FetchSubject string `json:"fetchsubject"`

	empty phpvalue.Empty
}

// Isset reports whether the object has a property, by PHP's name, as PHP's isset does.
func (h *HeaderInfo) Isset(property string) bool { return phpvalue.Isset(h, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (h *HeaderInfo) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(h) }

// Time returns Udate as a time in the local time zone, and the zero time if Udate is not set:
// see [time.Time.IsZero].
func (h *HeaderInfo) Time() time.Time { return unixTime(h.Udate) }

func unixTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// HeaderInfoOption is an optional argument of [Connection.HeaderInfo]: what
// [WithFromLength] or [WithSubjectLength] returns.
type HeaderInfoOption func(*headerInfoOptions)

type headerInfoOptions struct{ from, subject int }

// WithFromLength sets PHP's argument $from_length: the length of FetchFrom, 0 to 1,024
// octets. 0, the default, leaves FetchFrom out. Another length is an error that matches
// [ErrInvalidArgument].
func WithFromLength(octets int) HeaderInfoOption {
	return func(o *headerInfoOptions) { o.from = octets }
}

// WithSubjectLength sets PHP's argument $subject_length: the largest length of
// FetchSubject, 0 to 1,024 octets. 0, the default, leaves FetchSubject out. Another length
// is an error that matches [ErrInvalidArgument].
func WithSubjectLength(octets int) HeaderInfoOption {
	return func(o *headerInfoOptions) { o.subject = octets }
}

// maxLength is the largest length of FetchFrom and FetchSubject, in octets.
const maxLength = 1024

func (o *headerInfoOptions) check(fn string) error {
	must := fmt.Sprintf("must be between 0 and %d", maxLength)
	switch {
	case o.from < 0 || o.from > maxLength:
		return argumentError(fn, 3, "from_length", must)
	case o.subject < 0 || o.subject > maxLength:
		return argumentError(fn, 4, "subject_length", must)
	}
	return nil
}

// HeaderInfo returns the header object of a message, as imap_headerinfo does. It never sets
// \Seen. FetchFrom and FetchSubject are set with [WithFromLength] and [WithSubjectLength]
// only.
//
// On IMAP the fields are those of the server's ENVELOPE. On POP3 the header is read and
// parsed.
//
// The error matches [ErrBadMessageNumber] when there is no such message, and
// [ErrInvalidArgument] for a number below 1. An error about this message alone, such as one
// that is gone or that the server refuses, comes with what is known of the message, as in
// PHP.
func (c *Connection) HeaderInfo(num int, opts ...HeaderInfoOption) (*HeaderInfo, error) {
	var o headerInfoOptions
	for _, opt := range opts {
		opt(&o)
	}
	return do(c, "imap_headerinfo", func(c *call) (*HeaderInfo, error) {
		r, err := c.number(num)
		if err != nil {
			return nil, err
		}
		if err := o.check(c.fn); err != nil {
			return nil, err
		}
		msg, err := c.one(r, headerItems)
		if msg == nil {
			return nil, err
		}
		h := newHeaderInfo(msg.Envelope)
		h.setState(msg)
		h.setLengths(msg.Envelope, o.from, o.subject)
		return h, err
	})
}

// Header is [Connection.HeaderInfo]. imap_header was another name of imap_headerinfo until
// PHP 8.0.
func (c *Connection) Header(num int, opts ...HeaderInfoOption) (*HeaderInfo, error) {
	return c.HeaderInfo(num, opts...)
}

var headerItems = backend.Items{Flags: true, InternalDate: true, Size: true, Envelope: true}

// newHeaderInfo returns PHP's header object of an envelope, without the state of the
// message.
func newHeaderInfo(env *backend.Envelope) *HeaderInfo {
	h := &HeaderInfo{}
	if env == nil {
		return h
	}
	setString(&h.empty, &h.Remail, "remail", env.Remail)
	setString(&h.empty, &h.Date, "date", env.Date)
	setString(&h.empty, &h.Subject, "subject", env.Subject)
	setString(&h.empty, &h.InReplyTo, "in_reply_to", env.InReplyTo)
	setString(&h.empty, &h.MessageID, "message_id", env.MessageID)
	setString(&h.empty, &h.Newsgroups, "newsgroups", env.Newsgroups)
	setString(&h.empty, &h.FollowupTo, "followup_to", env.FollowupTo)
	setString(&h.empty, &h.References, "references", env.References)
	h.setAddresses(&h.ToAddress, &h.To, "toaddress", env.To)
	h.setAddresses(&h.FromAddress, &h.From, "fromaddress", env.From)
	h.setAddresses(&h.CcAddress, &h.Cc, "ccaddress", env.Cc)
	h.setAddresses(&h.BccAddress, &h.Bcc, "bccaddress", env.Bcc)
	h.setFallback(&h.ReplyToAddress, &h.ReplyTo, "reply_toaddress", env.ReplyTo, env.From)
	h.setFallback(&h.SenderAddress, &h.Sender, "senderaddress", env.Sender, env.From)
	h.setAddresses(&h.ReturnPathAddress, &h.ReturnPath, "return_pathaddress", env.ReturnPath)
	return h
}

func (h *HeaderInfo) setAddresses(text *string, list *AddressList, property string, addresses []backend.Address) {
	if len(addresses) == 0 {
		return
	}
	*list = newAddresses(addresses)
	setString(&h.empty, text, property, backend.String(rfc822.FormatAddressList(addresses)))
}

// setFallback is setAddresses of Reply-To and Sender. Where they are From, it does not
// write the text again.
func (h *HeaderInfo) setFallback(text *string, list *AddressList, property string, addresses, from []backend.Address) {
	if len(addresses) == 0 || len(from) != len(addresses) || &from[0] != &addresses[0] {
		h.setAddresses(text, list, property, addresses)
		return
	}
	*list = slices.Clone(h.From)
	setString(&h.empty, text, property, backend.String(h.FromAddress))
}

// setState sets the state of the message.
func (h *HeaderInfo) setState(msg *backend.Message) {
	f := msg.Flags
	h.Recent = letter(f.Recent, "N")
	if f.Recent && f.Seen {
		h.Recent = "R"
	}
	h.Unseen = letter(!f.Recent && !f.Seen, "U")
	h.Flagged = letter(f.Flagged, "F")
	h.Answered = letter(f.Answered, "A")
	h.Deleted = letter(f.Deleted, "D")
	h.Draft = letter(f.Draft, "X")

	date := internalDate(msg)
	h.Msgno = msg.Num
	h.MailDate = date.String()
	h.Size = msg.Size
	h.Udate = date.Unix()
	if h.Size == 0 {
		h.empty.Mark("Size")
	}
	if h.Udate == 0 {
		h.empty.Mark("udate")
	}
}

func letter(set bool, l string) string {
	if set {
		return l
	}
	return " "
}

// internalDate returns the date of a message as c-client keeps it.
func internalDate(msg *backend.Message) rfc822.Date {
	date, ok := rfc822.ParseDate(msg.InternalDate)
	if !ok {
		return rfc822.Date{}
	}
	return date
}

func (h *HeaderInfo) setLengths(env *backend.Envelope, from, subject int) {
	if env == nil {
		return
	}
	if len(env.From) > 0 && from > 0 {
		h.FetchFrom = fetchFrom(env, from)
	}
	if env.Subject.Valid && subject > 0 {
		h.FetchSubject = cut(cString(env.Subject.Value), subject)
		if h.FetchSubject == "" {
			h.empty.Mark("fetchsubject")
		}
	}
}

// fetchFrom returns the display name, or else the address, of the first sender that is no
// group, in length octets.
func fetchFrom(env *backend.Envelope, length int) string {
	var name string
	for _, a := range env.From {
		if !a.Host.Valid {
			continue
		}
		name = cString(a.Personal.Value)
		if !a.Personal.Valid {
			name = cut(cString(a.Mailbox.Value), 256) + "@" + cut(cString(a.Host.Value), 256)
		}
		break
	}
	name = cut(name, length)
	return name + strings.Repeat(" ", length-len(name))
}

func cut(s string, n int) string { return s[:min(len(s), n)] }
