package main

import (
	"fmt"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/imapcompat/imapcompat"
)

func decode(field string) (string, error) {
	pieces, _, err := imapcompat.MIMEHeaderDecode(field)
	if err != nil {
		return "", err
	}
	text := ""
	for _, piece := range pieces {
		charset := piece.Charset
		if charset == "default" {
			charset = "US-ASCII"
		}
		encoding, err := htmlindex.Get(charset)
		if err != nil {
			return "", err
		}
		utf8, err := encoding.NewDecoder().String(piece.Text)
		if err != nil {
			return "", err
		}
		text += utf8
	}
	return text, nil
}

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
	subject, err := decode(header.Subject)
	if err != nil {
		return err
	}
	fmt.Println(subject)
	subject, _ = imapcompat.UTF8(header.Subject)
	fmt.Println(subject)
	name, err := decode(header.From.First().Personal)
	if err != nil {
		return err
	}
	fmt.Println(name)
	return nil
}
