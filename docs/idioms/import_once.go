package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func importOnce(server, user, password string) error {
	// With ReadAheadOff SetFlagFull returns after the server has set the mark.
	mbox, err := imapcompat.Open(server+"INBOX", user, password, imapcompat.WithReadAhead(imapcompat.ReadAheadOff))
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	kept, err := mbox.PermanentFlags()
	if err != nil {
		return err
	}
	if !kept.Keeps("Imported") {
		return errors.New("this mailbox would forget what is imported")
	}
	uids, err := mbox.Search(`SUBJECT "invoice" UNKEYWORD Imported`, imapcompat.SE_UID)
	if err != nil {
		return err
	}
	for _, uid := range uids {
		num, err := mbox.MsgNo(uid)
		if err != nil {
			return err
		}
		header, err := mbox.HeaderInfo(num)
		if err != nil {
			return err
		}
		fmt.Println("import of", header.MessageID)
		if err := mbox.SetFlagFull(imapcompat.SequenceOf(uid), "Imported", imapcompat.ST_UID); err != nil {
			return err
		}
	}
	done, err := mbox.Search("KEYWORD Imported")
	if err != nil {
		return err
	}
	fmt.Printf("%d imported, messages %s\n", len(done), strings.Trim(fmt.Sprint(done), "[]"))
	return nil
}
