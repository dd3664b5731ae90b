package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func folderNames(server, user, password string) error {
	mbox, err := imapcompat.Open(server, user, password, imapcompat.OP_HALFOPEN)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	name, err := imapcompat.UTF8ToMUTF7("Gelöscht & alt")
	if err != nil {
		return err
	}
	if err := mbox.CreateMailbox(server + name); err != nil {
		return err
	}
	names, err := mbox.List(server, "%")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		name = strings.TrimPrefix(name, server)
		text, err := imapcompat.MUTF7ToUTF8(name)
		if err != nil {
			return err
		}
		fmt.Printf("%s (%s)\n", text, name)
	}
	return nil
}
