package readable

import (
	"strings"
	"unicode/utf8"
)

// Delivery is a report on the delivery of a message: a delivery status notification (RFC 3464),
// or a text in which a mail system says the same.
type Delivery struct {
	Recipients   []Recipient // at most 1,000; [DoubtCut] says that there are more
	ReportingMTA string      // the host that reports, "" if unknown
	EnvelopeID   string      // ENVID of the sender (RFC 3461)
	Original     Original

	// System names the form of a report that has no machine-readable part, such as "qmail" or
	// "exim". It is empty if the recipients come from a machine-readable part.
	System string
}

// Outcome returns the gravest outcome of all recipients.
func (d *Delivery) Outcome() Outcome {
	gravest := OutcomeUnknown
	for _, r := range d.Recipients {
		gravest = max(gravest, r.Outcome)
	}
	return gravest
}

// Recipient is what a report says of one recipient.
type Recipient struct {
	Address   string // the one that the mail system used; of Original-Recipient if it names no other
	Original  string // the address that the sender gave, "" if the report does not say
	Outcome   Outcome
	Action    string // "failed", "delayed", "delivered", "relayed" or "expanded"; "" without a machine-readable part
	Status    string // enhanced status code (RFC 3463), "5.1.1"
	Reply     int    // SMTP reply code of the diagnostic, 550, or 0
	RemoteMTA string // the host that refused, "" if unknown

	// Diagnostic is the reason in the words of the mail system that refused.
	Diagnostic string
}

// Outcome is what became of a message, from good to grave.
type Outcome int

const (
	OutcomeUnknown    Outcome = iota
	Delivered                 // delivered, relayed or expanded
	Delayed                   // not yet delivered; the mail system goes on trying
	FailedTemporarily         // given up, for a reason that may pass: a later message may arrive
	FailedPermanently         // given up, and another try fails in the same way
)

var outcomeNames = [...]string{"unknown", "delivered", "delayed", "failed temporarily", "failed permanently"}

// String returns the name of the outcome in words.
func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeNames) {
		return outcomeNames[OutcomeUnknown]
	}
	return outcomeNames[o]
}

// Original is the message that a report is about, as far as the report has it.
type Original struct {
	MessageID string // as in the field, "<a@b>"
	Subject   string // decoded
	Header    string // as it stands, cut after 64 KiB
	Section   string // of the message in the report, to pass to FetchBody; "" if only its header is there, or not even that
}

const (
	maxRecipients     = 1000 // one more is read, so that it is known that there are more
	maxAddress        = 320  // RFC 3696 section 3
	maxDiagnostic     = 2 << 10
	maxOriginalHeader = 64 << 10
)

// readDeliveryStatus reads the content of message/delivery-status (RFC 3464 section 2) into d.
// Fields of a recipient that stand in a group of their own belong to the recipient before. It
// returns the first vague status that a diagnostic makes precise.
func readDeliveryStatus(text string, d *Delivery) (vague string) {
	for text = strings.TrimLeft(text, " \t\r\n"); text != ""; text = strings.TrimLeft(text, "\r\n") {
		var group headerFields
		group, text = splitHeader(text)
		d.addGroup(group)
	}
	for i := range d.Recipients {
		reported := d.Recipients[i].Status
		d.Recipients[i].settle()
		if reported != "" && reported != d.Recipients[i].Status {
			vague = firstOf(vague, reported)
		}
	}
	return vague
}

// addGroup adds the fields of one group.
func (d *Delivery) addGroup(group headerFields) {
	var r *Recipient
	if group.has("Final-Recipient") || group.has("Original-Recipient") {
		r = d.newRecipient()
	} else if n := len(d.Recipients); n > 0 {
		r = &d.Recipients[n-1]
	} else {
		r = &Recipient{}
	}
	for _, f := range group {
		kind, value := splitType(f.value)
		switch strings.ToLower(f.name) {
		case "reporting-mta":
			d.ReportingMTA = firstOf(d.ReportingMTA, hostOf(value))
		case "original-envelope-id":
			d.EnvelopeID = firstOf(d.EnvelopeID, f.value)
		case "final-recipient":
			if r.Address != "" {
				r = d.newRecipient() // the empty line between two groups is missing
			}
			r.Address = cleanAddress(value)
		case "original-recipient":
			if r.Original != "" {
				r = d.newRecipient()
			}
			r.Original = cleanAddress(value)
		case "action":
			action, _, _ := strings.Cut(strings.ToLower(f.value), " ")
			r.Action = firstOf(r.Action, strings.Trim(action, ";,.()"))
		case "status":
			r.Status = firstOf(r.Status, statusIn(f.value))
		case "remote-mta":
			r.RemoteMTA = firstOf(r.RemoteMTA, hostOf(value))
		case "diagnostic-code":
			if !isAtom(kind) {
				value = f.value
			}
			r.Diagnostic = firstOf(r.Diagnostic, cutText(value, maxDiagnostic))
		}
	}
}

