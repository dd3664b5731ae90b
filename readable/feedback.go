package readable

import (
	"strconv"
	"strings"
)

// Feedback is a feedback report about a message (ARF, RFC 5965; RFC 6591 about failed
// authentication). Mail providers send one when a recipient marks a message as spam.
type Feedback struct {
	Type       string // "abuse", "fraud", "virus", "not-spam", "auth-failure", "opt-out", "other"
	UserAgent  string
	MailFrom   string   // Original-Mail-From, the sender in the envelope
	Recipients []string // Original-Rcpt-To; often left out, or a code of the provider
	SourceIP   string
	Reporter   string // Reporting-MTA
	Incidents  int    // how many messages the report stands for, 1 unless it says more
	Domains    []string
	URIs       []string
	Failure    string // Auth-Failure, "dkim", "dmarc", "spf" (RFC 6591)
	Original   Original
}

// feedback finds a feedback report.
func (c *classifier) feedback() error {
	part, text, err := c.machinePart(feedbackTypes)
	if err != nil || c.Delivery != nil {
		return err
	}
	if part == nil {
		return c.complaint()
	}
	c.Feedback = readFeedback(text)
	c.Feedback.Original, err = c.original(part)
	return err
}

// complaint finds a complaint of Outlook.com's Junk Mail Reporting Program, which has no
// machine-readable part: the message itself comes back with a field for the recipient.
func (c *classifier) complaint() error {
	if !strings.HasPrefix(strings.TrimSpace(lowerASCII(c.header.get("Subject"))), "complaint about message from ") {
		return nil
	}
	original, err := c.original(nil)
	if err != nil {
		return err
	}
	fields, _ := splitHeader(original.Header)
	recipient := cleanAddress(fields.get("X-HmXmrOriginalRecipient"))
	if recipient == "" {
		return nil
	}
	c.Feedback = &Feedback{
		Type: "abuse", Recipients: []string{recipient}, Incidents: 1, Original: original,
		SourceIP: strings.TrimSpace(strings.TrimPrefix(lowerASCII(strings.TrimSpace(c.header.get("Subject"))), "complaint about message from ")),
	}
	c.doubt(DoubtNoReport, "X-HmXmrOriginalRecipient")
	return nil
}

// readFeedback reads the content of message/feedback-report (RFC 5965 section 3).
func readFeedback(text string) *Feedback {
	fields, _ := splitHeader(strings.TrimLeft(text, " \t\r\n"))
	f := &Feedback{
		Type:      lowerASCII(firstWord(fields.get("Feedback-Type"))),
		UserAgent: fields.get("User-Agent"),
		MailFrom:  cleanAddress(fields.get("Original-Mail-From")),
		SourceIP:  strings.Trim(firstWord(fields.get("Source-IP")), "[]"),
		Failure:   lowerASCII(firstWord(fields.get("Auth-Failure"))),
		Domains:   fields.all("Reported-Domain"),
		URIs:      fields.all("Reported-URI"),
		Incidents: 1,
	}
	_, reporter := splitType(fields.get("Reporting-MTA"))
	f.Reporter = hostOf(reporter)
	for _, to := range fields.all("Original-Rcpt-To") {
		f.Recipients = append(f.Recipients, cleanAddress(to))
	}
	if n, err := strconv.Atoi(fields.get("Incidents")); err == nil && n > 0 {
		f.Incidents = n
	}
	return f
}
