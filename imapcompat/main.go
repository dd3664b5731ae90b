// Command imapcompat reads IMAP and POP3 mailboxes as scripts with PHP's imap_*
// functions do, by way of the library of the same name.
//
//	imapcompat demo
//	imapcompat info --user joe "{imap.example.org/ssl}INBOX"
//	imapcompat overview "{pop.example.org/pop3/ssl}INBOX" 1:10 --user joe --json
//	imapcompat delete "{imap.example.org/ssl}INBOX" 3,5:7 --user joe --expunge
//
// "imapcompat help" lists the subcommands. Mailboxes are named as in imap_open.
// The password is asked for, or taken from the environment variable
// IMAPCOMPAT_PASSWORD; an OAuth2 access token is taken from IMAPCOMPAT_TOKEN.
//
// "imapcompat phpserve" is the process behind phpbridge/imap.php.
//
// What is printed for a person has its RFC 2047 words decoded and no control
// characters in it. With --json it is the library's results as they are, which
// are those of PHP's json_encode.
//
// The exit code is 0, 1 when something failed, or 2 when the command line is
// wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/imapcompat/imapcompat"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

// cli is the world as the program sees it.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

const (
	exitFailure = 1
	exitUsage   = 2
)

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	c := &cli{stdin, stdout, stderr, getenv}
	err := c.dispatch(ctx, args)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		c.say("%s", usage.text)
		fmt.Fprintf(stderr, "Run \"%s\" for usage.\n", strings.TrimSpace("imapcompat help "+usage.subcommand))
		return exitUsage
	case errors.Is(err, context.Canceled):
		c.say("interrupted: %s", describe(err))
	default:
		c.say("%s", describe(err))
	}
	return exitFailure
}

// say prints a line to standard error.
func (c *cli) say(format string, args ...any) {
	fmt.Fprintln(c.stderr, "imapcompat: "+clean(fmt.Sprintf(format, args...)))
}

// describe is an error with all that imap_errors lists about it. Its own text
// ends with the last of these reasons.
func describe(err error) string {
	text := err.Error()
	var e *imapcompat.Error
	if !errors.As(err, &e) {
		return text
	}
	var earlier []string
	for _, reason := range e.Errors {
		if !strings.Contains(text, reason) && !slices.Contains(earlier, reason) {
			earlier = append(earlier, reason)
		}
	}
	if len(earlier) == 0 {
		return text
	}
	return text + " (" + strings.Join(earlier, "; ") + ")"
}

// usageError is a command line that is wrong.
type usageError struct {
	subcommand string // "" when it is not known
	text       string
}

func (e *usageError) Error() string { return e.text }
