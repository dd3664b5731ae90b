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
// A Ctrl-C, or SIGTERM, ends the program at once; it says how far it came. A second
// one ends it no matter what it does.
//
// The exit code is 0; 1 when something failed; 2 when the command line is wrong; 75
// when something failed that may be over later (EX_TEMPFAIL of sysexits.h); 130 after
// a Ctrl-C and 143 after SIGTERM. docs/command.md has the rest.
package main

import (
	"cmp"
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
	ctx, stop := untilSignal(os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// untilSignal is a context that ends with the first of the signals, which is its
// cause, an [interruption]. The second one has the effect that it has by default.
func untilSignal(signals ...os.Signal) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	go func() {
		s := <-received
		signal.Stop(received)
		cancel(interruption{s})
	}()
	return ctx, func() { cancel(nil) }
}

// interruption is the signal that ended the program.
type interruption struct{ os.Signal }

func (i interruption) Error() string { return i.String() }

// exitCode is that of a shell for a program that a signal has ended.
func (i interruption) exitCode() int {
	if i.Signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}

// cli is the world as the program sees it.
type cli struct {
	stdin     io.Reader
	stdout    *output
	stderr    io.Writer
	lookupEnv func(string) (string, bool)

	progress string // how far the work has come
	change   change // what it has changed
}

// output remembers the first error, so that not every line has to be checked.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.err = cmp.Or(o.err, err)
	return n, err
}

func (c *cli) getenv(name string) string {
	value, _ := c.lookupEnv(name)
	return value
}

const (
	exitFailure     = 1
	exitUsage       = 2
	exitTemporary   = 75 // EX_TEMPFAIL of sysexits.h
	exitInterrupted = 130
	exitTerminated  = 143
)

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, lookupEnv func(string) (string, bool)) int {
	c := &cli{stdin: stdin, stdout: &output{Writer: stdout}, stderr: stderr, lookupEnv: lookupEnv, progress: "the mailbox is not open yet"}
	err := c.dispatch(ctx, args)
	if err == nil && c.stdout.err != nil {
		err = fmt.Errorf("standard output: %w", c.stdout.err)
	}
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		c.say("%s", usage.text)
		fmt.Fprintf(stderr, "Run \"%s\" for usage.\n", strings.TrimSpace("imapcompat help "+usage.subcommand))
		return exitUsage
	case ctx.Err() != nil:
		c.say("interrupted: %s; %s", c.progress, c.change.interrupted(err))
		var signaled interruption
		if errors.As(context.Cause(ctx), &signaled) {
			return signaled.exitCode()
		}
		return exitInterrupted
	}
	c.say("%s", c.change.before(err))
	if errors.Is(err, imapcompat.ErrTemporary) && !errors.Is(err, imapcompat.ErrPermanent) {
		return exitTemporary
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
	text := strings.ReplaceAll(err.Error(), "\n", "; ") // of errors.Join
	var e *imapcompat.Error
	if !errors.As(err, &e) {
		return text
	}
	var earlier []string
	for _, reason := range e.Errors {
		if !strings.Contains(text, reason) && !slices.Contains(earlier, reason) && !aboutTries(reason) {
			earlier = append(earlier, reason)
		}
	}
	if len(earlier) == 0 {
		return text
	}
	return text + " (" + strings.Join(earlier, "; ") + ")"
}

// aboutTries reports an entry of imap_errors that tells of an attempt to log in, and
// not of a reason for which it failed.
func aboutTries(reason string) bool {
	return strings.HasPrefix(reason, "SECURITY PROBLEM:") || strings.HasPrefix(reason, "Retrying ")
}

// usageError is a command line that is wrong.
type usageError struct {
	subcommand string // "" when it is not known
	text       string
}

func (e *usageError) Error() string { return e.text }
