package main

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

// info is the JSON of "imapcompat info".
type info struct {
	Check          *imapcompat.MailboxCheck   `json:"check"`
	MailboxMsgInfo *imapcompat.MailboxMsgInfo `json:"mailboxmsginfo"`
	Status         *imapcompat.Status         `json:"status"`
}

func runInfo(ctx context.Context, c *cli, r *request) error {
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) (err error) {
		var i info
		if i.Check, err = mbox.Check(); err != nil {
			return err
		}
		if i.MailboxMsgInfo, err = mbox.MailboxMsgInfo(); err != nil {
			return err
		}
		if i.Status, err = mbox.Status(r.mailbox, imapcompat.SA_ALL); err != nil {
			return err
		}
		if r.json {
			return c.printJSON(i)
		}
		i.print(c)
		return nil
	})
}

func (i *info) print(c *cli) {
	rows := [][]string{
		{"Mailbox", clean(i.Check.Mailbox)},
		{"Driver", i.Check.Driver},
		{"Messages", fmt.Sprint(i.MailboxMsgInfo.Nmsgs)},
		{"Recent", fmt.Sprint(i.MailboxMsgInfo.Recent)},
		{"Unread", fmt.Sprint(i.MailboxMsgInfo.Unread)},
		{"Deleted", fmt.Sprint(i.MailboxMsgInfo.Deleted)},
		{"Size", size(i.MailboxMsgInfo.Size)},
	}
	for _, row := range statusRows(i.Status) {
		if row[0] != "Messages" && row[0] != "Recent" { // these two rows are there already
			rows = append(rows, row)
		}
	}
	table(c.stdout, rows, c.columns())
}
