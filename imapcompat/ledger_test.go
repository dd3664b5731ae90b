package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// ledgerOfAll returns a ledger with a message that is done, one that has failed, and a hostile
// one that is quarantined, and their server.
func ledgerOfAll(t *testing.T) (ledger string, srv *imaptest.Server) {
	t.Helper()
	needShell(t)
	srv = mailServer(t, append(letters(2), imaptest.Message{Text: hostile})...)
	ledger = filepath.Join(t.TempDir(), "inbox.db")
	r := process(t, srv.IMAP(), "--ledger", ledger, "--name", "tickets", "--then", "delete", "--exec",
		`case "$IMAPCOMPAT_SUBJECT" in "letter 1") exit 0;; "letter 2") echo "not yet" >&2; exit 1;; *) printf 'bad\033[31m\n' >&2; exit 65;; esac`)
	if r.code != exitFailure || summary(r) != "3 new, 1 done, 1 failed, 1 quarantined, 1 settled, 1 left," {
		t.Fatalf("%+v", r)
	}
	return ledger, srv
}

// keyOf returns the key of the message in a state.
func keyOf(t *testing.T, ledger, state string) string {
	t.Helper()
	r := execute(t, "ledger", "list", "--ledger", ledger, "--state", state, "--json")
	var record struct{ Key string }
	if err := json.Unmarshal([]byte(r.stdout), &record); err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return record.Key
}

func TestLedgerList(t *testing.T) {
	ledger, _ := ledgerOfAll(t)
	r := execute(t, "ledger", "list", "--ledger", ledger)
	const want = `^Key +State +Tries  Changed +From +Subject +Reason
\w+  done +1 +\d{4}-\d\d-\d\d \d\d:\d\d  sender0@example.org +letter 1
\w+  failed +1 .* sender1@example.org +letter 2 +exit status 1: not yet
\w+  quarantined  1 .* Evil\[2J <evil@example.test>  red \[31m 31m desrever  exit status 65: bad\[31m
$`
	if r.code != 0 || r.stderr != "" || !regexp.MustCompile(want).MatchString(r.stdout) {
		t.Errorf("%+v", r)
	}
	for args, n := range map[string]int{
		"--state failed,quarantined": 2, "--state new": 0, "--limit 1": 1, "--box tickets": 3, "--state done --limit 5": 1,
	} {
		r := execute(t, append([]string{"ledger", "list", "--ledger", ledger, "--json"}, strings.Fields(args)...)...)
		if r.code != 0 || strings.Count(r.stdout, "\n") != n {
			t.Errorf("%s: %+v", args, r)
		}
	}
}

func TestLedgerShow(t *testing.T) {
	ledger, srv := ledgerOfAll(t)
	r := execute(t, "ledger", "show", "--ledger", ledger, keyOf(t, ledger, "quarantined"), keyOf(t, ledger, "done"))
	for _, line := range []string{
		"\nState       quarantined\n", "\nReason      exit status 65: bad[31m\n", "\nSubject     red [31m 31m desrever\n",
		"\nState       done\n", "INBOX;UIDVALIDITY=1, 1, moved or deleted\n", "\nBox         tickets\n",
	} {
		if !strings.Contains(r.stdout, line) {
			t.Errorf("no %q in\n%s", line, r.stdout)
		}
	}
	if r.code != 0 || r.stderr != "" || !strings.Contains(r.stdout, "Place       imap://joe@"+srv.IMAPAddr()) {
		t.Errorf("%+v", r)
	}
	r = execute(t, "ledger", "show", "--ledger", ledger, "unknown", keyOf(t, ledger, "done"))
	if r.code != exitFailure || !strings.Contains(r.stdout, "letter 1") || r.stderr != "imapcompat: unknown: the ledger does not know it\n" {
		t.Errorf("%+v", r)
	}
}

