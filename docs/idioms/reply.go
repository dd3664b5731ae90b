package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/sendmail"
)

// sendmailPath is the program in PHP's setting sendmail_path.
var sendmailPath = "/usr/sbin/sendmail"

func reply(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	header, err := mbox.HeaderInfo(2)
	if err != nil {
		return err
	}
	to := header.ReplyTo[0]
	err = imapcompat.Mail(
		imapcompat.RFC822WriteAddress(to.Mailbox, to.Host, to.Personal),
		"Re: "+header.Subject,
		"Thank you, we have your message.\n",
		imapcompat.WithAdditionalHeaders("In-Reply-To: "+header.MessageID+"\r\nReferences: "+header.MessageID),
		imapcompat.WithReturnPath("support@example.com"),
		imapcompat.WithSender(&sendmail.Command{Path: sendmailPath}),
	)
	if err != nil {
		return err
	}
	if err := mbox.SetFlagFull("2", `\Answered`); err != nil {
		return err
	}
	fmt.Println("answered")
	return nil
}