func (d *Delivery) newRecipient() *Recipient {
	if len(d.Recipients) > maxRecipients {
		return &Recipient{}
	}
	d.Recipients = append(d.Recipients, Recipient{})
	return &d.Recipients[len(d.Recipients)-1]
}

// settle derives what the fields imply. The status of a report is often "5.0.0" where the
// diagnostic has the remote host's own code of the same class.
func (r *Recipient) settle() {
	r.Address = firstOf(r.Address, r.Original)
	r.Reply = replyIn(r.Diagnostic)
	if own := statusIn(r.Diagnostic); isVague(r.Status) && own != "" && (r.Status == "" || own[0] == r.Status[0]) {
		r.Status = own
	}
	r.Outcome = outcomeOf(r.Action, r.Status, r.Reply)
}

// outcomeOf returns the outcome that an action, a status and a reply code mean. The action
// decides whether the mail system goes on trying, and the class of the code whether the reason
// may pass.
func outcomeOf(action, status string, reply int) Outcome {
	class := reply / 100
	if status != "" {
		class = int(status[0] - '0')
	}
	switch action {
	case "delivered", "relayed", "expanded", "deliverable":
		return Delivered
	case "delayed":
		return Delayed
	case "failed", "failure":
		if class == 4 {
			return FailedTemporarily
		}
		return FailedPermanently
	}
	switch class {
	case 2:
		return Delivered
	case 4:
		return Delayed
	case 5:
		return FailedPermanently
	}
	return OutcomeUnknown
}

// splitType splits the value of a field of RFC 3464 into its type and the rest, "rfc822" and
// the address. Without a type it is all value.
func splitType(value string) (kind, rest string) {
	kind, rest, ok := strings.Cut(value, ";")
	if !ok {
		return "", strings.TrimSpace(value)
	}
	return strings.TrimSpace(kind), strings.TrimSpace(rest)
}

// isAtom reports whether a text can be a type of RFC 3464, which no diagnostic is that merely
// has a semicolon in it.
func isAtom(text string) bool {
	return text != "" && len(text) <= 40 && !strings.ContainsAny(text, " \t:<>@,.\"")
}

// hostOf returns a host name without what a mail system says behind it.
func hostOf(value string) string {
	value, _, _ = strings.Cut(strings.TrimSpace(value), " ")
	return strings.Trim(value, "[]();,.")
}

// cleanAddress returns an address without its angle brackets, comments and blanks.
func cleanAddress(value string) string {
	if _, after, ok := strings.Cut(value, "<"); ok {
		inner, _, _ := strings.Cut(after, ">")
		if inner = strings.TrimSpace(inner); inner != "" {
			value = inner
		}
	}
	value, _, _ = strings.Cut(strings.TrimSpace(value), " ")
	value = strings.TrimPrefix(value, "mailto:")
	return cutText(withoutControls(strings.Trim(value, "<>\"',;:()[]")), maxAddress)
}

// cutText returns at most n octets of a text, and no half of a character at the end. Octets that
// are no UTF-8 stay.
func cutText(text string, n int) string {
	if len(text) <= n {
		return text
	}
	text = text[:n]
	for begin := n - 1; begin >= max(0, n-utf8.UTFMax); begin-- {
		if utf8.RuneStart(text[begin]) {
			if !utf8.FullRuneInString(text[begin:]) {
				return text[:begin]
			}
			break
		}
	}
	return text
}

// firstOf returns the first value that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
