// Command imapcompat reads and changes IMAP and POP3 mailboxes with the library of the same
// name, as scripts with PHP's imap_* functions do.
//
//	imapcompat demo
//	imapcompat info --user joe "{imap.example.org/ssl}INBOX"
//	imapcompat overview "{pop.example.org/pop3/ssl}INBOX" 1:10 --user joe --json
//	imapcompat delete "{imap.example.org/ssl}INBOX" 3,5:7 --user joe --expunge
//
// "imapcompat help" lists the subcommands. Mailboxes have the names of imap_open. The command
// asks for the password, or takes it from the environment variable IMAPCOMPAT_PASSWORD. It
// takes an OAuth2 access token from IMAPCOMPAT_TOKEN.
//
// "imapcompat phpserve" is the process behind phpbridge/imap.php.
//
// Plain output has decoded RFC 2047 words and no control characters. With --json the output is
// the library's results unchanged, in the form of PHP's json_encode.
//
// Ctrl-C or SIGTERM ends the program at once; it reports what it has done. A second signal ends
// it in any case.
//
// The exit code is 0; 1 if something failed; 2 if the command line is wrong; 75 for a temporary
// failure (EX_TEMPFAIL of sysexits.h); 130 after Ctrl-C and 143 after SIGTERM. docs/command.md
// has the rest.
package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/provider"
)

func main() {
	ctx, stop := untilSignal(os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// untilSignal returns a context that ends with the first of the signals. Its cause is an
// [interruption]. The second signal has its default effect.
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

// exitCode returns a shell's exit code for a program ended by a signal.
func (i interruption) exitCode() int {
	if i.Signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}

// cli is the program's environment.
type cli struct {
	stdin     io.Reader
	stdout    *output
	stderr    io.Writer
	lookupEnv func(string) (string, bool)
	accounts  func() (*account.Book, error)

	// These are nil outside of tests.
	tls    *tls.Config        // of connections to mail servers
	dial   dialer             // makes these connections
	browse func(string) error // opens an address in a browser
	find   *provider.Finder   // finds the servers of an address

	progress string // how much of the work is done
	change   change // what was changed
	headed   bool   // a heading was printed
}

type dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// output records the first error, so that not every print needs a check.
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

// run runs the program and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, lookupEnv func(string) (string, bool)) int {
	return newCLI(stdin, stdout, stderr, lookupEnv).run(ctx, args)
}

func newCLI(stdin io.Reader, stdout, stderr io.Writer, lookupEnv func(string) (string, bool)) *cli {
	c := &cli{stdin: stdin, stdout: &output{Writer: stdout}, stderr: stderr, lookupEnv: lookupEnv, progress: "the mailbox is not open yet"}
	c.accounts = sync.OnceValues(account.Default)
	return c
}

// run runs the program and returns the exit code.
func (c *cli) run(ctx context.Context, args []string) int {
	err := c.dispatch(ctx, args)
	if err == nil && c.stdout.err != nil {
		err = fmt.Errorf("standard output: %w", c.stdout.err)
	}
	var usage *usageError
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		c.say("%s", usage.text)
		fmt.Fprintf(c.stderr, "Run \"%s\" for usage.\n", strings.TrimSpace("imapcompat help "+usage.subcommand))
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
	c.sayAdvice(err)
	if errors.Is(err, imapcompat.ErrTemporary) && !errors.Is(err, imapcompat.ErrPermanent) {
		return exitTemporary
	}
	return exitFailure
}

// say prints a line to standard error.
func (c *cli) say(format string, args ...any) {
	fmt.Fprintln(c.stderr, "imapcompat: "+clean(fmt.Sprintf(format, args...)))
}

// describe returns an error with all that imap_errors lists about it. The error's own text ends
// with the last of these reasons.
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

// aboutTries reports whether an entry of imap_errors reports a login attempt, and not the
// reason of its failure.
func aboutTries(reason string) bool {
	return strings.HasPrefix(reason, "SECURITY PROBLEM:") || strings.HasPrefix(reason, "Retrying ")
}

// usageError is the error of a wrong command line.
type usageError struct {
	subcommand string // "" if unknown
	text       string
}

func (e *usageError) Error() string { return e.text }
