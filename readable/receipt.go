package readable

import "strings"

// Receipt is a message disposition notification (RFC 8098): it says what became of a message
// after it was delivered.
type Receipt struct {
	Recipient   string // whose notification it is
	Original    string // the address that the sender gave, "" if it does not say
	MessageID   string // of the message that it is about, "<a@b>"
	ReportingUA string // the program that reports

	// Disposition is "displayed", "deleted", "dispatched" or "processed", or in old programs
	// "failed" or "denied".
	Disposition string
	Automatic   bool     // a program did it, not a person
	Modifiers   []string // such as "error"
	Error       string   // the text of an error
}

// receipt finds a read receipt.
func (c *classifier) receipt() error {
	if c.Delivery != nil {
		return nil
	}
	part, text, err := c.machinePart(receiptTypes)
	if err != nil || part == nil {
		return err
	}
	c.Receipt = readReceipt(text)
	if c.Receipt.MessageID == "" {
		original, err := c.original(part)
		if err != nil {
			return err
		}
		c.Receipt.MessageID = original.MessageID
	}
	return nil
}

// readReceipt reads the content of message/disposition-notification (RFC 8098 section 3.1).
func readReceipt(text string) *Receipt {
	fields, _ := splitHeader(strings.TrimLeft(text, " \t\r\n"))
	_, recipient := splitType(fields.get("Final-Recipient"))
	_, original := splitType(fields.get("Original-Recipient"))
	r := &Receipt{
		Recipient:   firstOf(cleanAddress(recipient), cleanAddress(original)),
		Original:    cleanAddress(original),
		MessageID:   firstWord(fields.get("Original-Message-ID")),
		ReportingUA: fields.get("Reporting-UA"),
		Error:       firstOf(fields.get("Error"), fields.get("Failure"), fields.get("Warning")),
	}
	mode, disposition, ok := strings.Cut(lowerASCII(fields.get("Disposition")), ";")
	if !ok {
		mode, disposition = "", mode
	}
	r.Automatic = strings.Contains(mode, "automatic-action")
	disposition, modifiers, _ := strings.Cut(strings.TrimSpace(disposition), "/")
	r.Disposition = firstWord(disposition)
	for _, modifier := range strings.Split(modifiers, ",") {
		if modifier = strings.TrimSpace(modifier); modifier != "" && len(r.Modifiers) < 20 {
			r.Modifiers = append(r.Modifiers, modifier)
		}
	}
	return r
}
