package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// mailboxArguments has the subcommands that open a mailbox, with the arguments after it.
var mailboxArguments = map[string][]string{
	"info": nil, "headers": nil, "header": {"1"}, "fetchheader": {"1"}, "overview": {"1:*"}, "search": {"ALL"},
	"structure": {"1"}, "save": {"1:*", "FOLDER"}, "list": nil, "status": nil, "watch": nil,
	"delete": {"1"}, "move": {"1", "Archive"}, "copy": {"1", "Archive"}, "append": {"FILE"}, "doctor": nil,
}

// failureOf returns what a subcommand says about a failure. It says it on standard error, and
// prints nothing else. doctor prints it among the steps.
func failureOf(subcommand string, r result) string {
	switch {
	case subcommand == "doctor":
		return r.stdout
	case r.stdout != "":
		return ""
	}
	return r.stderr
}

// commandLine returns a command line of a subcommand, with a folder and a file that exist.
func commandLine(t *testing.T, subcommand, mailbox string) []string {
	t.Helper()
	args := append([]string{subcommand, mailbox, "--user", "joe"}, mailboxArguments[subcommand]...)
	for i, arg := range args {
		switch arg {
		case "FOLDER":
			args[i] = t.TempDir()
		case "FILE":
			args[i] = filepath.Join(t.TempDir(), "message.eml")
			if err := os.WriteFile(args[i], []byte(plain), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return args
}

func TestMailboxArguments(t *testing.T) {
	for _, s := range subcommands() {
		if _, ok := mailboxArguments[s.name]; ok != slices.Contains(s.arguments, "MAILBOX") {
			t.Errorf("%s is in no test of what opens mailboxes, or has none", s.name)
		}
	}
}

// In every subcommand the response code of a refused login decides the exit code.
func TestRefusedLogin(t *testing.T) {
	srv := newServer(t)
	for subcommand := range mailboxArguments {
		for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
			for code, want := range map[string]int{
				"UNAVAILABLE": exitTemporary, "IN-USE": exitTemporary, "SYS/TEMP": exitTemporary, "LIMIT": exitTemporary,
				"SYS/PERM": exitFailure, "AUTH": exitFailure, "EXPIRED": exitFailure, "X-ODD": exitFailure,
			} {
				if err := srv.Refuse("LOGIN", 10, "["+code+"] Refused"); err != nil {
					t.Fatal(err)
				}
				r := execute(t, commandLine(t, subcommand, mailbox)...)
				if r.code != want || !strings.Contains(failureOf(subcommand, r), "["+code+"] Refused") {
					t.Errorf("%s %s, [%s]: got %+v, want %d", subcommand, mailbox, code, r, want)
				}
			}
		}
		srv.RefuseLogins(0)
	}
}

// So does the response code of a command that is refused later.
func TestRefusedCommands(t *testing.T) {
	for _, test := range []struct {
		pop3                            bool
		command, code, subcommand, flag string
		want                            int
	}{
		{false, "COPY", "OVERQUOTA", "copy", "", exitTemporary},
		{false, "COPY", "TRYCREATE", "copy", "", exitFailure},
		{false, "MOVE", "OVERQUOTA", "move", "", exitTemporary},
		{false, "MOVE", "NOPERM", "move", "", exitFailure},
		{false, "APPEND", "OVERQUOTA", "append", "", exitTemporary},
		{false, "APPEND", "TOOBIG", "append", "", exitFailure},
		{false, "STORE", "INUSE", "delete", "", exitTemporary},
		{false, "STORE", "NOPERM", "delete", "", exitFailure},
		{false, "EXPUNGE", "INUSE", "delete", "--expunge", exitTemporary},
		{false, "STATUS", "UNAVAILABLE", "status", "", exitTemporary},
		{false, "STATUS", "NONEXISTENT", "status", "", exitFailure},
		{false, "LIST", "UNAVAILABLE", "list", "", exitTemporary},
		{false, "LSUB", "SERVERBUG", "list", "--subscribed", exitFailure},
		{false, "FETCH", "UNAVAILABLE", "headers", "", exitTemporary},
		{false, "FETCH", "UNAVAILABLE", "overview", "--json", exitTemporary},
		{false, "FETCH", "CORRUPTION", "structure", "", exitFailure},
		{false, "FETCH", "UNAVAILABLE", "fetchheader", "", exitTemporary},
		{false, "SELECT", "INUSE", "info", "", exitTemporary},
		{false, "SELECT", "NOPERM", "info", "", exitFailure},
		{true, "RETR", "SYS/TEMP", "structure", "", exitTemporary},
		{true, "RETR", "SYS/PERM", "structure", "", exitFailure},
		{true, "DELE", "SYS/TEMP", "delete", "--expunge", exitTemporary},
		{true, "DELE", "SYS/PERM", "delete", "--expunge", exitFailure},
		{true, "QUIT", "SYS/TEMP", "delete", "--expunge", exitTemporary},
		{true, "STAT", "IN-USE", "info", "", exitTemporary},
	} {
		srv := newServer(t)
		if err := srv.CreateMailbox("Archive"); err != nil {
			t.Fatal(err)
		}
		if err := srv.Refuse(test.command, 10, "["+test.code+"] Refused"); err != nil {
			t.Fatal(err)
		}
		mailbox := srv.IMAP()
		if test.pop3 {
			mailbox = srv.POP3()
		}
		args := commandLine(t, test.subcommand, mailbox)
		if test.flag != "" {
			args = append(args, test.flag)
		}
		r := execute(t, args...)
		if r.code != test.want || !strings.Contains(r.stderr, "["+test.code+"] Refused") {
			t.Errorf("%+v: got %+v", test, r)
		}
		if n := len(srv.Messages("INBOX")) + len(srv.Messages("Archive")); n != 3 {
			t.Errorf("%+v: %d messages are left", test, n)
		}
	}
}

// If the connection is lost, the exit code is that of a temporary failure, and standard output has
// no part of a result.
func TestServerGoes(t *testing.T) {
	for subcommand := range mailboxArguments {
		for _, octets := range []int{0, 20, 120} {
			for _, service := range []func(*imaptest.Server) string{(*imaptest.Server).IMAP, (*imaptest.Server).POP3} {
				srv := newServer(t)
				srv.DropAfter(octets)
				r := execute(t, commandLine(t, subcommand, service(srv))...)
				if r.code != exitTemporary || failureOf(subcommand, r) == "" {
					t.Errorf("%s %s, %d octets: got %+v", subcommand, service(srv), octets, r)
				}
			}
		}
	}
}

// A message that cannot be read does not stop the others.
func TestUnreadableMessage(t *testing.T) {
	const attached = "Subject: attached\r\nContent-Type: text/plain; name=a.txt\r\n\r\ntext\r\n"
	for _, test := range []struct {
		without        []string
		args           []string
		stdout, stderr string // regular expressions
		code, left     int
	}{
		{nil, []string{"save", "1:*", "FOLDER"}, `^No .*\n2 .* a\.txt\n3 .* a \(2\)\.txt\n$`,
			`^imapcompat: 2 files saved, then: message 1: .*The file is locked\n$`, exitTemporary, 3},
		{nil, []string{"save", "1:*", "FOLDER", "--json"}, `^\[\{"msgno":2,.*\{"msgno":3,[^{]*\]\n$`,
			`: message 1: .*The file is locked\n$`, exitTemporary, 3},
		{[]string{"TOP"}, []string{"overview", "1:*"}, `^No .*\n1 .*\n2 .*attached\n3 .*attached\n$`, `The file is locked\n$`, exitTemporary, 3},
		{[]string{"TOP"}, []string{"overview", "1:*", "--json"}, `^\[\{.*\},\{.*\},\{.*\}\]\n$`, `The file is locked\n$`, exitTemporary, 3},
		{[]string{"TOP"}, []string{"headers"}, `^No .*\n1 .*\n2 .*attached\n3 .*attached\n$`, `The file is locked\n$`, exitTemporary, 3},
		{[]string{"TOP"}, []string{"delete", "1:*", "--expunge"}, `^3 messages marked, 3 expunged\n$`, `^imapcompat: warning: .*The file is locked\n$`, 0, 0},
	} {
		srv := imaptest.Config{User: "joe", Password: testPassword, Without: test.without}.NewServer(t, attached, attached, attached)
		if err := srv.Refuse("RETR", 1, "[SYS/TEMP] The file is locked"); err != nil {
			t.Fatal(err)
		}
		args := append([]string{test.args[0], srv.POP3(), "--user", "joe"}, test.args[1:]...)
		if i := slices.Index(args, "FOLDER"); i > 0 {
			args[i] = t.TempDir()
		}
		r := execute(t, args...)
		if r.code != test.code || !regexp.MustCompile(test.stdout).MatchString(r.stdout) || !regexp.MustCompile(test.stderr).MatchString(r.stderr) {
			t.Errorf("%q: got %+v", test.args, r)
		}
		if n := len(srv.Messages("INBOX")); n != test.left {
			t.Errorf("%q: %d messages are left", test.args, n)
		}
	}
}

// An empty mailbox is no failure.
func TestEmptyMailbox(t *testing.T) {
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t)
	for _, service := range []string{srv.IMAP(), srv.POP3()} {
		for _, test := range []struct {
			args           []string
			stdout, stderr string
		}{
			{[]string{"info"}, "Messages     0\n", ""},
			{[]string{"headers"}, "No  UID", ""},
			{[]string{"headers", "--json"}, "[]\n", ""},
			{[]string{"overview", "1:*"}, "", "none of the mailbox's messages"},
			{[]string{"overview", "1:*", "--json"}, "[]\n", ""},
			{[]string{"search", "ALL"}, "", "no message matches"},
			{[]string{"search", "ALL", "--json"}, "[]\n", ""},
			{[]string{"save", "1:*", "."}, "", "the mailbox is empty"},
			{[]string{"save", "1:*", ".", "--json"}, "[]\n", "the mailbox is empty"},
			{[]string{"delete", "1:*"}, "0 messages marked\n", "the mailbox is empty"},
			{[]string{"delete", "1:*", "--expunge"}, "0 messages marked\n", "the mailbox is empty"},
			{[]string{"delete", "1:*", "--expunge", "--json"}, `{"marked":0,"expunged":0}` + "\n", "the mailbox is empty"},
			{[]string{"move", "1:*", "Archive"}, "0 messages moved\n", "the mailbox is empty"},
			{[]string{"move", "1:*", "Archive", "--json"}, `{"moved":0,"marked":0,"expunged":0}` + "\n", "the mailbox is empty"},
			{[]string{"copy", "1:*", "Archive"}, "0 messages copied\n", "the mailbox is empty"},
		} {
			r := execute(t, append([]string{test.args[0], service, "--user", "joe"}, test.args[1:]...)...)
			if r.code != 0 || !strings.Contains(r.stdout, test.stdout) || !strings.Contains(r.stderr, test.stderr) || test.stderr == "" && r.stderr != "" {
				t.Errorf("%q: got %+v", test.args, r)
			}
		}
	}
}

// Wrong command lines, such as empty arguments from an unset variable of a script, send nothing to a
// server.
func TestOddArguments(t *testing.T) {
	srv := newServer(t)
	for _, test := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"header", srv.IMAP(), ""}, "header: the N is empty"},
		{[]string{"header", srv.IMAP(), "0"}, "header: N is 0, and the first message is 1"},
		{[]string{"structure", srv.IMAP(), "--", "-1"}, "structure: N is -1, and the first message is 1"},
		{[]string{"overview", srv.IMAP(), " "}, "overview: the SET is empty"},
		{[]string{"search", srv.IMAP(), ""}, "search: the CRITERIA is empty"},
		{[]string{"save", srv.IMAP(), "1", ""}, "save: the FOLDER is empty"},
		{[]string{"copy", srv.IMAP(), "1", ""}, "copy: the TARGET is empty"},
		{[]string{"move", srv.IMAP(), "1", " "}, "move: the TARGET is empty"},
		{[]string{"append", srv.IMAP(), ""}, "append: the FILE is empty"},
		{[]string{"info", "{}INBOX"}, "info: Can't open mailbox {}INBOX: invalid remote specification"},
		{[]string{"info", "{127.0.0.1/odd}INBOX"}, "info: Can't open mailbox {127.0.0.1/odd}INBOX: invalid remote specification"},
		{[]string{"info", ""}, "info: a mailbox is named"},
		{[]string{"info", srv.IMAPRef() + "Entwürfe"}, `info: mailbox names are in modified UTF-7: "Entw&APw-rfe"`},
		{[]string{"copy", srv.IMAP(), "1", "Entwürfe"}, `copy: mailbox names are in modified UTF-7: "Entw&APw-rfe"`},
		{[]string{"move", srv.IMAP(), "1", "\xff"}, "move: mailbox names are in modified UTF-7"},
		{[]string{"info", srv.IMAP(), "--timeout", "soon"}, `info: invalid value "soon" for flag -timeout: a time is 30, 30s or 2m`},
		{[]string{"info", srv.IMAP(), "--timeout", "0"}, "info: --timeout must be more than 0"},
	} {
		r := execute(t, append([]string{test.args[0], "--user", "joe"}, test.args[1:]...)...)
		if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, "imapcompat: "+test.stderr) {
			t.Errorf("%q: got %+v, want %q", test.args, r, test.stderr)
		}
	}
	if sent := srv.Transcript(); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

