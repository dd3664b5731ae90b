package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func archiveJob(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	const batch = 4
	last, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	for ; last > 0; last -= batch {
		first := max(1, last-batch+1)
		// Counting down keeps the lower numbers valid.
		if err := mbox.MailMove(imapcompat.SequenceRange(first, last), "Archive"); err != nil {
			return fmt.Errorf("stopped: %w", err)
		}
		if err := mbox.Expunge(); err != nil {
			return err
		}
		left, err := mbox.NumMsg()
		if err != nil {
			return err
		}
		fmt.Printf("%d:%d, %d left\n", first, last, left)
	}
	return mbox.Close()
}
