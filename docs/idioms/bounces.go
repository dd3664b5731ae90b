package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat"
)

var (
	recipientField = regexp.MustCompile(`(?mi)^Final-Recipient: *rfc822; *(.*?)\r?$`)
	statusField    = regexp.MustCompile(`(?mi)^Status: *([\d.]+)`)
)

func bounces(server, user, password string) error {
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
		if structure.Type != imapcompat.TYPEMULTIPART || structure.Subtype != "REPORT" {
			continue
		}
		report, err := mbox.FetchBody(num, "2")
		if err != nil {
			return err
		}
		for _, fields := range strings.Split(strings.TrimSpace(report), "\r\n\r\n") {
			address := recipientField.FindStringSubmatch(fields)
			status := statusField.FindStringSubmatch(fields)
			if address == nil || status == nil {
				continue
			}
			verdict := "retry"
			if status[1][0] == '5' {
				verdict = "unsubscribe"
			}
			fmt.Printf("%s %s (%s)\n", verdict, address[1], status[1])
		}
		header, err := mbox.FetchBody(num, "3.0")
		if err != nil {
			return err
		}
		original, _ := imapcompat.RFC822ParseHeaders(header)
		fmt.Println("it was", original.MessageID)
		if err := mbox.Delete(imapcompat.SequenceOf(num)); err != nil {
			return err
		}
	}
	return mbox.Close(imapcompat.CL_EXPUNGE)
}
