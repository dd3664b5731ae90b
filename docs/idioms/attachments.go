package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func saveAttachments(mbox *imapcompat.Connection, num int, part *imapcompat.Structure, section string) error {
	for i, p := range part.Parts {
		number := strings.TrimPrefix(fmt.Sprintf("%s.%d", section, i+1), ".")
		if err := saveAttachments(mbox, num, p, number); err != nil {
			return err
		}
	}
	name := ""
	for _, p := range slices.Concat(part.Parameters, part.DParameters) {
		if slices.Contains([]string{"name", "filename"}, strings.ToLower(p.Attribute)) {
			name = filepath.Base(p.Value)
		}
	}
	if name == "" {
		return nil
	}
	data, err := mbox.FetchBody(num, cmp.Or(section, "1"), imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	switch part.Encoding {
	case imapcompat.ENCBASE64:
		if data, _, err = imapcompat.Base64(data); err != nil {
			return err
		}
	case imapcompat.ENCQUOTEDPRINTABLE:
		data, _ = imapcompat.QPrint(data)
	}
	fmt.Printf("message %d, part %s: %s, %d octets\n", num, section, name, len(data))
	return os.WriteFile(fmt.Sprintf("%d-%s", num, name), []byte(data), 0o644)
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
		if err := saveAttachments(mbox, num, structure, ""); err != nil {
			return err
		}
	}
	return nil
}
