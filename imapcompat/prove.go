package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/port/prove"
)

// proveFlags are the flags of prove and record.
type proveFlags struct {
	config    prove.Config
	mail      []string // FOLDER or USER=FOLDER
	keepMail  string   // a folder for a copy of the mailbox
	recording string
	stdin     string
	out       string
	gate      string // of phpserve and sandbox
	authority string
	ports     string
	folder    string
}

var proveFlagDefinitions = map[string]func(*flag.FlagSet, *request){
	"mail": func(fs *flag.FlagSet, r *request) {
		fs.Func("mail", "`[USER=]FOLDER` of .eml files, a Maildir, or what --keep-mail wrote", func(s string) error {
			r.prove.mail = append(r.prove.mail, s)
			return nil
		})
	},
	"login": func(fs *flag.FlagSet, r *request) {
		fs.Func("login", "let only the `USER[:PASSWORD]` log in", func(s string) error {
			user, password, _ := strings.Cut(s, ":")
			return setOnce(&r.prove.config.Users, user, password)
		})
	},
	"server": func(fs *flag.FlagSet, r *request) {
		fs.Func("server", "the `HOST:PORT=SERVICE`: imap, imaps, pop3, pop3s, smtp or smtps", func(s string) error {
			address, service, _ := strings.Cut(s, "=")
			return setOnce(&r.prove.config.Servers, address, prove.Service(service))
		})
	},
	"env": func(fs *flag.FlagSet, r *request) {
		fs.Func("env", "set the variable `NAME=VALUE` for both", func(s string) error {
			if name, _, ok := strings.Cut(s, "="); !ok || name == "" {
				return errors.New("it has no NAME and =")
			}
			r.prove.config.Env = append(r.prove.config.Env, s)
			return nil
		})
	},
	"ignore": func(fs *flag.FlagSet, r *request) {
		fs.Func("ignore", "what the regular expression `PATTERN` matches may differ", func(s string) error {
			pattern, err := regexp.Compile(s)
			r.prove.config.Ignore = append(r.prove.config.Ignore, pattern)
			return err
		})
	},
	"ignore-time": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.prove.config.IgnoreTime, "ignore-time", false, "dates and times of the runs may differ")
	},
	"ignore-messages": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.prove.config.IgnoreMessages, "ignore-messages", false, "messages of PHP itself in the output may be missing")
	},
	"files": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.config.Files, "files", "", "work in copies of the `FOLDER` (default: that of the script)")
	},
	"prepend": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.config.Prepend, "prepend", "", "run the PHP `FILE` before the script")
	},
	"stdin": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.stdin, "stdin", "", "standard input of both, from the `FILE`")
	},
	"php-binary": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.config.PHP, "php-binary", "php", "the `PROGRAM` that is PHP")
	},
	"extension": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.prove.config.Extension, "extension", false, "run the script with PHP's own extension")
	},
	"dovecot": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.prove.config.Dovecot, "dovecot", false, "have Dovecot's programs serve the mail")
	},
	"unled": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.prove.config.Unled, "unled", false, "run programs that may connect to real servers, and change real mail")
	},
	"library": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.config.Library, "library", "", "build the port with the checkout of this module in the `FOLDER`")
	},
	"keep-mail": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.keepMail, "keep-mail", "", "keep the copy of --mailbox in the new `FOLDER`, for --mail")
	},
	"mailbox": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.mailbox, "mailbox", "", "use a copy of the `MAILBOX`, which is only read")
	},
	"recording": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.recording, "recording", "", "compare with the `FILE` that record wrote, without PHP")
	},
	"o": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.out, "o", "", "write the recording to the `FILE`")
	},
	"timeout": func(fs *flag.FlagSet, r *request) {
		r.timeout = defaultTimeout
		fs.Func("timeout", "end each run, and a wait for the server of --mailbox, after `TIME`, as 30, 30s or 2m (default 1m)", r.setTimeout)
	},
	"gate": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.gate, "gate", "", "connect to mail servers through prove, which listens at the `ADDRESS`")
	},
	"ports": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.ports, "ports", "", "the `PORTS` that lead to prove, with commas between them")
	},
	"folder": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.folder, "folder", "", "the `FOLDER` with what replaces files of /etc")
	},
	"authority": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.prove.authority, "authority", "", "the `FILE` with the certificate of prove")
	},
}

