package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func folderTree(server, user, password string) error {
	mbox, err := imapcompat.Open(server, user, password, imapcompat.OP_HALFOPEN)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	folders, err := mbox.GetMailboxes(server, "*")
	if err != nil {
		return err
	}
	slices.SortFunc(folders, func(a, b imapcompat.MailboxInfo) int { return strings.Compare(a.Name, b.Name) })
	for _, folder := range folders {
		path := strings.Split(strings.TrimPrefix(folder.Name, server), folder.Delimiter)
		fmt.Print(strings.Repeat("  ", len(path)-1), path[len(path)-1])
		if folder.Attributes&imapcompat.LATT_NOSELECT == 0 {
			status, err := mbox.Status(folder.Name, imapcompat.SA_MESSAGES|imapcompat.SA_UNSEEN)
			if err != nil {
				return err
			}
			fmt.Printf(" %d/%d", status.Unseen, status.Messages)
		}
		fmt.Println()
	}
	return nil
}
