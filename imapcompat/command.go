package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
)

// request is a parsed command line.
type request struct {
	subcommand *subcommand
	mailbox    string
	arguments  map[string]string // the arguments after the mailbox, by their names in the subcommand

	user       string
	timeout    time.Duration
	json       bool
	html       string // the file of the page
	uid        bool
	expunge    bool
	readOnly   bool
	verbose    bool
	dryRun     bool
	yes        bool
	subscribed bool
	charset    string
	flags      string // flags of a message
	count      int

	imap, pop3  bool // the protocol of explain
	php, goTest bool // its output

	account *account.Account // of an address in place of the name of the mailbox

	kerberos    bool
	credentials account.Account // of the flags that log in without a password

	logIn   loginFlags
	login   *login // where the secret comes from; nil for the environment
	process processFlags
	prove   proveFlags
	port    portFlags
	ledger  ledgerFlags
	rest    []string // the arguments of a name with "..."
}

func (r *request) usage(format string, args ...any) error {
	return &usageError{r.subcommand.name, r.subcommand.name + ": " + fmt.Sprintf(format, args...)}
}

// subcommand is an entry in the table of subcommands.
type subcommand struct {
	name      string
	arguments []string
	flags     []string
	ownFlags  map[string]func(*flag.FlagSet, *request) // definitions that are not those of all subcommands
	options   []imapcompat.Option                      // options of imap_open
	summary   string
	details   string
	run       func(context.Context, *cli, *request) error
}

