package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func saveAttachments(mbox *imapcompat.Connection, num int, part *imapcompat.Structure, section string) error {
	for i, p := range part.Parts {
		number := strings.TrimPrefix(fmt.Sprintf("%s.%d", section, i+1), ".")
		if part.Type == imapcompat.TYPEMESSAGE && p.Type == imapcompat.TYPEMULTIPART {
			number = section // the multipart of a message in a message has the number of that message
		}
		if err := saveAttachments(mbox, num, p, number); err != nil {
			return err
		}
	}
	name, _ := readable.FileName(part)
	if name == "" || part.Type == imapcompat.TYPEMULTIPART {
		return nil
	}
	name = readable.SafeName(name)
	data, err := mbox.FetchBody(num, section, imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	data, _ = readable.Decode(data, part.Encoding)
	fmt.Printf("message %d, part %s: %s, %d octets\n", num, section, name, len(data))
	return os.WriteFile(fmt.Sprintf("%d-%s-%s", num, section, name), []byte(data), 0o644)
}

func attachments(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	for num := 1; num <= n; num++ {
		structure, err := mbox.FetchStructure(num)
		if err != nil {
			return err
		}
		section := "1"
		if structure.Type == imapcompat.TYPEMULTIPART {
			section = ""
		}
		if err := saveAttachments(mbox, num, structure, section); err != nil {
			return err
		}
	}
	return nil
}
