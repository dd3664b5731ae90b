package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// services are the protocols over which a test processes a mailbox.
var services = map[string]func(*imaptest.Server) string{"imap": (*imaptest.Server).IMAP, "pop3": (*imaptest.Server).POP3}

func onBoth(t *testing.T, f func(t *testing.T, mailbox func(*imaptest.Server) string)) {
	for name, mailbox := range services {
		t.Run(name, func(t *testing.T) { f(t, mailbox) })
	}
}

// letters returns n messages.
func letters(n int) []imaptest.Message {
	var list []imaptest.Message
	for i := range n {
		list = append(list, imaptest.Message{Text: fmt.Sprintf(
			"From: sender%d@example.org\nSubject: letter %d\nMessage-ID: <same@example.org>\n\nText of %d.\nFrom the other side.\n>From there\n", i%3, i+1, i+1)})
	}
	return list
}

func mailServer(t *testing.T, messages ...imaptest.Message) *imaptest.Server {
	t.Helper()
	return imaptest.Config{User: "joe", Password: testPassword, Messages: messages}.NewServer(t)
}

// process runs process with a new ledger, unless args name one.
func process(t *testing.T, mailbox string, args ...string) result {
	t.Helper()
	args = append([]string{"process", mailbox, "--user", "joe"}, args...)
	if !slices.Contains(args, "--ledger") {
		args = append(args, "--ledger", filepath.Join(t.TempDir(), "inbox.db"))
	}
	return execute(t, args...)
}

// summary removes the time from the summary.
func summary(r result) string {
	return regexp.MustCompile(` in \S+\n$`).ReplaceAllString(r.stdout, "")
}

func needShell(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("the system has no /bin/sh")
	}
}

