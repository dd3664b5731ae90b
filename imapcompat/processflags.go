package main

import (
	"encoding"
	"errors"
	"flag"
	"strconv"
)

// processFlags are the flags of process alone.
type processFlags struct {
	settings
	accounts string
	parallel int
	watch    bool
	quiet    bool
	log      string

	status, statusTokenFile, metrics string
}

// ledgerFlags are the flags of the subcommands of ledgers alone.
type ledgerFlags struct {
	box, state string
	older      span
}

func processSubcommand() *subcommand {
	return &subcommand{
		name: "process", arguments: []string{"[MAILBOX]"},
		flags: []string{
			"accounts", "attempts", "criteria", "dry-run", "every", "exec", "in-order", "into", "json", "lease",
			"ledger", "limit", "log", "metrics", "name", "parallel", "quarantine", "quiet", "since", "status",
			"status-token-file", "then", "time-limit", "timeout", "user", "verbose", "watch", "workers",
		},
		summary: "hand each message to a program or a folder, once",
		details: "A ledger, a file of SQLite or a postgres:// URL, records what became of each message, so\n" +
			"that each is handled once, whatever breaks, by any number of processes.\n" +
			"--exec runs a shell command for each message. The message is its standard input, and\n" +
			"IMAPCOMPAT_KEY, _UID, _ATTEMPT, _BOX, _MAILBOX, _FROM, _FROM_ADDRESS, _TO, _SUBJECT,\n" +
			"_MESSAGE_ID, _DATE and _SIZE in its environment describe it. Exit code 0 means done, 75\n" +
			"to be tried later, which does not count as an attempt, 65 to be quarantined at once, and\n" +
			"any other one that the attempt has failed. The last line of its standard error is the\n" +
			"reason. A message may come twice if something is killed at the wrong moment; its key is\n" +
			"the same then. --into needs no program, and recognizes such a message itself:\n" +
			"maildir:FOLDER, mbox:FILE, dir:FOLDER, http:URL.\n" +
			"--then is keep, delete, move:MAILBOX or flag:FLAGS; --quarantine is keep, move:MAILBOX or\n" +
			"dir:FOLDER. The names of these mailboxes are in UTF-8.\n" +
			"The exit code is 1 if messages failed or were quarantined, 75 if messages are to be tried\n" +
			"later. --status has a web page at an address of this machine, such as 127.0.0.1:8080, with\n" +
			"what is new, failing and quarantined. Other machines need a token for it, from\n" +
			"--status-token-file or IMAPCOMPAT_STATUS_TOKEN. --metrics has /metrics for Prometheus,\n" +
			"/healthz and /readyz.\n" +
			"--watch goes on until a signal ends it, and then the exit code is 0: what was\n" +
			"begun is finished first. A second signal kills the programs too.",
		run: runProcess,
	}
}

// processFlagDefinitions defines the flags of process, and of the subcommands of ledgers.
var processFlagDefinitions = map[string]func(*flag.FlagSet, *request){
	"ledger": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Ledger, "ledger", "", "keep the record in `FILE`, or at a postgres:// URL")
	},
	"name": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Name, "name", "", "`NAME` is what the messages are handled for (default user@host)")
	},
	"criteria": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Criteria, "criteria", "", "only messages that match `CRITERIA` of imap_search")
	},
	"since": func(fs *flag.FlagSet, r *request) {
		fs.Func("since", "only messages that arrived on `DAY` or later, as 2026-01-31", textSetter(&r.process.Since))
	},
	"limit": func(fs *flag.FlagSet, r *request) {
		fs.IntVar(&r.process.Limit, "limit", 0, "at most `N` messages (default all)")
	},
	"exec": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Exec, "exec", "", "run `COMMAND` for each message")
	},
	"into": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Into, "into", "", "deliver to `PLACE`: maildir:, mbox:, dir: or http:")
	},
	"then": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Then, "then", r.process.Then, "`ACTION` on the server for messages that are done (default keep)")
	},
	"quarantine": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.Quarantine, "quarantine", r.process.Quarantine, "`ACTION` for messages that failed for good (default keep)")
	},
	"attempts": func(fs *flag.FlagSet, r *request) {
		fs.IntVar(&r.process.Attempts, "attempts", r.process.Attempts, "quarantine a message after `N` attempts (default 5)")
	},
	"workers": func(fs *flag.FlagSet, r *request) {
		fs.IntVar(&r.process.Workers, "workers", r.process.Workers, "handle `N` messages at the same time (default 1)")
	},
	"in-order": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.process.InOrder, "in-order", false, "keep the messages of a sender in order")
	},
	"time-limit": func(fs *flag.FlagSet, r *request) {
		fs.Func("time-limit", "a message may take `TIME` (default 15m)", textSetter(&r.process.TimeLimit))
	},
	"lease": func(fs *flag.FlagSet, r *request) {
		fs.Func("lease", "take over messages of a process that is not heard of for `TIME` (default 5m)", textSetter(&r.process.Lease))
	},
	"watch": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.process.watch, "watch", false, "go on until a signal comes")
	},
	"every": func(fs *flag.FlagSet, r *request) {
		fs.Func("every", "watch, and look for messages every `TIME` at the latest (default 5m)", func(text string) error {
			r.process.watch = true
			return r.process.Every.UnmarshalText([]byte(text))
		})
	},
	"accounts": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.accounts, "accounts", "", "process the mailboxes of `FILE`, in TOML")
	},
	"parallel": func(fs *flag.FlagSet, r *request) {
		fs.Func("parallel", "process `N` accounts at the same time (default 10, watching all)", func(text string) (err error) {
			if r.process.parallel, err = strconv.Atoi(text); err != nil || r.process.parallel < 1 {
				return errors.New("a number from 1")
			}
			return nil
		})
	},
	"quiet": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.process.quiet, "quiet", false, "print nothing if nothing has happened")
	},
	"status": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.status, "status", "", "serve the status page at `ADDRESS`, as 127.0.0.1:8080")
	},
	"status-token-file": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.statusTokenFile, "status-token-file", "", "the first line of `FILE` is the token of the status page")
	},
	"metrics": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.metrics, "metrics", "", "serve metrics for Prometheus at `ADDRESS`, as 127.0.0.1:9090")
	},
	"box": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.ledger.box, "box", "", "only the box `NAME`: what --name of process says (default all)")
	},
	"state": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.ledger.state, "state", "", "only messages in `STATES`, as failed,quarantined")
	},
	"older": func(fs *flag.FlagSet, r *request) {
		fs.Func("older", "only records that have not changed for `TIME`, as 90d", textSetter(&r.ledger.older))
	},
	"log": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.process.log, "log", "", "append a line for each event to `FILE`, - for standard error")
	},
}

func textSetter(value encoding.TextUnmarshaler) func(string) error {
	return func(text string) error { return value.UnmarshalText([]byte(text)) }
}
