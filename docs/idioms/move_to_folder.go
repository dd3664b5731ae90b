package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func moveToFolder(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	uids, err := mbox.Search(`SUBJECT "invoice"`, imapcompat.SE_UID)
	if err != nil {
		return err
	}
	if len(uids) > 0 {
		if err := mbox.MailMove(imapcompat.SequenceOf(uids...), "Archive", imapcompat.CP_UID); err != nil {
			return fmt.Errorf("not moved: %w", err)
		}
		if err := mbox.Expunge(); err != nil {
			return err
		}
	}
	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Print(n, " left in the inbox, ")
	if err := mbox.Reopen(server + "Archive"); err != nil {
		return err
	}
	if n, err = mbox.NumMsg(); err != nil {
		return err
	}
	fmt.Println(n, "in the archive")
	return mbox.Close()
}
