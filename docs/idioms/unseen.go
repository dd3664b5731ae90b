package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func unseen(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	nums, err := mbox.Search("UNSEEN")
	if err != nil {
		return err
	}
	for _, num := range nums {
		header, err := mbox.HeaderInfo(num)
		if err != nil {
			return err
		}
		text, err := mbox.FetchBody(num, "1", imapcompat.FT_PEEK)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s (%d octets)\n", header.FromAddress, header.Subject, len(text))
		if err := mbox.SetFlagFull(imapcompat.SequenceOf(num), `\Seen`); err != nil {
			return err
		}
	}
	return nil
}
