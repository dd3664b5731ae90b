package main

import (
	"fmt"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
)

func withToken(server, user, accessToken string) error {
	// Package oauth has sources that get and refresh tokens.
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: accessToken})
	mbox, err := imapcompat.Open(server+"INBOX", user, "", imapcompat.WithTokenSource(source))
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
