package main

import (
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat"
)

func listInbox(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	check, err := mbox.Check()
	if err != nil {
		return err
	}
	fmt.Println(check.Nmsgs, "messages")
	list, err := mbox.FetchOverview(imapcompat.SequenceRange(1, check.Nmsgs))
	if err != nil {
		return err
	}
	for _, mail := range list {
		mark := "*"
		if mail.Seen {
			mark = " "
		}
		date := time.Unix(mail.Udate, 0).UTC().Format(time.DateOnly)
		fmt.Printf("%3d %s %s  %s  %s\n", mail.Msgno, mark, date, mail.From, mail.Subject)
	}
	return nil
}
