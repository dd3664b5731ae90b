package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func bounces(server, user, password string) error {
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
		kind, err := msg.Classify()
		if err != nil {
			return err
		}
		if kind.Delivery == nil {
			continue
		}
		for _, r := range kind.Delivery.Recipients {
			verdict := "retry"
			if r.Outcome == readable.FailedPermanently {
				verdict = "unsubscribe"
			}
			fmt.Printf("%s %s (%s)\n", verdict, r.Address, r.Status)
		}
		fmt.Println("it was", kind.Delivery.Original.MessageID)
		if err := mbox.Delete(imapcompat.SequenceOf(num)); err != nil {
			return err
		}
	}
	return mbox.Close(imapcompat.CL_EXPUNGE)
}