// The error names an empty password, because the variable may not be set.
func TestEmptyPasswordIsNamed(t *testing.T) {
	srv := newServer(t)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		r := executeWith(t, context.Background(), map[string]string{"IMAPCOMPAT_PASSWORD": ""}, "info", mailbox, "--user", "joe")
		if r.code != exitFailure || !strings.Contains(r.stderr, "(the password is empty)") {
			t.Errorf("got %+v", r)
		}
		if r := execute(t, "info", mailbox, "--user", "other"); r.code != exitFailure || strings.Contains(r.stderr, "is empty") {
			t.Errorf("got %+v", r)
		}
	}
}

// The error names a folder in which files cannot be saved, once.
func TestUnwritableFolder(t *testing.T) {
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, "Content-Type: text/plain; name=a.txt\r\n\r\ntext\r\n")
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		for _, folder := range []string{"/proc", filepath.Join(t.TempDir(), "none")} {
			if _, err := os.Stat("/proc/self"); err != nil && folder == "/proc" {
				continue // the system does not have it
			}
			r := execute(t, "save", mailbox, "1:*", folder, "--user", "joe")
			if r.code != exitFailure || r.stdout != "" || strings.Count(r.stderr, folder) != 1 || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("%s: got %+v", folder, r)
			}
		}
	}
}

