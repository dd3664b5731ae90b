package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// isTicket reports whether a message opens a ticket.
func isTicket(mbox *imapcompat.Connection, num int) (bool, error) {
	header, err := mbox.HeaderInfo(num)
	if err != nil {
		return false, err
	}
	// From may be missing: indexing it warns in PHP and panics in Go.
	if len(header.From) == 0 || header.From.First().Mailbox == "mailer-daemon" || header.Isset("in_reply_to") {
		return false, nil
	}
	text, err := mbox.FetchHeader(num)
	automatic := readable.Fields(text, "Auto-Submitted") != nil || readable.Fields(text, "List-Unsubscribe") != nil
	return !automatic, err
}

func headerFields(server, user, password string) error {
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
		ticket, err := isTicket(mbox, num)
		if err != nil {
			return err
		}
		if ticket {
			fmt.Println(num, "ticket")
		} else {
			fmt.Println(num, "no ticket")
		}
	}
	return nil
}
