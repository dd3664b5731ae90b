package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func runHeader(ctx context.Context, c *cli, r *request) error {
	n, err := r.number()
	if err != nil {
		return err
	}
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		num := n
		if r.uid {
			if num, err = mbox.MsgNo(n); err != nil {
				return err
			}
			if num == 0 {
				return fmt.Errorf("no message has the UID %d", n)
			}
		}
		header, err := mbox.HeaderInfo(num)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(header)
		}
		printHeader(c, header)
		return nil
	})
}

// number returns the argument N.
func (r *request) number() (int, error) {
	n, err := strconv.Atoi(r.arguments["N"])
	switch {
	case err != nil:
		return 0, r.usage("N is not a number")
	case n < 1:
		return 0, r.usage("N is %d, and the first message is 1", n)
	}
	return n, nil
}

func printHeader(c *cli, h *imapcompat.HeaderInfo) {
	var rows [][]string
	for _, field := range []struct{ title, value string }{
		{"Date", h.Date},
		{"From", h.FromAddress},
		{"Sender", unlessSame(h.SenderAddress, h.FromAddress)},
		{"Reply-To", unlessSame(h.ReplyToAddress, h.FromAddress)},
		{"To", h.ToAddress},
		{"Cc", h.CcAddress},
		{"Bcc", h.BccAddress},
		{"Subject", h.Subject},
		{"Message-ID", h.MessageID},
		{"In-Reply-To", h.InReplyTo},
		{"References", h.References},
		{"Newsgroups", h.Newsgroups},
		{"Followup-To", h.FollowupTo},
		{"Return-Path", h.ReturnPathAddress},
	} {
		if field.value != "" {
			rows = append(rows, []string{field.title, legible(field.value)})
		}
	}
	rows = append(rows,
		[]string{"Message", fmt.Sprint(h.Msgno)},
		[]string{"Received", shortDate(h.Udate)},
		[]string{"Size", size(h.Size)},
		[]string{"State", state(h)},
	)
	table(c.stdout, rows, c.columns())
}

// unlessSame returns a field, or "" if the library took it from another because the header
// lacks it.
func unlessSame(field, other string) string {
	if field == other {
		return ""
	}
	return field
}

// state returns the flags of a header object in words.
func state(h *imapcompat.HeaderInfo) string {
	words := []string{"read"}
	if h.Recent == "N" || h.Unseen == "U" {
		words[0] = "unread"
	}
	for _, f := range []struct{ letter, word string }{
		{h.Recent, "recent"}, {h.Flagged, "flagged"}, {h.Answered, "answered"},
		{h.Deleted, "marked for deletion"}, {h.Draft, "draft"},
	} {
		if strings.TrimSpace(f.letter) != "" {
			words = append(words, f.word)
		}
	}
	return strings.Join(words, ", ")
}