func TestProcessExec(t *testing.T) {
	needShell(t)
	onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
		srv := mailServer(t, letters(3)...)
		folder := t.TempDir()
		ledger := filepath.Join(folder, "inbox.db")
		args := []string{"--ledger", ledger, "--name", "tickets", "--exec", "cat > '" + folder + "'/$IMAPCOMPAT_KEY.txt"}
		r := process(t, mailbox(srv), args...)
		if r.code != 0 || r.stderr != "" || summary(r) != "3 new, 3 done," {
			t.Fatalf("%+v", r)
		}
		written, _ := filepath.Glob(folder + "/*.txt")
		if len(written) != 3 {
			t.Fatalf("the handler wrote %q", written)
		}
		var texts []string
		for _, path := range written {
			texts = append(texts, read(t, path))
		}
		for _, m := range srv.Messages("INBOX") {
			if !slices.ContainsFunc(texts, func(text string) bool { return strings.TrimRight(text, "\r\n") == strings.TrimRight(m.Text, "\r\n") }) {
				t.Errorf("no handler has read %q", m.Text)
			}
		}
		if r := process(t, mailbox(srv), args...); r.code != 0 || summary(r) != "nothing to do," {
			t.Errorf("the second time: %+v", r)
		}
		if r := process(t, mailbox(srv), append(args, "--quiet")...); r != (result{}) {
			t.Errorf("with --quiet: %+v", r)
		}
		for _, m := range srv.Messages("INBOX") {
			if strings.HasPrefix(mailbox(srv), srv.IMAPRef()) && slices.Contains(m.Flags, `\Seen`) {
				t.Errorf("message %d has become read", m.UID)
			}
		}
	})
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The exit code of the handler decides.
func TestProcessExitCodes(t *testing.T) {
	needShell(t)
	for _, test := range []struct {
		command string
		args    []string
		code    int
		summary string
		stderr  string // a pattern
	}{
		{"exit 0", nil, 0, "1 new, 1 done,", `^$`},
		{"exec <&-; exit 0", nil, 0, "1 new, 1 done,", `^$`}, // reads nothing
		{"exit 1", nil, 1, "1 new, 1 failed, 1 left,", `^imapcompat: \w+: failed, attempt 1, again in \S+ \(sender0@example.org: letter 1\): exit status 1\n$`},
		{"echo first >&2; echo 'why: second' >&2; exit 3", nil, 1, "1 new, 1 failed, 1 left,", `: exit status 3: why: second\n$`},
		{"exit 1", []string{"--attempts", "1"}, 1, "1 new, 1 quarantined,", `^imapcompat: \w+: quarantined \(.*\): exit status 1\n$`},
		{"echo broken >&2; exit 65", nil, 1, "1 new, 1 quarantined,", `: quarantined \(.*\): exit status 65: broken\n$`},
		{"echo busy >&2; exit 75", []string{"--attempts", "1"}, 75, "1 new, 1 failed, 1 left,", `: failed, .*: exit status 75: busy\n$`},
		{"exit 99", nil, 1, "1 new, 1 failed, 1 left,", `: exit status 99\n$`},
		{"kill -9 $$", nil, 1, "1 new, 1 failed, 1 left,", `: signal: killed\n$`},
		{"nonexistent-command", nil, 1, "1 new, 1 failed, 1 left,", `: exit status 127: .*nonexistent-command.*\n$`},
	} {
		t.Run(test.command+strings.Join(test.args, " "), func(t *testing.T) {
			srv := mailServer(t, letters(1)...)
			r := process(t, srv.IMAP(), append(test.args, "--exec", test.command)...)
			if r.code != test.code || summary(r) != test.summary || !regexp.MustCompile(test.stderr).MatchString(r.stderr) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A handler that takes too long is ended with all that it has started.
func TestProcessTimeLimit(t *testing.T) {
	t.Parallel()
	needShell(t)
	srv := mailServer(t, letters(1)...)
	folder := t.TempDir()
	r := process(t, srv.IMAP(), "--time-limit", "200ms",
		"--exec", "trap '' TERM; (trap '' TERM; sleep 8; touch '"+folder+"/late') & sleep 8; touch '"+folder+"/late'")
	if r.code != 1 || !strings.Contains(r.stderr, "time limit") {
		t.Errorf("%+v", r)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("%v, %v", files, err)
	}
}

// What strangers write reaches the handler as text, and neither as a variable nor as a line.
func TestProcessHostileFacts(t *testing.T) {
	needShell(t)
	texts := []string{
		hostile, rawHostile,
		"From: =?UTF-8?Q?a=0Ab=0Dc=00d?= <x@example.org>\nSubject: =?UTF-8?Q?one=0D=0AIMAPCOMPAT=5FKEY=3Dforged=00two?=\n\n.\n",
		"Subject: $(touch pwned) `touch pwned` '; touch pwned; '\nFrom: \"x\"; touch pwned\n\n.\n",
		"Subject: " + strings.Repeat("long ", 100_000) + "\n\n.\n",
		"Subject: caf\xe9\n\n.\n",
		"\n\nno header\n",
	}
	var messages []imaptest.Message
	for _, text := range texts {
		messages = append(messages, imaptest.Message{Text: text})
	}
	onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
		srv := mailServer(t, messages...)
		folder := t.TempDir()
		t.Setenv("IMAPCOMPAT_PASSWORD", "not for handlers")
		t.Setenv("IMAPCOMPAT_TOKEN", "not for handlers")
		t.Setenv(statusTokenVariable, "not for handlers")
		r := process(t, mailbox(srv), "--exec", "cd '"+folder+"'; env -0 > $IMAPCOMPAT_KEY; printf '%s\\n' \"$IMAPCOMPAT_SUBJECT\"")
		if r.code != 0 || r.stderr != "" {
			t.Fatalf("%+v", r)
		}
		files, err := os.ReadDir(folder)
		if err != nil || len(files) != len(texts) {
			t.Fatalf("%v, %v", files, err)
		}
		seen := map[string]bool{}
		for _, f := range files {
			facts := map[string]string{}
			for variable := range strings.SplitSeq(read(t, filepath.Join(folder, f.Name())), "\x00") {
				name, value, _ := strings.Cut(variable, "=")
				if strings.HasPrefix(name, "IMAPCOMPAT_") {
					facts[name] = value
				}
			}
			if facts["IMAPCOMPAT_KEY"] != f.Name() || facts["IMAPCOMPAT_ATTEMPT"] != "1" || facts["IMAPCOMPAT_MAILBOX"] != mailbox(srv) {
				t.Errorf("%q", facts)
			}
			if len(facts) != 12 {
				t.Errorf("%d facts: %q", len(facts), facts)
			}
			for name, value := range facts {
				if strings.ContainsAny(value, "\r\n\x00\x1b") || len(value) > maxFact {
					t.Errorf("%s=%q", name, value)
				}
			}
			seen[facts["IMAPCOMPAT_SUBJECT"]] = true
		}
		for _, subject := range []string{
			"red [31m 31m desrever", "a[4mbc›d e f", "one IMAPCOMPAT_KEY=forgedtwo",
			"$(touch pwned) `touch pwned` '; touch pwned; '", "café", "",
		} {
			if !seen[subject] {
				t.Errorf("no subject %q", subject)
			}
			delete(seen, subject)
		}
		for subject := range seen { // the long one
			if len(seen) != 1 || !strings.HasPrefix(subject, "long long ") {
				t.Errorf("subject %q", bounded(subject, 100))
			}
		}
	})
}

// Every message is in the place once, also if its delivery is repeated with a ledger that has lost
// everything.
func TestProcessInto(t *testing.T) {
	for kind, list := range places {
		t.Run(kind, func(t *testing.T) {
			onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
				srv := mailServer(t, append(letters(5), imaptest.Message{Text: "Subject: letter 6\n\nno line end"})...)
				place := filepath.Join(t.TempDir(), "place")
				for range 2 { // the second time with a new ledger
					r := process(t, mailbox(srv), "--name", "x", "--workers", "2", "--into", kind+":"+place)
					if r.code != 0 || r.stderr != "" || summary(r) != "6 new, 6 done," {
						t.Fatalf("%+v", r)
					}
					checkLetters(t, list(t, place), 6)
				}
			})
		})
	}
}

