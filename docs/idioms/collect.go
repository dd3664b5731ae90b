package main

import (
	"fmt"
	"os"

	"github.com/imapcompat/imapcompat"
)

func collect(server, user, password string) error {
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
		message, err := mbox.FetchBody(num, "") // header and body at once
		if err != nil {
			return err
		}
		if err := os.WriteFile(fmt.Sprintf("%d.eml", num), []byte(message), 0o644); err != nil {
			return err
		}
		if err := mbox.Delete(imapcompat.SequenceOf(num)); err != nil {
			return err
		}
	}
	// A POP3 server removes messages only after QUIT.
	return mbox.Close(imapcompat.CL_EXPUNGE)
}
