package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func deleteOld(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	old, err := mbox.Search(`BEFORE "1-Jan-2024" UNFLAGGED`, imapcompat.SE_UID)
	if err != nil {
		return err
	}
	for _, uid := range old {
		if err := mbox.Delete(imapcompat.SequenceOf(uid), imapcompat.FT_UID); err != nil {
			return err
		}
	}
	if err := mbox.Expunge(); err != nil {
		return err
	}
	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Printf("%d deleted, %d left\n", len(old), n)
	return mbox.Close()
}