// setOnce sets an element of a map that a flag may fill.
func setOnce[V any](m *map[string]V, key string, value V) error {
	if key == "" {
		return errors.New("it has no name")
	}
	if *m == nil {
		*m = map[string]V{}
	}
	if _, ok := (*m)[key]; ok {
		return errors.New("it is given twice")
	}
	(*m)[key] = value
	return nil
}

const proveMailHelp = "The mail is that of --mailbox or --mail, or messages of many kinds that are built in.\n" +
	"Connections to mail servers of any name end at servers in this process, which accept\n" +
	"every login. Arguments after SCRIPT and PORT are the script's; put \"--\" before those\n" +
	"that begin with \"-\". docs/prove.md explains what is compared."

func proveSubcommands() []*subcommand {
	common := []string{"dovecot", "env", "extension", "files", "keep-mail", "login", "mail", "mailbox", "php-binary", "prepend", "server", "stdin", "timeout", "unled", "user"}
	return []*subcommand{
		{
			name: "prove", arguments: []string{"SCRIPT", "[PORT]", "[ARGUMENT...]"},
			flags: append(slices.Clone(common), "ignore", "ignore-messages", "ignore-time", "json", "library", "recording"), ownFlags: proveFlagDefinitions,
			summary: "run a PHP script and its port, and compare what they do",
			details: "PORT is a folder or a file with a Go program, or an executable. With --recording there\n" +
				"is no SCRIPT. The exit code is 0 if both do the same, 1 if not, 2 if they did not run.\n" + proveMailHelp,
			run: runProve,
		},
		{
			name: "record", arguments: []string{"SCRIPT", "[ARGUMENT...]"},
			flags: append(slices.Clone(common), "o"), ownFlags: proveFlagDefinitions,
			summary: "run a PHP script and record what it does, for prove --recording",
			details: "The recording has no passwords of logins. " + proveMailHelp,
			run:     runRecord,
		},
		{
			name: "sandbox", arguments: []string{"PROGRAM", "[ARGUMENT...]"},
			flags: []string{"folder", "gate", "ports"}, ownFlags: proveFlagDefinitions,
			summary: "run a program for prove in a network of its own",
			details: "Only prove uses this subcommand. docs/prove.md explains it.",
			run:     runSandbox,
		},
	}
}

// exitNotProven is the exit code of prove if the programs did not run.
const exitNotProven = 2

func runProve(ctx context.Context, c *cli, r *request) error {
	config, err := c.proveConfig(ctx, r)
	if err != nil {
		return c.notProven(ctx, err)
	}
	c.progress = "the script and its port were running"
	var result *prove.Result
	if r.prove.recording != "" {
		if config.Port = r.arguments["SCRIPT"]; r.arguments["PORT"] != "" || len(r.rest) > 0 {
			return r.usage("with --recording PORT is the only argument")
		}
		recording, err := prove.ReadRecording(r.prove.recording)
		if err != nil {
			return c.notProven(ctx, err)
		}
		result, err = prove.Replay(ctx, *config, recording)
		if err != nil {
			return c.notProven(ctx, err)
		}
	} else if result, err = prove.Run(ctx, *config); err != nil {
		return c.notProven(ctx, err)
	}
	if r.json {
		err = c.printJSON(result)
	} else {
		printProof(c.stdout, result)
	}
	if err == nil && len(result.Differences) > 0 {
		err = exitStatus(exitFailure)
	}
	return err
}

// notProven reports why the programs were not compared.
func (c *cli) notProven(ctx context.Context, err error) error {
	var usage *usageError
	if ctx.Err() != nil || errors.As(err, &usage) {
		return err
	}
	for line := range strings.Lines(err.Error()) {
		c.say("%s", strings.TrimRight(line, "\n"))
	}
	return exitStatus(exitNotProven)
}

func runRecord(ctx context.Context, c *cli, r *request) error {
	if r.prove.out == "" {
		return r.usage("-o FILE is missing")
	}
	config, err := c.proveConfig(ctx, r)
	if err != nil {
		return c.notProven(ctx, err)
	}
	c.progress = "the script was running"
	recording, err := prove.Record(ctx, *config)
	if err != nil {
		return c.notProven(ctx, err)
	}
	if err := recording.Write(r.prove.out); err != nil {
		return c.notProven(ctx, err)
	}
	_, err = fmt.Fprintf(c.stdout, "recorded: %s\n", runSummary(recording.Original))
	return err
}