// --help of every subcommand lists its flags, and needs no server, terminal or password.
func TestHelpOfAll(t *testing.T) {
	for _, s := range subcommands() {
		for _, args := range [][]string{{s.name, "--help"}, {s.name, "-h"}, {"help", s.name}} {
			r := executeWith(t, context.Background(), nil, args...)
			if r.code != 0 || r.stderr != "" || !strings.HasPrefix(r.stdout, "Usage: "+s.synopsis()+"\n") {
				t.Errorf("%q: got %+v", args, r)
			}
			for _, name := range s.flags {
				if !strings.Contains(r.stdout, "\n  --"+name) {
					t.Errorf("%q: --%s is not explained", args, name)
				}
			}
		}
	}
}

// --json prints one JSON document on one line, in every subcommand of a mailbox that has it.
func TestJSONOfAll(t *testing.T) {
	for _, service := range []func(*imaptest.Server) string{(*imaptest.Server).IMAP, (*imaptest.Server).POP3} {
		for _, s := range subcommands() {
			if !slices.Contains(s.flags, "json") || !slices.Contains(s.arguments, "MAILBOX") || s.name == "watch" {
				continue
			}
			srv := newServer(t)
			if err := srv.CreateMailbox("Archive"); err != nil {
				t.Fatal(err)
			}
			r := execute(t, append(commandLine(t, s.name, service(srv)), "--json")...)
			if r.code != 0 && service(srv) == srv.POP3() && (s.name == "copy" || s.name == "move" || s.name == "append") {
				if r.stdout != "" {
					t.Errorf("%s: got %+v", s.name, r)
				}
				continue
			}
			if r.code != 0 || !json.Valid([]byte(r.stdout)) || strings.Count(r.stdout, "\n") != 1 {
				t.Errorf("%s: got %+v", s.name, r)
			}
		}
	}
}

