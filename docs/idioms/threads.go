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
	// The nodes are numbered in the order in which a walk over the tree meets
	// them.
	for depth, node := range thread.Walk() {
		if node.Num == 0 {
			continue // the message that the ones below answer is not here
		}
		h, err := mbox.HeaderInfo(node.Num)
		if err != nil {
			return err
		}
		fmt.Println(strings.Repeat("  ", depth) + h.Subject)
	}
	return nil
}
