package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func saveAttachments(folder *readable.Folder, num int, msg *readable.Message) error {
	for file, err := range msg.Attachments() {
		if err != nil {
			return err
		}
		if file.Name == "" {
			continue
		}
		out, _, err := folder.Create(fmt.Sprintf("%d-%s-%s", num, file.Section, file.SafeName))
		if err != nil {
			return err
		}
		size, err := file.WriteTo(out) // as it arrives
		if err != nil {
			out.Close()
			return err
		}
		if err := out.Close(); err != nil {
			return err
		}
		fmt.Printf("message %d, part %s: %s, %d octets\n", num, file.Section, file.SafeName, size)
	}
	for nested := range msg.Messages() {
		if err := saveAttachments(folder, num, nested); err != nil {
			return err
		}
	}
	return nil
}

func attachments(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()
	folder, err := readable.OpenFolder(".")
	if err != nil {
		return err
	}
	defer folder.Close()

	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	for num := 1; num <= n; num++ {
		msg, err := readable.Open(mbox, num, imapcompat.FT_PEEK)
		if err != nil {
			return err
		}
		if err := saveAttachments(folder, num, msg); err != nil {
			return err
		}
	}
	return nil
}
