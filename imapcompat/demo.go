package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/imaptest"
)

//go:embed demo/*.eml
var demoFiles embed.FS

// runDemo runs the ported script on an IMAP and on a POP3 server in this process. It fails if a
// count is wrong.
func runDemo(ctx context.Context, c *cli, _ *request) error {
	fmt.Fprintln(c.stdout, "One script, ported from PHP line by line, over two protocols: it lists the inbox,\n"+
		"reads a header, deletes message 1, expunges, and opens the mailbox again.")
	messages, err := demoMessages()
	if err != nil {
		return err
	}
	for _, service := range []struct {
		name    string
		mailbox func(*imaptest.Server) string
	}{
		{"IMAP", (*imaptest.Server).IMAP},
		{"POP3", (*imaptest.Server).POP3},
	} {
		c.progress = "the demo over " + service.name + " is under way"
		fmt.Fprintf(c.stdout, "\n--- %s ", service.name)
		if err := demonstrate(ctx, c.stdout, messages, service.mailbox); err != nil {
			return fmt.Errorf("demo over %s: %w", service.name, err)
		}
	}
	fmt.Fprintln(c.stdout, "\nIMAP and POP3 agree.")
	return nil
}

// demonstrate runs the script on its own server, and checks the mail that it leaves.
func demonstrate(ctx context.Context, w io.Writer, messages []imaptest.Message, mailbox func(*imaptest.Server) string) error {
	srv, err := imaptest.Start(imaptest.Config{Messages: messages})
	if err != nil {
		return err
	}
	defer srv.Close()

	fmt.Fprintf(w, "%s\n\n", mailbox(srv))
	got, err := script(ctx, w, mailbox(srv), srv.User, srv.Password)
	if err != nil {
		return err
	}
	n := len(messages)
	if want := (counts{before: n, deleted: n, expunged: n - 1, reopened: n - 1}); got != want {
		return fmt.Errorf("counted %+v messages, want %+v", got, want)
	}
	left := srv.Messages("INBOX")
	if !slices.EqualFunc(left, messages[1:], sameText) {
		return fmt.Errorf("the server has %d messages left, and not all but the first", len(left))
	}
	return nil
}

func sameText(a, b imaptest.Message) bool {
	return strings.ReplaceAll(a.Text, "\r\n", "\n") == strings.ReplaceAll(b.Text, "\r\n", "\n")
}

// demoMessages returns the messages of the demo. Their internal dates are their Date fields.
func demoMessages() ([]imaptest.Message, error) {
	entries, err := demoFiles.ReadDir("demo")
	if err != nil {
		return nil, err
	}
	var messages []imaptest.Message
	for _, e := range entries {
		text, err := demoFiles.ReadFile("demo/" + e.Name())
		if err != nil {
			return nil, err
		}
		msg, err := mail.ReadMessage(strings.NewReader(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		date, err := msg.Header.Date()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		messages = append(messages, imaptest.Message{Text: string(text), Date: date})
	}
	return messages, nil
}