// What is retried or forgotten is handled by the next run, and what is done only if it is forgotten.
func TestLedgerRetryAndForget(t *testing.T) {
	for _, test := range []struct {
		args   []string
		stdout string
		code   int
		stderr string // a pattern
		next   string // the summary of the next run
	}{
		{[]string{"retry", "--state", "quarantined"}, "1 message to be tried again\n", 0, `^$`, "1 done,"},
		{[]string{"retry", "--state", "failed,quarantined"}, "2 messages to be tried again\n", 0, `^$`, "2 done,"},
		{[]string{"retry", "KEY failed"}, "1 message to be tried again\n", 0, `^$`, "1 done,"},
		{[]string{"retry", "KEY done"}, "0 messages to be tried again\n", 1, `^imapcompat: \w+: .*was handled\n$`, ""},
		{[]string{"retry", "unknown", "KEY failed"}, "1 message to be tried again\n", 1, `^imapcompat: unknown: the ledger does not know it\n$`, "1 done,"},
		{[]string{"retry", "--state", "skipped"}, "0 messages to be tried again\n", 0, `^$`, ""},
		{[]string{"forget", "--state", "quarantined"}, "1 message forgotten\n", 0, `^$`, "1 new, 1 done,"},
		{[]string{"forget", "KEY done"}, "1 message forgotten\n", 0, `^$`, ""}, // it was deleted
		{[]string{"forget", "KEY failed", "--json"}, "{\"forgotten\":1}\n", 0, `^$`, "1 new, 1 done,"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			ledger, srv := ledgerOfAll(t)
			args := []string{"ledger"}
			for _, arg := range test.args {
				if state, ok := strings.CutPrefix(arg, "KEY "); ok {
					arg = keyOf(t, ledger, state)
				}
				args = append(args, arg)
			}
			r := execute(t, append(args, "--ledger", ledger)...)
			if r.code != test.code || r.stdout != test.stdout || !regexp.MustCompile(test.stderr).MatchString(r.stderr) {
				t.Errorf("%+v", r)
			}
			next := process(t, srv.IMAP(), "--ledger", ledger, "--name", "tickets", "--exec", "true")
			if got := regexp.MustCompile(` ?\d left,`).ReplaceAllString(summary(next), ""); next.code != 0 || got != test.next {
				t.Errorf("the next run: %+v", next)
			}
		})
	}
}

func TestLedgerPruneExportCheck(t *testing.T) {
	ledger, _ := ledgerOfAll(t)
	for _, test := range []struct {
		args   []string
		stdout string
	}{
		{[]string{"prune", "--older", "90d"}, "0 records removed\n"},
		{[]string{"prune", "--older", "1ms", "--json"}, "{\"removed\":1}\n"}, // the message that was deleted
		{[]string{"check"}, "the ledger is sound\n"},
		{[]string{"check", "--json"}, "{\"faults\":[]}\n"},
	} {
		r := execute(t, append(append([]string{"ledger"}, test.args...), "--ledger", ledger)...)
		if r.code != 0 || r.stdout != test.stdout || r.stderr != "" {
			t.Errorf("%q: %+v", test.args, r)
		}
	}
	r := execute(t, "ledger", "export", "--ledger", ledger) // checks for control characters
	types := map[string]int{}
	for line := range strings.Lines(r.stdout) {
		var v struct{ Type string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		types[v.Type]++
	}
	if r.code != 0 || types["record"] != 2 || types["source"] != 1 {
		t.Errorf("%v, %+v", types, r)
	}
}

func TestLedgerErrors(t *testing.T) {
	ledger, _ := ledgerOfAll(t)
	missing := filepath.Join(t.TempDir(), "missing.db")
	for _, test := range []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{"ledger"}, exitUsage, "ledger: what? One of list, show, retry, forget, prune, export, check follows"},
		{[]string{"ledger", "burn"}, exitUsage, "ledger: what? One of"},
		{[]string{"help", "ledger"}, exitUsage, "ledger: what? One of"},
		{[]string{"ledger", "list"}, exitUsage, "ledger list: --ledger is missing"},
		{[]string{"ledger", "list", "--ledger", ledger, "--state", "lost"}, exitUsage, `"lost" is no state`},
		{[]string{"ledger", "list", "--ledger", ledger, "--box", "other"}, exitFailure, `the ledger has no box "other"`},
		{[]string{"ledger", "list", "--ledger", missing}, exitFailure, missing},
		{[]string{"ledger", "show", "--ledger", ledger}, exitUsage, "ledger show: KEY is missing"},
		{[]string{"ledger", "show", "--ledger", ledger, " "}, exitUsage, "an argument is empty"},
		{[]string{"ledger", "retry", "--ledger", ledger}, exitUsage, "which messages?"},
		{[]string{"ledger", "forget", "--ledger", ledger, "--state", "done", "key"}, exitUsage, "which messages?"},
		{[]string{"ledger", "prune", "--ledger", ledger}, exitUsage, "--older is missing"},
		{[]string{"ledger", "prune", "--ledger", ledger, "--older", "soon"}, exitUsage, "is no time"},
		{[]string{"ledger", "check", "--ledger", "../README.md"}, exitFailure, "README.md"},
	} {
		r := execute(t, test.args...)
		if r.code != test.code || r.stdout != "" || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("%q: %+v", test.args, r)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("the ledger was created")
	}
}
