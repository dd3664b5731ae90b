package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func selfSigned(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if errors.Is(err, imapcompat.ErrCertificate) {
		fmt.Println("not trusted")
		server = strings.Replace(server, "}", "/novalidate-cert}", 1)
		mbox, err = imapcompat.Open(server+"INBOX", user, password)
	}
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Println(n, "messages")
	return nil
}
