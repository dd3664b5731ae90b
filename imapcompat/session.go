package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/term"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// withMailbox calls f with the requested mailbox.
func (c *cli) withMailbox(ctx context.Context, r *request, f func(*imapcompat.Connection) error) error {
	mbox, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	mbox = mbox.WithContext(ctx)
	c.progress = "the mailbox is open"
	// Only runDelete checks the error of Close.
	defer mbox.Close()
	err = f(mbox)
	for _, alert := range mbox.Alerts() {
		c.say("alert: %s", alert)
	}
	return err
}

func (c *cli) open(ctx context.Context, r *request) (*imapcompat.Connection, error) {
	if !strings.HasPrefix(strings.TrimSpace(r.mailbox), "{") {
		return nil, r.usage("a mailbox is named {host/flags}name, as %q; mind the quotes", "{imap.example.org/ssl}INBOX")
	}
	name, err := mailboxname.Parse(r.mailbox)
	if err != nil {
		return nil, r.usage("%v", err)
	}
	if err := r.checkName(name.Mailbox); err != nil {
		return nil, err
	}
	if r.user == "" && name.User == "" && !name.Anonymous {
		return nil, r.usage("--user is missing")
	}
	var opts []imapcompat.Option
	for _, t := range []imapcompat.TimeoutType{
		imapcompat.IMAP_OPENTIMEOUT, imapcompat.IMAP_READTIMEOUT, imapcompat.IMAP_WRITETIMEOUT, imapcompat.IMAP_CLOSETIMEOUT,
	} {
		opts = append(opts, imapcompat.WithTimeout(t, r.timeout))
	}
	if r.readOnly || r.dryRun && name.Service != "pop3" {
		opts = append(opts, imapcompat.OP_READONLY)
	}
	for _, o := range r.subcommand.options {
		if o != imapcompat.OP_HALFOPEN || name.Service != "pop3" { // POP3 has only one mailbox
			opts = append(opts, o)
		}
	}
	if r.verbose {
		handler := slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelDebug})
		opts = append(opts, imapcompat.OP_DEBUG, imapcompat.WithLogger(slog.New(handler)))
	}
	var password string
	if token := c.getenv("IMAPCOMPAT_TOKEN"); token != "" {
		source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
		opts = append(opts, imapcompat.WithTokenSource(source))
	} else if !name.Anonymous {
		if password, err = c.password(ctx); err != nil {
			return nil, err
		}
	}
	mbox, err := imapcompat.OpenContext(ctx, r.mailbox, r.user, password, opts...)
	if err != nil && password == "" && c.getenv("IMAPCOMPAT_TOKEN") == "" && !name.Anonymous {
		err = fmt.Errorf("%w (the password is empty)", err)
	}
	if err != nil {
		return nil, err
	}
	if !slices.Contains(r.subcommand.options, imapcompat.Option(imapcompat.OP_HALFOPEN)) {
		err = checkSelected(mbox)
	}
	if err != nil {
		mbox.Close()
		return nil, err
	}
	return mbox, nil
}

// checkSelected returns an error for a mailbox that does not exist, which imap_open does not.
func checkSelected(mbox *imapcompat.Connection) error {
	reason := mbox.LastError()
	if reason == "" {
		return nil
	}
	check, err := mbox.Check()
	if err == nil && strings.HasSuffix(check.Mailbox, mailboxname.NoMailbox) {
		return fmt.Errorf("can't open the mailbox: %w",
			&backend.Error{Kind: imapcompat.ErrRefused, Text: reason, Code: backend.CodeOf(reason)})
	}
	return err
}

// columns returns the number of cells in a line of standard output, 0 for no limit.
func (c *cli) columns() int {
	f, ok := c.stdout.Writer.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
