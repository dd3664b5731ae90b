package main

import (
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat"
)

func createFolders(server, user, password string) error {
	mbox, err := imapcompat.Open(server, user, password, imapcompat.OP_HALFOPEN)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	have, err := mbox.List(server, "*")
	if err != nil {
		return err
	}
	for _, name := range []string{"Archive", "Sent", "Done"} {
		if slices.Contains(have, server+name) {
			fmt.Println(name, "is there")
		} else if err := mbox.CreateMailbox(server + name); err != nil {
			fmt.Printf("%s: %v\n", name, err)
		} else if err := mbox.Subscribe(server + name); err != nil {
			return err
		} else {
			fmt.Println(name, "created")
		}
	}
	return nil
}