// runSandbox is the process between prove and a program that it does not lead.
func runSandbox(_ context.Context, _ *cli, r *request) error {
	code, err := prove.Inside(r.prove.gate, r.prove.ports, r.prove.folder, append([]string{r.arguments["PROGRAM"]}, r.rest...))
	if err == nil && code != 0 {
		err = exitStatus(code)
	}
	return err
}

// proveConfig makes the settings of a comparison from the flags.
func (c *cli) proveConfig(ctx context.Context, r *request) (*prove.Config, error) {
	config := r.prove.config
	config.Script, config.Port, config.Args, config.Timeout = r.arguments["SCRIPT"], r.arguments["PORT"], r.rest, r.timeout
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config.Engine = []string{program, "phpserve"}
	config.Sandbox = []string{program, "sandbox"}
	if r.prove.recording == "" && config.Port == "" && r.subcommand.name == "prove" {
		return nil, r.usage("PORT is missing")
	}
	switch r.prove.stdin {
	case "":
	case "-":
		config.Stdin, err = io.ReadAll(c.stdin)
	default:
		config.Stdin, err = os.ReadFile(r.prove.stdin)
	}
	if err != nil {
		return nil, err
	}
	config.Mail, err = c.proveMail(ctx, r)
	return &config, err
}

// proveMail reads the mail of the users. Nil is the built-in mail.
func (c *cli) proveMail(ctx context.Context, r *request) (map[string][]prove.Folder, error) {
	if r.mailbox != "" {
		if len(r.prove.mail) > 0 {
			return nil, r.usage("--mail and --mailbox exclude each other")
		}
		folders, err := c.copyMail(ctx, r)
		if err == nil && r.prove.keepMail != "" {
			err = prove.WriteMail(r.prove.keepMail, folders)
		}
		return map[string][]prove.Folder{"": folders}, err
	}
	if r.prove.keepMail != "" {
		return nil, r.usage("--keep-mail is for --mailbox")
	}
	if len(r.prove.mail) == 0 {
		return nil, nil
	}
	mail := map[string][]prove.Folder{}
	for _, text := range r.prove.mail {
		user, folder, ok := strings.Cut(text, "=")
		if !ok {
			user, folder = "", text
		}
		folders, err := prove.ReadMail(folder)
		if err != nil {
			return nil, err
		}
		mail[user] = folders
	}
	if mail[""] == nil {
		corpus, err := prove.Corpus()
		if err != nil {
			return nil, err
		}
		mail[""] = corpus
	}
	return mail, nil
}

func printProof(w io.Writer, result *prove.Result) {
	for _, address := range result.Original.Refused {
		fmt.Fprintf(w, "connections to %s failed: --server says which service is there\n", clean(address))
	}
	for i, d := range result.Differences {
		if i == 1 {
			fmt.Fprintln(w, "also different:")
		}
		for line := range strings.Lines(d.Kind + ": " + d.Text + "\n") {
			fmt.Fprintln(w, clean(strings.TrimRight(line, "\n")))
		}
	}
	if len(result.Differences) > 0 {
		for _, side := range []struct {
			name string
			o    *prove.Observation
		}{{"the original", result.Original}, {"the port", result.Port}} {
			if text := strings.TrimSpace(string(side.o.Stderr)); text != "" {
				fmt.Fprintf(w, "standard error of %s (not compared) ends with:\n", side.name)
				lines := strings.Split(text, "\n")
				for _, line := range lines[max(0, len(lines)-5):] {
					fmt.Fprintln(w, "    "+clean(line))
				}
			}
		}
		fmt.Fprintln(w, "different")
		return
	}
	fmt.Fprintf(w, "equal: %s\n", runSummary(result.Original))
	if result.Original.Sessions == 0 {
		fmt.Fprintln(w, "neither of them logged in to a mail server, so that little was compared")
	}
	if result.Ignored > 0 {
		fmt.Fprintf(w, "%d texts are equal only but for what --ignore and --ignore-time leave out\n", result.Ignored)
	}
}

// runSummary says what a run did, so that nobody takes two programs that do nothing for equal ones.
func runSummary(o *prove.Observation) string {
	messages := 0
	for _, account := range o.Accounts {
		for _, box := range account.Mailboxes {
			messages += len(box.Messages)
		}
	}
	return fmt.Sprintf("lines of output: %d, exit code: %d, logins: %d, commands: %d, changes of mailboxes: %d, messages there afterwards: %d, mails sent: %d, files changed: %d",
		strings.Count(string(o.Stdout), "\n"), o.ExitCode, o.Sessions, o.Commands, len(o.Effects), messages, len(o.Sent), len(o.Files))
}