// checkLetters checks that texts are those of letters 1 to n, once each and whole.
func checkLetters(t *testing.T, texts []string, n int) {
	t.Helper()
	count := map[string]int{}
	for _, text := range texts {
		subject := regexp.MustCompile(`(?m)^Subject: (letter \d+)\r?$`).FindStringSubmatch(text)
		if subject == nil {
			t.Errorf("no letter: %q", text)
			continue
		}
		count[subject[1]]++
		want := strings.TrimPrefix(subject[1], "letter ")
		whole := "Text of " + want + ".\nFrom the other side.\n>From there"
		if got := strings.ReplaceAll(text, "\r\n", "\n"); !strings.Contains(got, whole) && !strings.Contains(got, "no line end") {
			t.Errorf("not whole: %q", text)
		}
	}
	for i := range n {
		if subject := fmt.Sprint("letter ", i+1); count[subject] != 1 {
			t.Errorf("%s is there %d times", subject, count[subject])
		}
	}
}

// places has, for each kind of place on a disk, what lists its messages.
var places = map[string]func(t *testing.T, place string) []string{
	"dir": func(t *testing.T, place string) []string { return filesOf(t, place, ".eml") },
	"maildir": func(t *testing.T, place string) []string {
		for _, text := range append(filesOf(t, place+"/new", ""), filesOf(t, place+"/cur", "")...) {
			if strings.Contains(text, "\r\n") {
				t.Errorf("line ends of the network: %q", text)
			}
		}
		return append(filesOf(t, place+"/new", ""), filesOf(t, place+"/cur", "")...)
	},
	"mbox": func(t *testing.T, place string) []string { return mboxMessages(t, place) },
}

func filesOf(t *testing.T, folder, suffix string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unfinishedMail) {
			continue // of a program that was killed
		}
		if !strings.HasSuffix(e.Name(), suffix) {
			t.Errorf("the folder has %q", e.Name())
		}
		texts = append(texts, read(t, filepath.Join(folder, e.Name())))
	}
	return texts
}

// mboxMessages reads an mbox as a program does that knows nothing of this one.
func mboxMessages(t *testing.T, path string) []string {
	t.Helper()
	if left, _ := filepath.Glob(path + ".lock"); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
	text := read(t, path)
	if text == "" {
		return nil
	}
	rest, ok := strings.CutPrefix(text, "From ")
	if !ok || !strings.HasSuffix(text, "\n\n") {
		t.Errorf("no mbox: %q", text)
	}
	var list []string
	for one := range strings.SplitSeq(rest, "\n\nFrom ") {
		_, message, _ := strings.Cut(one, "\n")
		list = append(list, regexp.MustCompile(`(?m)^>(>*From )`).ReplaceAllString(message, "$1"))
	}
	return list
}

