package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/term"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// withMailbox calls f with the mailbox that is asked for.
func (c *cli) withMailbox(ctx context.Context, r *request, f func(*imapcompat.Connection) error) error {
	mbox, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	// The end matters to runDelete alone, which looks at it.
	defer mbox.Close()
	err = f(mbox)
	for _, alert := range mbox.Alerts() {
		c.say("alert: %s", alert)
	}
	return err
}

func (c *cli) open(ctx context.Context, r *request) (*imapcompat.Connection, error) {
	name, err := mailboxname.Parse(r.mailbox)
	if err != nil {
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
	if r.readOnly {
		opts = append(opts, imapcompat.OP_READONLY)
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
	if err != nil {
		return nil, err
	}
	if err := checkSelected(mbox); err != nil {
		mbox.Close()
		return nil, err
	}
	return mbox, nil
}

// checkSelected makes an error of a mailbox that does not exist, which to
// imap_open is none.
func checkSelected(mbox *imapcompat.Connection) error {
	reason := mbox.LastError()
	if reason == "" {
		return nil
	}
	check, err := mbox.Check()
	if err == nil && strings.HasSuffix(check.Mailbox, mailboxname.NoMailbox) {
		return fmt.Errorf("can't open the mailbox: %s", reason)
	}
	return err
}

// password takes the password from the environment or from the user.
func (c *cli) password(ctx context.Context) (string, error) {
	if password := c.getenv("IMAPCOMPAT_PASSWORD"); password != "" {
		return password, nil
	}
	stdin, ok := c.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(stdin.Fd())) {
		return "", errors.New("no password: standard input is no terminal to ask on, and IMAPCOMPAT_PASSWORD is not set")
	}
	fmt.Fprint(c.stderr, "Password: ")
	defer fmt.Fprintln(c.stderr)
	return readPassword(ctx, int(stdin.Fd()))
}

// readPassword reads a line without echo. When ctx ends before that, the echo
// is turned on again.
func readPassword(ctx context.Context, fd int) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		password []byte
		err      error
	}
	answered := make(chan answer, 1)
	go func() {
		password, err := term.ReadPassword(fd)
		answered <- answer{password, err}
	}()
	select {
	case a := <-answered:
		return string(a.password), a.err
	case <-ctx.Done():
		term.Restore(fd, before)
		return "", ctx.Err()
	}
}

// printJSON prints one document.
func (c *cli) printJSON(v any) error {
	document, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s\n", document)
	return err
}

// columns is how many cells a line of standard output has, 0 where it is not
// limited.
func (c *cli) columns() int {
	f, ok := c.stdout.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
