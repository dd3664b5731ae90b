package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func summary(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		return err
	}
	fmt.Printf("%d messages, %d unread, %d octets\n", info.Nmsgs, info.Unread, info.Size)
	lines, err := mbox.Headers()
	if err != nil {
		return err
	}
	for _, line := range lines {
		fmt.Println(line)
	}
	return nil
}