func TestProcessThen(t *testing.T) {
	needShell(t)
	for _, test := range []struct {
		args  []string
		left  string // UIDs of the INBOX
		moved map[string]int
	}{
		{[]string{"--exec", "true"}, "1 2", nil},
		{[]string{"--exec", "true", "--then", "delete"}, "", nil},
		{[]string{"--exec", "true", "--then", "move:Erledigt für immer"}, "", map[string]int{"Erledigt für immer": 2}},
		{[]string{"--exec", "true", "--then", "move:Entw&APw-rfe"}, "", map[string]int{"Entwürfe": 2}},
		{[]string{"--exec", "true", "--then", `flag:\Deleted`}, "1D 2D", nil},
		{[]string{"--exec", "exit 65", "--then", "delete", "--quarantine", "move:Bad"}, "", map[string]int{"Bad": 2}},
		{[]string{"--exec", "true", "--then", "delete", "--limit", "1"}, "2", nil},
		{[]string{"--exec", "true", "--then", "delete", "--criteria", `SUBJECT "letter 2"`}, "1", nil},
		{[]string{"--exec", "true", "--then", "delete", "--since", "2100-01-01"}, "1 2", nil},
		{[]string{"--exec", "true", "--then", "delete", "--in-order", "--workers", "2"}, "", nil},
		{[]string{"--then", "delete", "--dry-run"}, "1 2", nil},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			srv := mailServer(t, letters(2)...)
			process(t, srv.IMAP(), test.args...)
			if left := uidsLeft(srv); left != test.left {
				t.Errorf("left are %q, want %q", left, test.left)
			}
			for name, n := range test.moved {
				if got := len(srv.Messages(name)); got != n {
					t.Errorf("%d messages in %s, want %d", got, name, n)
				}
			}
		})
	}
}

// A quarantined message is in the folder of quarantined ones, and stays on the server.
func TestProcessQuarantine(t *testing.T) {
	needShell(t)
	srv := mailServer(t, letters(1)...)
	folder := filepath.Join(t.TempDir(), "bad")
	r := process(t, srv.POP3(), "--exec", "exit 65", "--quarantine", "dir:"+folder)
	if r.code != 1 || len(filesOf(t, folder, ".eml")) != 1 || uidsLeft(srv) != "1" {
		t.Errorf("%+v, %v", r, uidsLeft(srv))
	}
}

func TestProcessDryRun(t *testing.T) {
	onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
		srv := mailServer(t, letters(2)...)
		r := process(t, mailbox(srv), "--dry-run")
		if r.code != 0 || r.stderr != "" || !strings.HasSuffix(r.stdout, "\n2 messages would be handed over\n") || strings.Count(r.stdout, "UID ") != 2 {
			t.Errorf("%+v", r)
		}
	})
}

// --json prints an object for each event, and one for the report.
func TestProcessJSON(t *testing.T) {
	needShell(t)
	srv := mailServer(t, append(letters(2), imaptest.Message{Text: hostile})...)
	r := process(t, srv.IMAP(), "--json", "--name", "tickets", "--exec", "echo out; echo err >&2")
	events := map[string]int{}
	for line := range strings.Lines(r.stdout) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		events[e["event"].(string)]++
		if e["event"] == "done" && (e["key"] == nil || e["box"] != "tickets" || e["subject"] == nil || e["attempt"] != 1.0) {
			t.Errorf("%v", e)
		}
		if e["event"] == "report" && (e["done"] != 3.0 || e["box"] != "tickets") {
			t.Errorf("%v", e)
		}
	}
	if fmt.Sprint(events) != "map[done:3 report:1 scanned:1]" || r.code != 0 {
		t.Errorf("%v, %+v", events, r)
	}
	if strings.Count(r.stderr, ": out\n") != 3 || strings.Count(r.stderr, ": err\n") != 3 {
		t.Errorf("standard error\n%s", r.stderr)
	}
}

func TestProcessLog(t *testing.T) {
	needShell(t)
	srv := mailServer(t, letters(2)...)
	log := filepath.Join(t.TempDir(), "log")
	if r := process(t, srv.IMAP(), "--log", log, "--exec", "true"); r.code != 0 || r.stderr != "" {
		t.Errorf("%+v", r)
	}
	if text := read(t, log); strings.Count(text, "event=done") != 2 {
		t.Errorf("the log has\n%s", text)
	}
	if r := process(t, srv.IMAP(), "--log", "-", "--exec", "true"); r.code != 0 || strings.Count(r.stderr, "event=done") != 2 {
		t.Errorf("%+v", r)
	}
}

