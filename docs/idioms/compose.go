package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func compose(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	message, _, err := imapcompat.MailCompose(imapcompat.ComposeEnvelope{
		From:    "Support <support@example.com>",
		To:      "ann@example.org",
		Subject: "Price list",
		Date:    "Sat, 7 Mar 2026 12:00:00 +0000",
	}, []imapcompat.ComposeBody{
		{Type: imapcompat.TYPEMULTIPART, Subtype: "mixed", TypeParameters: []imapcompat.Parameter{{Attribute: "BOUNDARY", Value: "=_list"}}},
		{Type: imapcompat.TYPETEXT, Subtype: "plain", Charset: "utf-8", Encoding: imapcompat.ENC8BIT,
			ContentsData: "5 kg for 40 €\r\n"},
		{Type: imapcompat.TYPEAPPLICATION, Subtype: "pdf", Encoding: imapcompat.ENCBINARY, Description: "price list",
			DispositionType: "attachment", Disposition: []imapcompat.Parameter{{Attribute: "filename", Value: "prices.pdf"}},
			ContentsData: "%PDF-1.4\n"},
	})
	if err != nil {
		return err
	}
	fmt.Print(message)
	if err := mbox.Append(server+"Archive", message, imapcompat.WithAppendFlags(`\Draft`)); err != nil {
		return fmt.Errorf("not kept: %w", err)
	}
	return nil
}
