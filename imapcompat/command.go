package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// request is what a command line asks for.
type request struct {
	subcommand *subcommand
	mailbox    string
	argument   string // what follows the mailbox

	user     string
	timeout  time.Duration
	json     bool
	uid      bool
	expunge  bool
	readOnly bool
	verbose  bool
}

func (r *request) usage(format string, args ...any) error {
	return &usageError{r.subcommand.name, r.subcommand.name + ": " + fmt.Sprintf(format, args...)}
}

// subcommand is an entry in the table of subcommands.
type subcommand struct {
	name      string
	arguments []string
	flags     []string
	summary   string
	details   string
	run       func(context.Context, *cli, *request) error
}

// subcommands is a function because the help, which is among them, lists them.
func subcommands() []*subcommand {
	return []*subcommand{
		{
			name: "info", arguments: []string{"MAILBOX"},
			flags:   []string{"json", "readonly", "user", "timeout", "verbose"},
			summary: "count the messages of a mailbox",
			details: "The results of imap_check, imap_mailboxmsginfo and imap_status.",
			run:     runInfo,
		},
		{
			name: "headers", arguments: []string{"MAILBOX"},
			flags:   []string{"json", "readonly", "user", "timeout", "verbose"},
			summary: "list all messages",
			details: "The flags are N new, R new and read, U unread, F flagged, A answered,\n" +
				"D marked for deletion, X draft. With --json the result of imap_headers.",
			run: runHeaders,
		},
		{
			name: "header", arguments: []string{"MAILBOX", "N"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "show the header fields of message N, decoded",
			details: "The result of imap_headerinfo.",
			run:     runHeader,
		},
		{
			name: "fetchheader", arguments: []string{"MAILBOX", "N"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "show the header of message N as it stands",
			details: "The result of imap_fetchheader: nothing is decoded. Control characters are left\n" +
				"out; with --json they are there.",
			run: runFetchHeader,
		},
		{
			name: "overview", arguments: []string{"MAILBOX", "SET"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "list the messages of a set",
			details: "The result of imap_fetch_overview. A SET is message numbers and ranges of them,\n" +
				"\"1,3,5:7\" or \"8:*\". The flags are those of \"imapcompat help headers\".",
			run: runOverview,
		},
		{
			name: "delete", arguments: []string{"MAILBOX", "SET"},
			flags:   []string{"expunge", "json", "uid", "user", "timeout", "verbose"},
			summary: "mark the messages of a set for deletion, or delete them",
			details: "imap_delete, and with --expunge imap_expunge, which removes all messages that are\n" +
				"marked, no matter by whom. POP3 forgets marks at the end of the session.",
			run: runDelete,
		},
		{name: "demo", summary: "run a ported PHP script on IMAP and POP3 servers of its own", run: runDemo},
		{
			name:    "phpserve",
			summary: "answer the imap_* calls of a PHP script",
			details: "phpbridge/imap.php starts it; it is of no use by itself. It speaks on standard\n" +
				"input and output, and ends when the input does. docs/php-bridge.md has the rest.",
			run: runPHPServe,
		},
		{name: "help", arguments: []string{"[SUBCOMMAND]"}, summary: "explain a subcommand", run: runHelp},
		{name: "version", summary: "print the version", run: runVersion},
	}
}

func findSubcommand(name string) *subcommand {
	for _, s := range subcommands() {
		if s.name == name {
			return s
		}
	}
	return nil
}

// defaultTimeout is PHP's default_socket_timeout.
const defaultTimeout = time.Minute

// flagDefinitions are the flags that a subcommand may have.
var flagDefinitions = map[string]func(*flag.FlagSet, *request){
	"user": func(fs *flag.FlagSet, r *request) { fs.StringVar(&r.user, "user", "", "log in as `NAME`") },
	"timeout": func(fs *flag.FlagSet, r *request) {
		fs.DurationVar(&r.timeout, "timeout", defaultTimeout, "wait `TIME` for the server, as 30s or 2m (default 1m)")
	},
	"json": func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.json, "json", false, "print JSON") },
	"uid":  func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.uid, "uid", false, "numbers are UIDs") },
	"expunge": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.expunge, "expunge", false, "delete what is marked, for good")
	},
	"readonly": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.readOnly, "readonly", false, "open the mailbox read-only (IMAP only)")
	},
	"verbose": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.verbose, "verbose", false, "log the conversation to standard error")
	},
}

