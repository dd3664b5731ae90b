package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func decodeSubject(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	header, err := mbox.HeaderInfo(1)
	if err != nil {
		return err
	}
	fmt.Println(header.Subject)
	subject, _ := readable.Header(header.Subject)
	fmt.Println(subject)
	subject, _ = imapcompat.UTF8(header.Subject)
	fmt.Println(subject)
	name, _ := readable.Header(header.From.First().Personal)
	fmt.Println(name)
	return nil
}