// subcommands is a function because one of them, help, lists them.
func subcommands() []*subcommand {
	list := []*subcommand{
		{
			name: "info", arguments: []string{"MAILBOX"},
			flags:   []string{"json", "readonly", "user", "timeout", "verbose"},
			summary: "count the messages of a mailbox",
			details: "Shows the results of imap_check, imap_mailboxmsginfo and imap_status.",
			run:     runInfo,
		},
		{
			name: "headers", arguments: []string{"MAILBOX"},
			flags:   []string{"json", "readonly", "user", "timeout", "verbose"},
			summary: "list all messages",
			details: "The flags are N new, R new and read, U unread, F flagged, A answered,\n" +
				"D marked for deletion, X draft. --json prints the result of imap_headers.",
			run: runHeaders,
		},
		{
			name: "header", arguments: []string{"MAILBOX", "N"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "show the header fields of message N, decoded",
			details: "Shows the result of imap_headerinfo.",
			run:     runHeader,
		},
		{
			name: "fetchheader", arguments: []string{"MAILBOX", "N"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "show the header of message N as it stands",
			details: "Shows the result of imap_fetchheader. Nothing is decoded. Control characters are\n" +
				"left out; --json prints them.",
			run: runFetchHeader,
		},
		{
			name: "overview", arguments: []string{"MAILBOX", "SET"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "list the messages of a set",
			details: "Shows the result of imap_fetch_overview. A SET has message numbers and ranges,\n" +
				"\"1,3,5:7\" or \"8:*\". \"imapcompat help headers\" explains the flags.",
			run: runOverview,
		},
		{
			name: "search", arguments: []string{"MAILBOX", "CRITERIA"},
			flags:   []string{"charset", "json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "list the messages that match criteria",
			details: "The CRITERIA are those of imap_search, as one argument: 'UNSEEN FROM \"ada\"', or\n" +
				"'SINCE \"1-Mar-2025\" SUBJECT \"report\"'. --json prints the result of imap_search:\n" +
				"message numbers, or UIDs with --uid.",
			run: runSearch,
		},
		{
			name: "structure", arguments: []string{"MAILBOX", "N"},
			flags:   []string{"json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "show the MIME parts of message N",
			details: "Shows the result of imap_fetchstructure. imap_fetchbody takes a Section.",
			run:     runStructure,
		},
		{
			name: "save", arguments: []string{"MAILBOX", "SET", "FOLDER"},
			flags:   []string{"dry-run", "json", "uid", "readonly", "user", "timeout", "verbose"},
			summary: "save the attachments of the messages of a set into a folder",
			details: "Attachments are the parts with a file name or the disposition \"attachment\", and\n" +
				"messages in the message. The files have the decoded content. save never replaces a\n" +
				"file: it adds a number to a name that exists. It removes paths and unsafe characters\n" +
				"from names. The name of a file ends in .part until the file is complete.\n" +
				"The messages stay unread. Some POP3 servers mark every message that they have sent.",
			run: runSave,
		},
		{
			name: "list", arguments: []string{"MAILBOX", "[PATTERN]"},
			flags:   []string{"json", "subscribed", "user", "timeout", "verbose"},
			options: []imapcompat.Option{imapcompat.OP_HALFOPEN},
			summary: "list the mailboxes of a server",
			details: "Shows the result of imap_getmailboxes. The MAILBOX is \"{host/flags}\", or has the\n" +
				"beginning of the names, \"{host/flags}Archive.\". In the PATTERN \"*\", the default,\n" +
				"stands for anything, and \"%\" for anything within one level. Names are in modified\n" +
				"UTF-7, which all subcommands take. A second column has them in plain text.",
			run: runList,
		},
		{
			name: "status", arguments: []string{"MAILBOX"},
			flags:   []string{"json", "user", "timeout", "verbose"},
			options: []imapcompat.Option{imapcompat.OP_HALFOPEN},
			summary: "count the messages of a mailbox without opening it",
			details: "Shows the result of imap_status.",
			run:     runStatus,
		},
		{
			name: "watch", arguments: []string{"MAILBOX"},
			flags:   []string{"count", "json", "readonly", "user", "timeout", "verbose"},
			summary: "print the messages that arrive, until Ctrl-C (IMAP only)",
			details: "Each message is a line: UID, date, sender, subject. --json prints an object of\n" +
				"imap_fetch_overview in each line.",
			run: runWatch,
		},
		{
			name: "delete", arguments: []string{"MAILBOX", "SET"},
			flags:   []string{"dry-run", "expunge", "json", "uid", "user", "timeout", "verbose", "yes"},
			summary: "mark the messages of a set for deletion, or delete them",
			details: "Calls imap_delete. --expunge also calls imap_expunge, which removes all marked\n" +
				"messages, whoever marked them. POP3 forgets marks at the end of the session.\n" + askedHelp,
			run: runDelete,
		},
		{
			name: "move", arguments: []string{"MAILBOX", "SET", "TARGET"},
			flags:   []string{"dry-run", "expunge", "json", "uid", "user", "timeout", "verbose", "yes"},
			options: []imapcompat.Option{imapcompat.WithMove()},
			summary: "move the messages of a set to another mailbox (IMAP only)",
			details: "The TARGET is a mailbox of the same server, without \"{host}\": \"Archive\". On a server\n" +
				"without MOVE (RFC 6851) the command copies the messages and marks them for deletion,\n" +
				"as imap_mail_move does. --expunge then removes all marked messages.\n" + askedHelp,
			run: runMove,
		},
		{
			name: "copy", arguments: []string{"MAILBOX", "SET", "TARGET"},
			flags:   []string{"dry-run", "json", "uid", "user", "timeout", "verbose"},
			summary: "copy the messages of a set to another mailbox (IMAP only)",
			details: "Calls imap_mail_copy. The TARGET is a mailbox of the same server, without \"{host}\":\n" +
				"\"Archive\".",
			run: runCopy,
		},
		{
			name: "append", arguments: []string{"MAILBOX", "[FILE]"},
			flags:   []string{"dry-run", "flags", "json", "user", "timeout", "verbose"},
			options: []imapcompat.Option{imapcompat.OP_HALFOPEN},
			summary: "add a message to a mailbox (IMAP only)",
			details: "Calls imap_append with the message in FILE, or from standard input. Line ends LF\n" +
				"become CR LF. A dry run logs in and adds nothing.",
			run: runAppend,
		},
		processSubcommand(),
		loginSubcommand(),
		accountsSubcommand(),
		accountSubcommand(),
		logoutSubcommand(),
		tokenSubcommand(),
		doctorSubcommand(),
		{
			name: "explain", arguments: []string{"MESSAGE"},
			flags:   []string{"go-test", "imap", "json", "php", "pop3"},
			summary: "show what the functions return for a message in a file",
			details: "Shows the message as people read it, its attachments, and its sections for\n" +
				"imap_fetchbody. Then come the results of imap_headerinfo, imap_fetch_overview and\n" +
				"imap_fetchstructure over IMAP, and where POP3 differs. A server in memory has the\n" +
				"message: no mail server is needed. MESSAGE is an .eml file, or \"-\" for standard input.",
			run: runExplain,
		},
		auditSubcommand(),
		portSubcommand(),
		{name: "demo", summary: "run a ported PHP script on IMAP and POP3 servers of its own", run: runDemo},
		{
			name: "phpserve", flags: []string{"authority", "gate"}, ownFlags: proveFlagDefinitions,
			summary: "answer the imap_* calls of a PHP script",
			details: "Only phpbridge/imap.php uses this subcommand. It communicates on standard input and\n" +
				"output, and ends when the input ends. docs/php-bridge.md explains it.",
			run: runPHPServe,
		},
		{name: "help", arguments: []string{"[SUBCOMMAND...]"}, summary: "explain a subcommand", run: runHelp},
		{name: "version", summary: "print the version", run: runVersion},
	}
	after := slices.IndexFunc(list, func(s *subcommand) bool { return s.name == "process" }) + 1
	list = slices.Insert(list, after, ledgerSubcommands()...)
	after = slices.IndexFunc(list, func(s *subcommand) bool { return s.name == "audit" }) + 1
	return slices.Insert(list, after, proveSubcommands()...)
}

func findSubcommand(name string) *subcommand {
	for _, s := range subcommands() {
		if s.name == name {
			return s
		}
	}
	return nil
}

// askedHelp is the help text of the subcommands that ask.
const askedHelp = "At a terminal the program asks before it deletes or moves anything. --yes answers the\n" +
	"question. Without a terminal on standard input, as in a script, it does not ask."

// defaultTimeout is PHP's default_socket_timeout.
const defaultTimeout = time.Minute

// flagDefinitions defines the flags that a subcommand may have.
var flagDefinitions = map[string]func(*flag.FlagSet, *request){
	"user": func(fs *flag.FlagSet, r *request) { fs.StringVar(&r.user, "user", "", "log in as `NAME`") },
	"timeout": func(fs *flag.FlagSet, r *request) {
		r.timeout = defaultTimeout
		fs.Func("timeout", "wait `TIME` for the server, as 30, 30s or 2m (default 1m)", r.setTimeout)
	},
	"json": func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.json, "json", false, "print JSON") },
	"uid":  func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.uid, "uid", false, "numbers are UIDs") },
	"expunge": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.expunge, "expunge", false, "remove all marked messages")
	},
	"readonly": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.readOnly, "readonly", false, "open the mailbox read-only (IMAP only)")
	},
	"dry-run": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.dryRun, "dry-run", false, "show what would be done, and change nothing")
	},
	"yes": func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.yes, "yes", false, "do not ask") },
	"subscribed": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.subscribed, "subscribed", false, "list only subscribed mailboxes")
	},
	"charset": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.charset, "charset", "", "`NAME` is the charset of the criteria, as UTF-8")
	},
	"flags": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.flags, "flags", "", "set the flags `LIST` on the message, as '\\Seen \\Flagged'")
	},
	"html": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.html, "html", "", "also write the report as a page to `FILE`")
	},
	"imap": func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.imap, "imap", false, "over IMAP only") },
	"pop3": func(fs *flag.FlagSet, r *request) { fs.BoolVar(&r.pop3, "pop3", false, "over POP3 only") },
	"php": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.php, "php", false, "print the results as print_r does")
	},
	"go-test": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.goTest, "go-test", false, "print a Go test that expects the results")
	},
	"count": func(fs *flag.FlagSet, r *request) {
		fs.IntVar(&r.count, "count", 0, "end after `N` messages")
	},
	"verbose": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.verbose, "verbose", false, "log the conversation to standard error")
	},
}