func (s *subcommand) flagSet(r *request) *flag.FlagSet {
	fs := flag.NewFlagSet(s.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are reported by run
	for _, name := range s.flags {
		flagDefinitions[name](fs, r)
	}
	return fs
}

func (c *cli) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return &usageError{text: "no subcommand"}
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	s := findSubcommand(name)
	if s == nil {
		return &usageError{text: fmt.Sprintf("no such subcommand: %q", name)}
	}
	r, err := s.parse(args[1:])
	if errors.Is(err, flag.ErrHelp) {
		s.printHelp(c.stdout)
		return nil
	}
	if err != nil {
		return err
	}
	return s.run(ctx, c, r)
}

// parse reads a command line, flags and arguments in any order.
func (s *subcommand) parse(args []string) (*request, error) {
	r := &request{subcommand: s}
	fs := s.flagSet(r)
	var positional []string
	for len(args) > 0 {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, r.usage("%v", err)
		}
		rest := fs.Args()
		if parsed := len(args) - len(rest); parsed > 0 && args[parsed-1] == "--" {
			positional = append(positional, rest...)
			break
		}
		args = nil
		if len(rest) > 0 {
			positional, args = append(positional, rest[0]), rest[1:]
		}
	}
	if err := r.setArguments(positional); err != nil {
		return nil, err
	}
	if len(s.flags) > 0 && r.timeout <= 0 {
		return nil, r.usage("--timeout must be more than 0")
	}
	return r, nil
}

// setArguments takes what is left of a command line without its flags.
func (r *request) setArguments(positional []string) error {
	for i, name := range r.subcommand.arguments {
		optional := strings.HasPrefix(name, "[")
		if i >= len(positional) && !optional {
			return r.usage("%s is missing", name)
		}
	}
	// The surplus is not repeated: it might be a password.
	if len(positional) > len(r.subcommand.arguments) {
		return r.usage("too many arguments")
	}
	for i, value := range positional {
		if r.subcommand.arguments[i] == "MAILBOX" {
			r.mailbox = value
		} else {
			r.argument = value
		}
	}
	return nil
}

func (s *subcommand) synopsis() string {
	words := append([]string{"imapcompat", s.name}, s.arguments...)
	if len(s.flags) > 0 {
		words = slices.Insert(words, 2, "[flags]")
	}
	return strings.Join(words, " ")
}

func (s *subcommand) printHelp(w io.Writer) {
	fmt.Fprintf(w, "Usage: %s\n\n%s%s.\n", s.synopsis(), strings.ToUpper(s.summary[:1]), s.summary[1:])
	if s.details != "" {
		fmt.Fprintf(w, "\n%s\n", s.details)
	}
	if len(s.flags) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFlags, before or after the arguments:")
	var rows [][]string
	s.flagSet(&request{}).VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		rows = append(rows, []string{"  " + strings.TrimSpace("--"+f.Name+" "+value), usage})
	})
	table(w, rows, 0)
	fmt.Fprint(w, loginHelp)
}

const loginHelp = `
A MAILBOX is named as in PHP's imap_open: {host:port/flags}INBOX, for example
"{imap.example.org/ssl}INBOX" or "{pop.example.org/pop3/ssl}INBOX".

The password is asked for, or taken from the environment variable
IMAPCOMPAT_PASSWORD. IMAPCOMPAT_TOKEN is an OAuth2 access token to log in with
instead.
`

func runHelp(_ context.Context, c *cli, r *request) error {
	if r.argument != "" {
		s := findSubcommand(r.argument)
		if s == nil {
			return &usageError{text: fmt.Sprintf("no such subcommand: %q", r.argument)}
		}
		s.printHelp(c.stdout)
		return nil
	}
	fmt.Fprint(c.stdout, "Usage: imapcompat SUBCOMMAND [flags] [arguments]\n\n"+
		"PHP's imap_* functions on IMAP and POP3 mailboxes.\n\n")
	var rows [][]string
	for _, s := range subcommands() {
		rows = append(rows, []string{strings.Join(append([]string{"  " + s.name}, s.arguments...), " "), s.summary})
	}
	table(c.stdout, rows, 0)
	fmt.Fprint(c.stdout, loginHelp, "\n\"imapcompat help SUBCOMMAND\" lists its flags.\n")
	return nil
}

func runVersion(_ context.Context, c *cli, _ *request) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without build information")
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	fmt.Fprintf(c.stdout, "imapcompat %s %s\n", version, info.GoVersion)
	return nil
}
