package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/port/prove"
)

// maxCopied bounds the messages that are copied from a mailbox.
const maxCopied = 2000

// copyMail reads a mailbox, or all mailboxes of a server if the name ends with "}". It changes
// nothing: the mailboxes are open for reading only, and texts are read with FT_PEEK.
func (c *cli) copyMail(ctx context.Context, r *request) ([]prove.Folder, error) {
	r.readOnly = true
	if err := c.resolve(r); err != nil {
		return nil, err
	}
	reference, name, _ := strings.Cut(r.mailbox, "}")
	reference += "}"
	all := name == ""
	if all {
		r.mailbox = reference + "INBOX"
	}
	mbox, err := c.open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer mbox.Close()
	names := []string{r.mailbox}
	if all {
		infos, err := mbox.GetMailboxes(reference, "*")
		if err != nil {
			return nil, err
		}
		names = nil
		for _, info := range infos {
			if info.Attributes&imapcompat.LATT_NOSELECT == 0 {
				names = append(names, info.Name)
			}
		}
	}
	var folders []prove.Folder
	copied := 0
	for _, name := range names {
		_, plain, _ := strings.Cut(name, "}")
		folder, err := copyFolder(mbox, name, plain, &copied)
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// copyFolder reads the messages of a mailbox.
func copyFolder(mbox *imapcompat.Connection, name, plain string, copied *int) (prove.Folder, error) {
	title, err := imapcompat.MUTF7ToUTF8(plain)
	if err != nil {
		title = plain
	}
	folder := prove.Folder{Name: title}
	if err := mbox.Reopen(name, imapcompat.OP_READONLY); err != nil {
		return folder, err
	}
	n, err := mbox.NumMsg()
	if err != nil || n == 0 {
		return folder, err
	}
	if *copied += n; *copied > maxCopied {
		return folder, fmt.Errorf("more than %d messages to copy", maxCopied)
	}
	overviews, err := mbox.FetchOverview("1:*")
	if err != nil {
		return folder, err
	}
	flags := map[int][]string{}
	dates := map[int]time.Time{}
	for _, o := range overviews {
		for _, flag := range []struct {
			name string
			set  bool
		}{{`\Seen`, o.Seen}, {`\Answered`, o.Answered}, {`\Flagged`, o.Flagged}, {`\Deleted`, o.Deleted}, {`\Draft`, o.Draft}} {
			if flag.set {
				flags[o.UID] = append(flags[o.UID], flag.name)
			}
		}
		dates[o.UID] = time.Unix(o.Udate, 0).UTC()
	}
	for message, err := range mbox.Messages("1:*", imapcompat.FT_PEEK) {
		if err != nil {
			return folder, err
		}
		folder.Messages = append(folder.Messages, prove.Mail{Flags: flags[message.UID], Date: dates[message.UID], Text: string(message.Raw)})
	}
	return folder, nil
}
