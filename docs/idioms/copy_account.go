package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
)

func copyAccount(server, user, password string) error {
	from, err := imapcompat.Open(server+"INBOX", user, password, imapcompat.OP_READONLY)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer from.Close()
	to, err := imapcompat.Open(server+"Archive", user, password) // the other account
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer to.Close()

	list, err := from.FetchOverview("1:*")
	if err != nil {
		return err
	}
	for _, mail := range list {
		message, err := from.FetchBody(mail.Msgno, "", imapcompat.FT_PEEK)
		if err != nil {
			return err
		}
		var flags []string
		if mail.Seen {
			flags = append(flags, `\Seen`)
		}
		if mail.Flagged {
			flags = append(flags, `\Flagged`)
		}
		date := time.Unix(mail.Udate, 0).UTC().Format("02-Jan-2006 15:04:05 -0700")
		err = to.Append(server+"Archive", message,
			imapcompat.WithAppendFlags(strings.Join(flags, " ")), imapcompat.WithInternalDate(date))
		if err != nil {
			return fmt.Errorf("not copied: %w", err)
		}
	}
	if err := to.Ping(); err != nil { // asks for the news
		return err
	}
	n, err := to.NumMsg()
	if err != nil {
		return err
	}
	header, err := to.HeaderInfo(n)
	if err != nil {
		return err
	}
	fmt.Printf("%d there, the last of %s\n", n, time.Unix(header.Udate, 0).UTC().Format(time.DateOnly))
	return nil
}