// setTimeout reads a time. A number alone means seconds, as in PHP.
func (r *request) setTimeout(text string) (err error) {
	if seconds, notNumber := strconv.ParseUint(text, 10, 31); notNumber == nil {
		r.timeout = time.Duration(seconds) * time.Second
		return nil
	}
	if r.timeout, err = time.ParseDuration(text); err != nil {
		return errors.New("a time is 30, 30s or 2m")
	}
	return nil
}

func (s *subcommand) flagSet(r *request) *flag.FlagSet {
	fs := flag.NewFlagSet(s.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are reported by run
	names := s.flags
	if slices.Contains(names, "user") || s.name == "account" {
		names = slices.Concat(names, credentialFlags)
	}
	for _, name := range names {
		if define := s.ownFlags[name]; define != nil {
			define(fs, r)
			continue
		}
		for _, definitions := range []map[string]func(*flag.FlagSet, *request){flagDefinitions, processFlagDefinitions, loginFlagDefinitions, credentialFlagDefinitions} {
			if define := definitions[name]; define != nil {
				define(fs, r)
			}
		}
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
	args = args[1:]
	s := findSubcommand(name)
	if s == nil && len(args) > 0 {
		if s = findSubcommand(name + " " + args[0]); s != nil {
			args = args[1:]
		}
	}
	if s == nil {
		return noSubcommand(name)
	}
	r, err := s.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		s.printHelp(c.stdout)
		return nil
	}
	if err != nil {
		return err
	}
	return s.run(ctx, c, r)
}

// noSubcommand is the error for a name that is none. Some subcommands have names of two words.
func noSubcommand(name string) error {
	var second []string
	for _, s := range subcommands() {
		if word, ok := strings.CutPrefix(s.name, name+" "); ok {
			second = append(second, word)
		}
	}
	if len(second) > 0 {
		return &usageError{text: fmt.Sprintf("%s: what? One of %s follows", name, strings.Join(second, ", "))}
	}
	return &usageError{text: fmt.Sprintf("no such subcommand: %q", name)}
}

// parse parses a command line, with flags and arguments in any order.
func (s *subcommand) parse(args []string) (*request, error) {
	r := &request{subcommand: s, process: processFlags{settings: defaultSettings()}}
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
	if slices.Contains(s.flags, "timeout") && r.timeout <= 0 {
		return nil, r.usage("--timeout must be more than 0")
	}
	return r, r.checkCredentials()
}

// setArguments takes the arguments of a command line without its flags.
func (r *request) setArguments(positional []string) error {
	for i, name := range r.subcommand.arguments {
		optional := strings.HasPrefix(name, "[")
		if i >= len(positional) && !optional {
			return r.usage("%s is missing", strings.TrimSuffix(name, "..."))
		}
		if strings.HasSuffix(strings.Trim(name, "[]"), "...") && len(positional) > i {
			positional, r.rest = positional[:i], positional[i:]
		}
	}
	// The error does not repeat the surplus, which might be a password.
	if len(positional) > len(r.subcommand.arguments) && slices.Contains(r.subcommand.arguments, "CRITERIA") {
		return r.usage("too many arguments: the CRITERIA are one, in quotes")
	}
	if len(positional) > len(r.subcommand.arguments) {
		return r.usage("too many arguments")
	}
	r.arguments = make(map[string]string)
	for i, value := range positional {
		if name := strings.Trim(r.subcommand.arguments[i], "[]"); name == "MAILBOX" {
			r.mailbox = value
		} else {
			r.arguments[name] = value
		}
	}
	return r.checkArguments()
}

// checkArguments refuses empty arguments, which a script with an unset variable passes, and
// "all" as a SET.
func (r *request) checkArguments() error {
	for _, name := range []string{"N", "SET", "TARGET", "FOLDER", "CRITERIA", "FILE", "ADDRESS"} {
		if value, ok := r.arguments[name]; ok && strings.TrimSpace(value) == "" {
			return r.usage("the %s is empty", name)
		}
	}
	if !slices.Contains(r.subcommand.arguments, "[ARGUMENT...]") && slices.ContainsFunc(r.rest, func(value string) bool { return strings.TrimSpace(value) == "" }) {
		return r.usage("an argument is empty")
	}
	if set := strings.TrimSpace(r.arguments["SET"]); strings.EqualFold(set, "all") {
		return r.usage(`%q is no SET: all messages are "1:*"`, set)
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
	s.flagSet(&request{process: processFlags{settings: defaultSettings()}}).VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		rows = append(rows, []string{"  " + strings.TrimSpace("--"+f.Name+" "+value), usage})
	})
	table(w, rows, 0)
	if slices.Contains(s.flags, "user") {
		fmt.Fprint(w, loginHelp)
	}
}

