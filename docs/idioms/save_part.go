package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"

	"github.com/imapcompat/imapcompat"
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
	r, w := io.Pipe()
	defer r.Close()
	go func() { w.CloseWithError(mbox.SaveBody(w, 2, "2", imapcompat.FT_PEEK)) }()
	n, err := io.Copy(file, base64.NewDecoder(base64.StdEncoding, r))
	if err != nil {
		return err
	}
	fmt.Println(n, "octets")
	return file.Close()
}
