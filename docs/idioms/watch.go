package main

import (
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat"
)

func watch(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	known, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Println("waiting for message", known+1)
	n := known
	for n == known {
		time.Sleep(time.Second)
		if err := mbox.Ping(); err != nil {
			return err
		}
		if n, err = mbox.NumMsg(); err != nil {
			return err
		}
	}
	for num := known + 1; num <= n; num++ {
		header, err := mbox.HeaderInfo(num)
		if err != nil {
			return err
		}
		fmt.Println("new:", header.Subject)
	}
	return nil
}