const loginHelp = `
A MAILBOX has the form that PHP's imap_open takes, {host:port/flags}INBOX, for
example "{imap.example.org/ssl}INBOX" or "{pop.example.org/pop3/ssl}INBOX". After
"imapcompat login ada@example.org" it may be the address, "ada@example.org" for the
INBOX and "ada@example.org/Archive" for another mailbox.

Else the program takes the password from the environment variable IMAPCOMPAT_PASSWORD,
or asks for it. IMAPCOMPAT_TOKEN is an OAuth2 access token, which replaces the
password. --kerberos and --cert need neither.
`

const exitHelp = `
The exit code is 0 after success, 1 after a failure, 2 after a wrong command line,
75 after a failure that a later try may not have, 130 after Ctrl-C, and 143 after
SIGTERM.
`

func runHelp(_ context.Context, c *cli, r *request) error {
	if name := strings.Join(r.rest, " "); name != "" {
		s := findSubcommand(name)
		if s == nil {
			return noSubcommand(name)
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
	fmt.Fprint(c.stdout, loginHelp, exitHelp, "\n\"imapcompat help SUBCOMMAND\" lists its flags.\n")
	return nil
}

// buildVersion returns the version of this program, and that of Go.
func buildVersion() (version, goVersion string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", ""
	}
	return cmp.Or(info.Main.Version, "(devel)"), info.GoVersion
}

func runVersion(_ context.Context, c *cli, _ *request) error {
	version, goVersion := buildVersion()
	if version == "" {
		return errors.New("this program was built without build information")
	}
	fmt.Fprintf(c.stdout, "imapcompat %s %s\n", version, goVersion)
	return nil
}
