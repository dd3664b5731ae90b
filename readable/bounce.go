package readable

import (
	"strings"
)

// delivery finds a delivery report. A machine-readable part decides in a multipart/report; in
// any other message, and for the words of a mail system, the header must show that a mail
// system sent it.
func (c *classifier) delivery() error {
	status, text, err := c.machinePart(deliveryTypes)
	if err != nil {
		return err
	}
	report := c.isReport("delivery-status")
	sent := c.sentByMailSystem()
	if !report && sent < isMailSystem || status == nil && (c.part(receiptTypes) != nil || c.part(feedbackTypes) != nil) {
		return nil
	}
	d := &Delivery{}
	if status != nil {
		if vague := readDeliveryStatus(text, d); vague != "" {
			c.doubt(DoubtVagueStatus, vague)
		}
	}
	var n notice
	if len(d.Recipients) == 0 {
		words, err := c.words()
		if err != nil {
			return err
		}
		var known bool
		n, known = readNotice(words)
		failed := c.header.all("X-Failed-Recipients")
		if !report && status == nil && len(failed) == 0 && (!known || len(n.recipients) == 0 && sent < isCertain) {
			return nil
		}
		if report || status != nil {
			c.doubt(DoubtNoReport, c.m.Structure.Subtype)
		}
		if err := c.recipients(d, n, words, failed); err != nil {
			return err
		}
	}
	if d.Original, err = c.original(status); err != nil {
		return err
	}
	if d.Original.Header == "" && n.header != "" {
		d.Original = originalOf(n.header)
	}
	if len(d.Recipients) == 0 {
		c.guessRecipient(d, n)
	}
	if len(d.Recipients) > maxRecipients {
		d.Recipients = d.Recipients[:maxRecipients]
		c.doubt(DoubtCut, "recipients")
	}
	c.Delivery = d
	return nil
}

// words returns the text of a report for people.
func (c *classifier) words() (string, error) {
	text, doubts, err := c.m.Text()
	c.Doubts.merge(doubts)
	return text, err
}

// recipients sets the recipients of a report without a machine-readable part: those of its
// fields if they stand elsewhere, of the words of a mail system, or of X-Failed-Recipients.
func (c *classifier) recipients(d *Delivery, n notice, words string, failed []string) error {
	if readStatusIn(words, d); len(d.Recipients) > 0 {
		return nil
	}
	if len(n.recipients) == 0 && c.m.Section == "" {
		text, doubts, err := c.m.read("", unknownLength) // its boundary may be wrong
		c.Doubts.merge(doubts)
		if err != nil {
			return err
		}
		text, _ = UTF8(cutText(text, maxNotice), "")
		if readStatusIn(withoutControls(strings.ReplaceAll(text, "\r\n", "\n")), d); len(d.Recipients) > 0 {
			return nil
		}
	}
	d.System, d.Recipients = n.system, n.recipients
	if len(d.Recipients) == 0 {
		d.addFailed(failed)
	}
	if len(d.Recipients) > 0 {
		c.doubt(DoubtWords, n.system)
	}
	if n.guessed {
		c.doubt(DoubtGuessedStatus, n.system)
	}
	return nil
}

// readStatusIn reads the fields of a report (RFC 3464) that stand anywhere in a text.
func readStatusIn(text string, d *Delivery) {
	at := strings.Index(lowerASCII(text), "\nfinal-recipient:")
	if at < 0 {
		return
	}
	if group := strings.LastIndex(text[:at], "\n\n"); group >= 0 {
		at = group // fields of the recipient may stand before
	}
	text = text[at+1:]
	if end := strings.Index(text, "\n--"); end >= 0 {
		text = text[:end]
	}
	readDeliveryStatus(text, d)
}

// addFailed adds the recipients of X-Failed-Recipients, which exim and Gmail write.
func (d *Delivery) addFailed(values []string) {
	for _, value := range values {
		for _, word := range strings.Split(value, ",") {
			if address, ok := addressIn(word); ok && len(d.Recipients) <= maxRecipients {
				d.Recipients = append(d.Recipients, Recipient{Address: address, Outcome: FailedPermanently})
			}
		}
	}
}

// guessRecipient sets the recipient of a report that names none: the only one of the original
// message, or the one in the address to which the report was sent.
func (c *classifier) guessRecipient(d *Delivery, n notice) {
	fields, _ := splitHeader(d.Original.Header)
	address := ""
	if to := fields.get("To"); strings.Count(to, "@") == 1 {
		address = cleanAddress(to)
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To"} {
		if address == "" {
			address = verpRecipient(cleanAddress(c.header.get(name)))
		}
	}
	if address == "" {
		return
	}
	c.doubt(DoubtGuessedRecipient, address)
	outcome := FailedPermanently
	if n.outcome != OutcomeUnknown {
		outcome = n.outcome
	}
	d.Recipients = []Recipient{{Address: address, Outcome: outcome}}
}

