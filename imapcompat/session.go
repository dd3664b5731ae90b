package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
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

// checkMailbox returns the parts of the name of the mailbox. It refuses a name that cannot
// be opened. An address is replaced by what was recorded for it.
func (c *cli) checkMailbox(r *request) (mailboxname.Name, error) {
	if err := c.resolve(r); err != nil {
		return mailboxname.Name{}, err
	}
	name, err := mailboxname.Parse(r.mailbox)
	if err != nil {
		return mailboxname.Name{}, r.usage("%v", err)
	}
	if err := r.checkName(name.Mailbox); err != nil {
		return mailboxname.Name{}, err
	}
	if r.user == "" && name.User == "" && !name.Anonymous && !r.namesUser() {
		return mailboxname.Name{}, r.usage("--user is missing")
	}
	return name, nil
}

// access is what a login needs beside the name of the user: one of the fields, or nothing for an
// anonymous login.
type access struct {
	password    string
	source      oauth2.TokenSource
	mechanism   backend.Mechanism
	certificate *tls.Certificate
}

// byPassword reports whether the login is by a password, which may be empty.
func (a access) byPassword() bool {
	return a.source == nil && a.mechanism == nil && a.certificate == nil
}

// access returns the secret for a mailbox.
func (c *cli) access(ctx context.Context, r *request, name mailboxname.Name) (access, error) {
	a := r.way()
	if a == nil {
		var err error
		if a, err = c.recorded(r, name); err != nil {
			return access{}, err
		}
	}
	if a != nil {
		return c.accountAccess(ctx, a)
	}
	if source := c.tokenSource(ctx, r); source != nil {
		return access{source: source}, nil
	}
	if name.Anonymous {
		return access{}, nil
	}
	password, err := c.passwordOf(ctx, r)
	return access{password: password}, err
}

func (c *cli) open(ctx context.Context, r *request) (*imapcompat.Connection, error) {
	name, err := c.checkMailbox(r)
	if err != nil {
		return nil, err
	}
	access, err := c.access(ctx, r, name)
	if err != nil {
		return nil, err
	}
	mbox, err := c.connect(ctx, r, name, access)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(r.subcommand.options, imapcompat.Option(imapcompat.OP_HALFOPEN)) {
		err = checkSelected(mbox)
	}
	if err != nil {
		mbox.Close()
		return nil, r.about(name, err)
	}
	return mbox, nil
}

// connect logs in. The mailbox may not exist.
func (c *cli) connect(ctx context.Context, r *request, name mailboxname.Name, access access) (*imapcompat.Connection, error) {
	opts := c.options(r, name)
	if access.source != nil {
		opts = append(opts, imapcompat.WithTokenSource(access.source))
	}
	if access.mechanism != nil {
		opts = append(opts, imapcompat.WithMechanism(access.mechanism))
	}
	if config := withCertificate(c.tls, access.certificate); config != nil {
		opts = append(opts, imapcompat.WithTLSConfig(config))
	}
	mbox, err := imapcompat.OpenContext(ctx, r.mailbox, r.user, access.password, opts...)
	if err != nil && access.password == "" && access.byPassword() && !name.Anonymous {
		err = fmt.Errorf("%w (the password is empty)", err)
	}
	if t, ok := access.source.(*tokens); ok && err != nil {
		err = t.explain(err)
	}
	return mbox, r.about(name, err)
}

// options returns the options of imap_open for a request.
func (c *cli) options(r *request, name mailboxname.Name) []imapcompat.Option {
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
	if c.dial != nil {
		opts = append(opts, imapcompat.WithDialer(c.dial))
	}
	return opts
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
func (c *cli) columns() int { return columnsOf(c.stdout.Writer) }

// columnsOf returns the number of cells in a line of a terminal, 0 of anything else.
func columnsOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
