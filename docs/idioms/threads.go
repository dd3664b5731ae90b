package main

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func threads(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	thread, err := mbox.Thread()
	if err != nil {
		return err
	}
	// Nodes are numbered in the order of the walk.
	for depth, node := range thread.Walk() {
		if node.Num == 0 {
			continue // the parent message is not in the mailbox
		}
		h, err := mbox.HeaderInfo(node.Num)
		if err != nil {
			return err
		}
		fmt.Println(strings.Repeat("  ", depth) + h.Subject)
	}
	return nil
}
