package main

import (
	"fmt"
	"os"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func savePart(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	file, err := os.Create("invoice.pdf")
	if err != nil {
		return err
	}
	defer file.Close()
	w := readable.DecodeWriter(file, imapcompat.ENCBASE64)
	if err := mbox.SaveBody(w, 2, "2", imapcompat.FT_PEEK); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	fmt.Println(info.Size(), "octets")
	return file.Close()
}
