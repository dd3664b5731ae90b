package main

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func appendSent(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	message := "From: support@example.com\r\n" +
		"To: ann@example.org\r\n" +
		"Subject: Your order\r\n" +
		"\r\n" +
		"It is on its way.\r\n"
	_, err = mbox.Status(server+"Sent", imapcompat.SA_MESSAGES)
	if errors.Is(err, imapcompat.ErrRefused) {
		err = mbox.CreateMailbox(server + "Sent")
	}
	if err != nil {
		return err
	}
	if err := mbox.Append(server+"Sent", message, imapcompat.WithAppendFlags(`\Seen`)); err != nil {
		return fmt.Errorf("not kept: %w", err)
	}
	status, err := mbox.Status(server+"Sent", imapcompat.SA_MESSAGES|imapcompat.SA_UNSEEN)
	if err != nil {
		return err
	}
	fmt.Printf("%d in Sent, %d unseen\n", status.Messages, status.Unseen)
	return nil
}