// Over POP3 watch fails, because a mailbox does not change while it is open.
func TestWatchPOP3(t *testing.T) {
	srv := newServer(t)
	r := execute(t, "watch", srv.POP3(), "--user", "joe")
	if r.code != exitFailure || r.stdout != "" || !strings.HasPrefix(r.stderr, "imapcompat: watch is for IMAP: ") {
		t.Errorf("got %+v", r)
	}
}

// Subcommands that fail over POP3 also fail in a dry run.
func TestPutsNothingOverPOP3(t *testing.T) {
	srv := newServer(t)
	for _, subcommand := range []string{"move", "copy", "append"} {
		for _, more := range [][]string{nil, {"--dry-run"}, {"--dry-run", "--json"}} {
			r := execute(t, append(commandLine(t, subcommand, srv.POP3()), more...)...)
			if r.code != exitFailure || r.stdout != "" || !strings.Contains(r.stderr, "not valid for POP3") {
				t.Errorf("%s %q: got %+v", subcommand, more, r)
			}
		}
	}
}

// From a mailbox that is open read-only nothing is deleted, and the output does not claim so.
func TestReadOnlyMailbox(t *testing.T) {
	srv := newServer(t)
	if err := srv.CreateMailbox("Archive"); err != nil {
		t.Fatal(err)
	}
	mailbox := strings.Replace(srv.IMAP(), "}", "/readonly}", 1)
	for _, args := range [][]string{
		{"delete", "1"}, {"delete", "1", "--expunge"}, {"delete", "1", "--dry-run"}, {"move", "1", "Archive"}, {"move", "1", "Archive", "--dry-run"},
	} {
		r := execute(t, append([]string{args[0], mailbox, "--user", "joe"}, args[1:]...)...)
		if r.code != exitFailure || r.stdout != "" || !strings.Contains(r.stderr, "open for reading only") {
			t.Errorf("%q: got %+v", args, r)
		}
	}
	if len(srv.Messages("INBOX")) != 3 || len(srv.Messages("Archive")) != 0 {
		t.Error("messages moved")
	}
	if r := execute(t, "copy", mailbox, "1", "Archive", "--user", "joe", "--timeout", "20"); r.code != 0 || len(srv.Messages("Archive")) != 1 {
		t.Errorf("got %+v", r)
	}
}
