package main

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func timeouts(server, user, password string) error {
	imapcompat.Timeout(imapcompat.IMAP_OPENTIMEOUT, 10)
	imapcompat.Timeout(imapcompat.IMAP_READTIMEOUT, 20)
	// One login attempt instead of three, without GSSAPI.
	once, noGSSAPI := imapcompat.WithRetries(1), imapcompat.WithDisabledAuthenticators("GSSAPI")
	_, err := imapcompat.Open(server+"INBOX", user, "wrong"+password, once, noGSSAPI)
	if errors.Is(err, imapcompat.ErrAuthentication) {
		fmt.Println("no access")
	}
	mbox, err := imapcompat.Open(server+"INBOX", user, password, once, noGSSAPI)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	seconds, err := imapcompat.Timeout(imapcompat.IMAP_READTIMEOUT, -1)
	if err != nil {
		return err
	}
	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	fmt.Printf("%d seconds, %d messages\n", seconds, n)
	return nil
}
