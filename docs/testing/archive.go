// Package archive is the example of docs/testing.md.
package archive

import (
	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// invoices moves the messages that have a PDF to the mailbox Invoices, and returns their
// subjects.
func invoices(mbox *imapcompat.Connection) ([]string, error) {
	n, err := mbox.NumMsg()
	if err != nil {
		return nil, err
	}
	var subjects []string
	for num := 1; num <= n; num++ {
		msg, err := readable.Open(mbox, num, imapcompat.FT_PEEK)
		if err != nil {
			return subjects, err
		}
		for file, err := range msg.Attachments() {
			if err != nil {
				return subjects, err
			}
			if file.Type != "application/pdf" {
				continue
			}
			header, err := mbox.HeaderInfo(num)
			if err != nil {
				return subjects, err
			}
			if err := mbox.MailMove(imapcompat.SequenceOf(num), "Invoices"); err != nil {
				return subjects, err
			}
			subject, _ := readable.Header(header.Subject)
			subjects = append(subjects, subject)
			break
		}
	}
	return subjects, mbox.Expunge()
}
