package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func textBody(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	for num := 1; num <= n; num++ {
		msg, err := readable.Open(mbox, num, imapcompat.FT_PEEK)
		if err != nil {
			return err
		}
		text, _, err := msg.Text()
		if err != nil {
			return err
		}
		fmt.Printf("%d: %s\n", num, text)
	}
	return nil
}