// Wrong command lines send nothing.
func TestProcessUsage(t *testing.T) {
	srv := newServer(t)
	for _, test := range []struct {
		args   []string
		stderr string
	}{
		{[]string{}, "MAILBOX is missing"},
		{[]string{srv.IMAP(), "--exec", "true", "--ledger", "x"}, "--user is missing"},
		{[]string{"INBOX", "--exec", "true", "--ledger", "x"}, "a mailbox is named"},
		{[]string{srv.IMAP(), "--user", "joe", "--exec", "true"}, "the ledger is missing"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x"}, "what is to be done with the messages is missing"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--into", "dir:x"}, "exec and into exclude each other"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--into", "ftp:x"}, `"ftp:…" is not maildir:FOLDER`},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--into", "http://"}, "the address for HTTP is not"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--then", "burn"}, `then: "burn" is not keep`},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--then", "dir:x"}, `then: "dir:x" is not keep`},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--then", "move:{x}y"}, "a mailbox of the same server"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--then", "move:\xff"}, "is no name of a mailbox"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--quarantine", "delete"}, `quarantine: "delete" is not keep, move`},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--workers", "0"}, "the workers must be at least 1"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--attempts", "0"}, "the attempts must be at least 1"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--limit", "-1"}, "the limit must not be negative"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--lease", "1ms"}, "the lease must be at least 1s"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--time-limit", "0"}, "must be more than 0"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--since", "yesterday"}, "is no day"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--every", "soon"}, "is no time"},
		{[]string{srv.IMAP(), "--user", "joe", "--ledger", "x", "--exec", "true", "--parallel", "2"}, "--parallel is for --accounts"},
		{[]string{srv.IMAP(), "--accounts", "x"}, "MAILBOX and --accounts exclude each other"},
	} {
		r := execute(t, append([]string{"process"}, test.args...)...)
		if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, "imapcompat: process: ") || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("%q: got %+v, want %q", test.args, r, test.stderr)
		}
	}
	if sent := srv.Transcript(); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

// A server or an account that fails has the exit codes of the other subcommands.
func TestProcessServerFails(t *testing.T) {
	srv := mailServer(t, letters(1)...)
	for code, want := range map[string]int{"UNAVAILABLE": exitTemporary, "AUTH": exitFailure} {
		if err := srv.Refuse("LOGIN", 10, "["+code+"] Refused"); err != nil {
			t.Fatal(err)
		}
		r := process(t, srv.IMAP(), "--into", "dir:"+t.TempDir())
		if r.code != want || !strings.Contains(r.stderr, "["+code+"] Refused") {
			t.Errorf("%s: %+v", code, r)
		}
	}
	srv.RefuseLogins(0)
	if r := process(t, "{127.0.0.1:1/notls}INBOX", "--into", "dir:"+t.TempDir()); r.code != exitTemporary {
		t.Errorf("%+v", r)
	}
	if r := process(t, srv.POP3(), "--then", "move:x", "--into", "dir:"+t.TempDir()); r.code != exitFailure || !strings.Contains(r.stderr, "POP3 has") {
		t.Errorf("%+v", r)
	}
	if r := process(t, srv.IMAP(), "--ledger", t.TempDir(), "--into", "dir:"+t.TempDir()); r.code != exitFailure || r.stdout != "" {
		t.Errorf("%+v", r)
	}
}

// --watch handles what comes, and ends with its context.
func TestProcessWatch(t *testing.T) {
	onBoth(t, func(t *testing.T, mailbox func(*imaptest.Server) string) {
		srv := mailServer(t, letters(1)...)
		place := filepath.Join(t.TempDir(), "place")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan result, 1)
		go func() {
			ended <- executeWith(t, ctx, map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}, "process", mailbox(srv), "--user", "joe",
				"--ledger", filepath.Join(t.TempDir(), "inbox.db"), "--every", "100ms", "--into", "dir:"+place)
		}()
		waitForFiles(t, place, 1)
		if _, err := srv.Append("INBOX", letters(2)[1]); err != nil {
			t.Fatal(err)
		}
		waitForFiles(t, place, 2)
		cancel()
		if r := <-ended; r.code != 0 || r.stderr != "" {
			t.Errorf("%+v", r)
		}
		checkLetters(t, filesOf(t, place, ".eml"), 2)
	})
}

// waitForFiles waits until a folder has n messages.
func waitForFiles(t *testing.T, folder string, n int) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(5 * time.Millisecond) {
		if list, _ := filepath.Glob(folder + "/*.eml"); len(list) >= n {
			return
		}
	}
	t.Fatalf("the folder has not got %d messages", n)
}
