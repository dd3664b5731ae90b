package readable

import (
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Kind is what kind of message it is.
type Kind int

// Kinds. A message of several kinds is of the first of them in this order: a delivery report
// that a mailing list passes on is a delivery report.
const (
	KindNormal    Kind = iota
	KindDelivery       // a delivery report (RFC 3464)
	KindFeedback       // a complaint about a message (RFC 5965)
	KindReceipt        // a message disposition notification, or read receipt (RFC 8098)
	KindCalendar       // an invitation, or an answer to one (RFC 6047)
	KindAutoReply      // the answer of a program, such as an absence note (RFC 3834)
	KindList           // of a mailing list or a bulk mailing (RFC 2369, RFC 2919)
)

var kindNames = [...]string{"normal", "delivery report", "feedback report", "read receipt", "calendar", "auto-reply", "mailing list"}

// String returns the name of the kind in words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[KindNormal]
	}
	return kindNames[k]
}

// Classification says what kind of message a message is. What it is not is nil.
//
// Kind is what a program decides by. A message may have more than one of the others: a delivery
// report has Automatic too, since a program sent it, and so has a notice of a shop. A program
// that skips the answers of programs compares Kind with [KindAutoReply], and does not look
// whether Automatic is nil.
type Classification struct {
	Kind      Kind
	Delivery  *Delivery
	Feedback  *Feedback
	Receipt   *Receipt
	Calendar  *Calendar
	Automatic *Automatic // of any message that a program sent by itself: an answer, a delivery report, a notice
	List      *List
	Doubts    Doubts // of kinds that begin with Doubt in this package, on what was guessed
}

// Kinds of doubts about the kind of a message.
const (
	// DoubtNoReport: the message has the form of a report, and no machine-readable part.
	DoubtNoReport DoubtKind = "no machine-readable report"
	// DoubtWords: recipients were read from the words of a mail system.
	DoubtWords DoubtKind = "report in words only"
	// DoubtGuessedRecipient: the report names no recipient. It is the one of the original
	// message, or of the address that the report was sent to (VERP).
	DoubtGuessedRecipient DoubtKind = "guessed recipient"
	// DoubtGuessedStatus: a recipient's status code is what its diagnostic means in words.
	DoubtGuessedStatus DoubtKind = "guessed status"
	// DoubtVagueStatus: the status in the report, such as 5.0.0, was made precise from the
	// diagnostic.
	DoubtVagueStatus DoubtKind = "vague status"
	// DoubtSubject: only the subject says that it is an automatic message. It was not believed.
	DoubtSubject DoubtKind = "kind in the subject only"
	// DoubtContradiction: two places say different things of the kind of the message.
	DoubtContradiction DoubtKind = "contradiction"
)

// Classify says what kind of message it is, and what it reports.
//
// What a machine-readable part or a field of the header says decides. The words of a mail
// system count only in a message that a mail system sent, and only where it says nothing in
// machine-readable form. A subject alone never decides.
//
// An error is that of the connection. A part that the server refuses is a doubt.
func (m *Message) Classify() (*Classification, error) {
	text, doubts, err := m.Header()
	if err != nil {
		return nil, err
	}
	header, _ := splitHeader(text)
	c := classifier{m: m, header: header, Classification: &Classification{Doubts: doubts}}
	for _, find := range []func() error{c.delivery, c.feedback, c.receipt, c.calendar} {
		if err := find(); err != nil {
			return nil, err
		}
	}
	if c.Automatic = c.automatic(); c.Automatic != nil {
		c.Automatic.Field = withoutControls(c.Automatic.Field)
	}
	c.List = readList(header)
	switch {
	case c.Delivery != nil:
		c.Kind = KindDelivery
	case c.Feedback != nil:
		c.Kind = KindFeedback
	case c.Receipt != nil:
		c.Kind = KindReceipt
	case c.Calendar != nil:
		c.Kind = KindCalendar
	case c.Automatic != nil && c.Automatic.Reply:
		c.Kind = KindAutoReply
	case c.List != nil:
		c.Kind = KindList
	}
	return c.Classification, nil
}

// classifier finds out what a message is.
type classifier struct {
	m      *Message
	header headerFields
	*Classification
}

// doubt notes what was guessed.
func (c *classifier) doubt(kind DoubtKind, what string) { c.Doubts.add(kind, 0, what) }

// Media types of machine-readable parts. Those with "global" may have addresses in UTF-8 (RFC 6533).
var (
	deliveryTypes = []string{"message/delivery-status", "message/global-delivery-status"}
	receiptTypes  = []string{"message/disposition-notification", "message/global-disposition-notification"}
	feedbackTypes = []string{"message/feedback-report"}
	calendarTypes = []string{"text/calendar", "application/ics"}
)

// part returns the first part that has one of the media types, not looking into nested
// messages, or nil.
func (c *classifier) part(types []string) *leaf {
	for _, l := range c.m.leaves() {
		if slices.Contains(types, l.mediaType()) {
			return l
		}
	}
	return nil
}

// machinePart is part with the content as text.
func (c *classifier) machinePart(types []string) (*leaf, string, error) {
	l := c.part(types)
	if l == nil {
		return nil, "", nil
	}
	text, doubts, err := c.m.content(l)
	c.Doubts.merge(doubts)
	return l, withoutControls(text), err
}

// isReport reports whether the message is a multipart/report of a type (RFC 6522).
func (c *classifier) isReport(reportType string) bool {
	s := c.m.Structure
	return s.Type == imapcompat.TYPEMULTIPART && strings.EqualFold(s.Subtype, "REPORT") &&
		strings.EqualFold(parameter(s.Parameters, "report-type"), reportType)
}

// original returns the message that comes back with a report: the first nested message behind
// a part, or its header.
func (c *classifier) original(behind *leaf) (Original, error) {
	var o Original
	found := behind == nil
	for _, l := range c.m.leaves() {
		if !found {
			found = l == behind
			continue
		}
		switch l.mediaType() {
		case "message/rfc822", "message/global":
			nested := c.m.nested(l)
			if nested == nil {
				text, doubts, err := c.m.content(l)
				c.Doubts.merge(doubts)
				return originalOf(text), err
			}
			text, err := c.headerOf(nested)
			o = originalOf(text)
			o.Section = l.section
			return o, err
		case "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
			text, doubts, err := c.m.content(l)
			c.Doubts.merge(doubts)
			return originalOf(text), err
		}
	}
	return o, nil
}

// headerOf returns the header of a nested message.
func (c *classifier) headerOf(m *Message) (string, error) {
	text, doubts, err := m.Header()
	c.Doubts.merge(doubts)
	return text, err
}

// originalOf returns what the header of an original message says.
func originalOf(header string) Original {
	header = strings.TrimLeft(header, "\r\n")
	fields, rest := splitHeader(header)
	subject, _ := Header(fields.get("Subject"))
	return Original{
		MessageID: withoutControls(firstWord(fields.get("Message-ID"))),
		Subject:   subject,
		Header:    cutText(header[:len(header)-len(rest)], maxOriginalHeader),
	}
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}
