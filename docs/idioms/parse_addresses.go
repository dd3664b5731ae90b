package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func parseAddresses(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	header, err := mbox.HeaderInfo(2)
	if err != nil {
		return err
	}
	list := fmt.Sprintf("%s, %s, root, <broken", header.ToAddress, header.CcAddress)
	addresses, notices := imapcompat.RFC822ParseAdrList(list, "example.com")
	for _, address := range addresses {
		if address.Host == ".SYNTAX-ERROR." {
			continue
		}
		fmt.Println(imapcompat.RFC822WriteAddress(address.Mailbox, address.Host, address.Personal))
	}
	for _, notice := range notices {
		fmt.Println(" ", notice)
	}
	return nil
}