// verpRecipient returns the recipient that an envelope address encodes, as ezmlm, Mailman and
// other programs do: list-return-42-ann=example.org@lists.example.net. It returns "" if the
// address has no such form.
func verpRecipient(address string) string {
	local, _, ok := strings.Cut(address, "@")
	at := strings.LastIndexByte(local, '=')
	if !ok || at < 0 {
		return ""
	}
	user, host := local[:at], local[at+1:]
	user = user[strings.LastIndexAny(user, "-+")+1:]
	if found, ok := addressIn(user + "@" + host); ok && strings.Contains(host, ".") {
		return found
	}
	return ""
}

// isMailSystem is how much has to show in a header that a mail system sent the message.
// isCertain is how much has to show if the message names no recipient.
const (
	isMailSystem = 2
	isCertain    = 4
)

// sentByMailSystem weighs what in the header shows that a mail system sent the message. The
// subject alone shows nothing. An absence note of a person has no return path either (RFC 3834
// section 4).
func (c *classifier) sentByMailSystem() int {
	h := c.header
	n := 0
	from := lowerASCII(h.get("From"))
	local, _, _ := strings.Cut(cleanAddress(from), "@")
	switch {
	case isOneOf(local, "mailer-daemon", "mail-daemon", "mailerdaemon", "mdaemon", "maildaemon", "mailer_daemon", "mail.daemon"):
		n += 2
	case local == "" && h.has("From"): // <>
		n += 2
	case isOneOf(local, "postmaster", "post_master", "mailmaster", "no-reply", "noreply", "sysadmin"):
		n++
	}
	if containsAny(from, "mail delivery", "mail deliver", "mailer daemon", "mail daemon", "delivery subsystem", "delivery system", "mailer-daemon", "system administrator") {
		n++
	}
	if h.has("X-Failed-Recipients") || h.has("X-MS-Exchange-Message-Is-Ndr") || h.has("X-MS-Embedded-Report") {
		n += 2
	}
	auto := autoKeyword(h.all("Auto-Submitted"))
	if h.has("Return-Path") && cleanAddress(h.get("Return-Path")) == "" && (n > 0 || !strings.HasPrefix(auto, "auto-replied")) {
		n += 2
	}
	if n == 0 {
		return 0
	}
	if auto != "" && auto != "no" {
		n++
	}
	subject, _ := Header(h.get("Subject"))
	if isBounceSubject(subject) {
		n++
	}
	if isReplySubject(subject) && (h.has("In-Reply-To") || h.has("References")) {
		n -= 3
	}
	if h.has("List-Id") || h.has("List-Unsubscribe") {
		n -= 3
	}
	return n
}

// bounceSubjects are in the subjects of reports, in lower case.
var bounceSubjects = []string{
	"undeliver", "undelivered", "failure notice", "returned mail", "delivery failure", "delivery_failure", "delivery status notification",
	"delivery failed", "delivery has failed", "delivery notification", "mail delivery", "message delivery", "non-delivery", "nondelivery", "could not be delivered",
	"could not deliver", "cannot be delivered", "returned to sender", "mail system error", "delayed mail", "delivery delayed", "delayed:", "warning: message",
	"warning: could not send", "mail failure", "non delivery", "not delivered", "unable to deliver", "mail status report", "error sending your mail",
	"unzustellbar", "nicht zugestellt", "non remis", "non recapitabile", "no se puede entregar", "olevererbart",
	"退信", "недоставлен", "не доставлено", "無法傳遞", "配信不能", "配信できません", "delivery status", "failed delivery", "failure delivery", "message notification",
}

func isBounceSubject(subject string) bool {
	return containsAny(strings.ToLower(subject), bounceSubjects...)
}

// isReplySubject reports whether a subject begins as that of an answer or of a forwarded
// message.
func isReplySubject(subject string) bool {
	lower := strings.ToLower(strings.TrimSpace(subject))
	for _, prefix := range []string{"re:", "aw:", "sv:", "fwd:", "fw:", "wg:", "tr:", "rv:", "vs:", "antw:", "odp:", "回复:", "答复:", "转发:"} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	return false
}

func isOneOf(s string, values ...string) bool {
	for _, v := range values {
		if s == v {
			return true
		}
	}
	return false
}

// containsAny reports whether a text contains one of some texts.
func containsAny(text string, texts ...string) bool {
	for _, t := range texts {
		if strings.Contains(text, t) {
			return true
		}
	}
	return false
}
