package main

import (
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat"
)

func newestFirst(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	const perPage = 4
	uids, err := mbox.Sort(imapcompat.SORTDATE, true, imapcompat.SE_UID)
	if err != nil {
		return err
	}
	page := 0
	for chunk := range slices.Chunk(uids, perPage) {
		page++
		fmt.Println("page", page)
		// FetchOverview returns messages in the order of the mailbox.
		list, err := mbox.FetchOverview(imapcompat.SequenceOf(chunk...), imapcompat.FT_UID)
		if err != nil {
			return err
		}
		mails := map[int]*imapcompat.Overview{}
		for _, mail := range list {
			mails[mail.UID] = mail
		}
		for _, uid := range chunk {
			fmt.Printf("  %s  %s\n", mails[uid].Date, mails[uid].Subject)
		}
	}
	return nil
}
