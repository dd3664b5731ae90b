package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
)

// openTerminal opens a pseudo-terminal. It returns the end of the program and the end of the user.
func openTerminal(t *testing.T, columns int) (terminal, person *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(columns), Row: 24}); err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return terminal, person
}

// screen collects what the user sees.
func screen(person *os.File) *buffer {
	seen := new(buffer)
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := person.Read(b)
			seen.Write(b[:n])
			if err != nil {
				return
			}
		}
	}()
	return seen
}

func waitFor(t *testing.T, seen *buffer, text string) {
	t.Helper()
	for range 1000 {
		if strings.Contains(seen.String(), text) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("the terminal shows %q, no %q", seen.String(), text)
}

func echoes(t *testing.T, terminal *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func noEnvironment(string) (string, bool) { return "", false }

func TestPasswordPrompt(t *testing.T) {
	srv := newServer(t)
	terminal, person := openTerminal(t, 80)
	seen := screen(person)
	go func() {
		for echoes(t, terminal) {
			time.Sleep(time.Millisecond)
		}
		fmt.Fprintln(person, testPassword)
	}()
	var stdout buffer
	code := run(context.Background(), []string{"headers", srv.IMAP(), "--user", "joe"}, terminal, &stdout, terminal, noEnvironment)
	if code != 0 || !strings.Contains(stdout.String(), "Grüße") {
		t.Errorf("exit code %d, standard output\n%s", code, stdout.String())
	}
	waitFor(t, seen, "\r\n")
	if got := seen.String(); got != "Password: \r\n" || !echoes(t, terminal) {
		t.Errorf("the terminal shows %q", got)
	}
}

func TestPasswordPromptInterrupted(t *testing.T) {
	terminal, person := openTerminal(t, 80)
	seen := screen(person)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for echoes(t, terminal) {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	args := []string{"headers", "{127.0.0.1:1}INBOX", "--user", "joe"}
	if code := run(ctx, args, terminal, &buffer{}, terminal, noEnvironment); code != 130 {
		t.Errorf("exit code %d", code)
	}
	waitFor(t, seen, "imapcompat: interrupted: the mailbox is not open yet; nothing is changed\r\n")
	if !echoes(t, terminal) {
		t.Error("the terminal is left without echo")
	}
	person.WriteString("\n") // ends the pending read
}

func TestWidth(t *testing.T) {
	const columns = 60
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t,
		"From: a@example.org\nSubject: "+strings.Repeat("long ", 30)+"\n\n.\n",
		"From: b@example.org\nSubject: =?UTF-8?B?"+strings.Repeat("5omT", 15)+"?=\n\n.\n")
	terminal, person := openTerminal(t, columns)
	seen := screen(person)
	code := run(context.Background(), []string{"headers", srv.IMAP(), "--user", "joe"}, terminal, terminal, &buffer{},
		environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	waitFor(t, seen, "打…\r\n")
	for line := range strings.Lines(seen.String()) {
		if n := textCells(strings.TrimRight(line, "\r\n")); n > columns {
			t.Errorf("%d cells in %q", n, line)
		}
	}
}

func TestProgress(t *testing.T) {
	terminal, person := openTerminal(t, 80)
	seen := screen(person)
	c := &cli{stderr: terminal}
	r := &request{subcommand: &subcommand{name: "overview"}}

	quick := c.newProgress(r)
	quick.show(1, 2)
	quick.clear()

	slow := c.newProgress(r)
	slow.begin = slow.begin.Add(-2 * progressDelay)
	slow.show(1, 2)
	slow.show(2, 2)
	slow.clear()

	waitFor(t, seen, "\x1b[K")
	const want = "\roverview [###############...............]  50%" +
		"\roverview [##############################] 100%\r\x1b[K"
	if got := seen.String(); got != want {
		t.Errorf("the terminal shows %q, want %q", got, want)
	}

	// There is no bar beside the log, or in a file.
	r.verbose = true
	if c.newProgress(r).w != nil {
		t.Error("a bar in the log")
	}
	r.verbose = false
	if (&cli{stderr: new(bytes.Buffer)}).newProgress(r).w != nil {
		t.Error("a bar without a terminal")
	}
}

// At a terminal the program asks before it removes anything, and obeys the answer.
func TestQuestion(t *testing.T) {
	const all, gone = "1 2 3", "3"
	remove := []string{"delete", "1:2", "--expunge"}
	const question = "Delete 2 messages of MAILBOX for good? [y/N] "
	for _, test := range []struct {
		args     []string
		question string // "" if none is expected
		answer   string
		code     int
		left     string
	}{
		{remove, question, "y\n", 0, gone},
		{remove, question, "Yes\n", 0, gone},
		{remove, question, "n\n", 1, all},
		{remove, question, "\n", 1, all},
		{remove, question, "\x04", 1, all}, // end of file
		{append(remove, "--yes"), "", "", 0, gone},
		{append(remove, "--dry-run"), "", "", 0, all},
		{[]string{"delete", "1:2"}, "", "", 0, "1D 2D 3"},
		{[]string{"copy", "1:2", "Archive"}, "", "", 0, all},
		{[]string{"move", "1:2", "Archive"}, "Move 2 messages from MAILBOX to Archive? [y/N] ", "y\n", 0, gone},
		{[]string{"move", "1:2", "Archive"}, "Move 2 messages from MAILBOX to Archive? [y/N] ", "no\n", 1, all},
		{[]string{"move", "1:2", "Archive", "--yes"}, "", "", 0, gone},
	} {
		t.Run(strings.Join(test.args, " ")+test.answer, func(t *testing.T) {
			srv := newServer(t)
			if err := srv.CreateMailbox("Archive"); err != nil {
				t.Fatal(err)
			}
			terminal, person := openTerminal(t, 80)
			seen := screen(person)
			asked := strings.ReplaceAll(test.question, "MAILBOX", srv.IMAP())
			if asked != "" {
				go func() {
					waitFor(t, seen, asked)
					person.WriteString(test.answer)
				}()
			}
			args := append([]string{test.args[0], srv.IMAP(), "--user", "joe"}, test.args[1:]...)
			code := run(context.Background(), args, terminal, &buffer{}, terminal, environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
			if code != test.code {
				t.Errorf("exit code %d, want %d; the terminal shows %q", code, test.code, seen.String())
			}
			if test.code != 0 {
				waitFor(t, seen, "imapcompat: not confirmed: nothing is changed")
			}
			if test.question == "" && strings.Contains(seen.String(), "[y/N]") {
				t.Errorf("the terminal shows %q", seen.String())
			}
			if left := uidsLeft(srv); left != test.left {
				t.Errorf("left are %q, want %q", left, test.left)
			}
		})
	}
}

func TestQuestionInterrupted(t *testing.T) {
	srv := newServer(t)
	terminal, person := openTerminal(t, 80)
	seen := screen(person)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		waitFor(t, seen, "[y/N] ")
		cancel()
	}()
	args := []string{"delete", srv.IMAP(), "1", "--expunge", "--user", "joe"}
	code := run(ctx, args, terminal, &buffer{}, terminal, environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
	waitFor(t, seen, "imapcompat: interrupted: all messages are read; nothing is changed\r\n")
	if left := uidsLeft(srv); code != exitInterrupted || left != "1 2 3" {
		t.Errorf("exit code %d, left are %q", code, left)
	}
	person.WriteString("\n") // ends the pending read
}

// An empty password counts as a password: the program does not ask.
func TestEmptyPassword(t *testing.T) {
	srv := newServer(t)
	terminal, person := openTerminal(t, 80)
	seen := screen(person)
	code := run(context.Background(), []string{"info", srv.POP3(), "--user", "joe"}, terminal, &buffer{}, terminal,
		environment(map[string]string{"IMAPCOMPAT_PASSWORD": ""}))
	waitFor(t, seen, "imap_open(): ")
	if code != exitFailure || strings.Contains(seen.String(), "Password:") {
		t.Errorf("exit code %d, the terminal shows %q", code, seen.String())
	}
}

// An error of standard output is a failure.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	srv := newServer(t)
	for _, args := range [][]string{{"headers"}, {"headers", "--json"}, {"fetchheader", "1"}, {"list"}, {"structure", "1"}} {
		var stderr buffer
		args = append([]string{args[0], srv.IMAP(), "--user", "joe"}, args[1:]...)
		code := run(context.Background(), args, strings.NewReader(""), full, &stderr, environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
		if code != exitFailure || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%q: exit code %d, %q", args, code, stderr.String())
		}
	}
}

// A terminal gets colours, if its user has not declined them, and no octet of a message that it
// obeys.
func TestExplainAtTerminal(t *testing.T) {
	file := t.TempDir() + "/evil.eml"
	if err := os.WriteFile(file, []byte("Subject: a\x1b[2Jb\u009bc\u202e\n\n\x07body\x1b]0;x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args    []string
		env     map[string]string
		columns int
		want    string
		colours bool
	}{
		{nil, nil, 80, "a[2Jbc", true},
		{nil, map[string]string{"NO_COLOR": "1"}, 80, "a[2Jbc", false},
		{nil, map[string]string{"NO_COLOR": ""}, 80, "a[2Jbc", true},
		{nil, map[string]string{"TERM": "dumb"}, 80, "a[2Jbc", false},
		{nil, nil, 1, "…", true},
		{[]string{"--php"}, nil, 80, "[subject] => a[2Jbc\r\n", false},
		{[]string{"--json"}, nil, 80, `"subject":"a\u001b[2Jb\u009bc\u202e"`, false},
		{[]string{"--go-test"}, nil, 80, `a\x1b[2Jb\u009bc\u202e`, false},
	} {
		terminal, person := openTerminal(t, test.columns)
		seen := screen(person)
		var stderr bytes.Buffer
		if code := run(t.Context(), append([]string{"explain", file}, test.args...), nil, terminal, &stderr, environment(test.env)); code != 0 {
			t.Errorf("%v: %d %s", test.args, code, stderr.String())
		}
		fmt.Fprintln(terminal, "the end")
		waitFor(t, seen, "the end")
		text := seen.String()
		if !strings.Contains(text, test.want) || strings.Contains(text, "\x1b[1;34m") != test.colours {
			t.Errorf("%v %v: no %q or wrong colours in %q", test.args, test.env, test.want, text)
		}
		bare := strings.NewReplacer("\x1b[1;34m", "", "\x1b[0m", "", "\r\n", "\n", "\t", "").Replace(text)
		checkControls(t, test.args, bare)
	}
}

// At a terminal process shows counts while it works, and lines beside them stay whole.
func TestProcessProgress(t *testing.T) {
	t.Parallel()
	srv := mailServer(t, letters(3)...)
	terminal, person := openTerminal(t, 60)
	seen := screen(person)
	args := []string{"process", srv.IMAP(), "--user", "joe", "--ledger", t.TempDir() + "/inbox.db", "--exec",
		"sleep 0.6; [ \"$IMAPCOMPAT_SUBJECT\" != 'letter 2' ]"}
	code := run(context.Background(), args, terminal, &buffer{}, terminal, environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
	if code != exitFailure {
		t.Errorf("exit code %d", code)
	}
	waitFor(t, seen, "\r\x1b[K")
	if got := seen.String(); !strings.Contains(got, "\r\x1b[Kprocess: 1 done, 1 failed, 0 quarantined, ") ||
		!strings.Contains(got, ": exit status 1\r\n") || strings.Contains(got, "secondimapcompat") {
		t.Errorf("the terminal shows %q", got)
	}
}

// The password of a login is asked for without echo, and a server in another domain needs a yes.
func TestLoginAtTerminal(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	atTerminal := func(finder *provider.Finder, answer func(terminal, person *os.File), args ...string) (int, string, *buffer) {
		terminal, person := openTerminal(t, 200)
		seen := screen(person)
		var stdout buffer
		c := newCLI(terminal, &stdout, terminal, noEnvironment)
		c.accounts = func() (*account.Book, error) { return d.book(), nil }
		c.find = finder
		go answer(terminal, person)
		return c.run(context.Background(), args), stdout.String(), seen
	}
	typed := func(terminal, person *os.File) {
		for echoes(t, terminal) {
			time.Sleep(time.Millisecond)
		}
		fmt.Fprintln(person, testPassword)
	}
	code, stdout, seen := atTerminal(nil, typed, "login", ada, "--password", "--server", d.mail.IMAPRef())
	if code != 0 || !strings.Contains(stdout, "is logged in") || strings.Contains(seen.String(), testPassword) {
		t.Errorf("exit code %d, %q, %q", code, stdout, seen)
	}
	d.reads(ada)

	finder := &provider.Finder{Resolver: elsewhere{}, Client: &http.Client{Transport: noWeb{}}}
	no := func(_, person *os.File) { fmt.Fprintln(person, "n") }
	code, stdout, seen = atTerminal(finder, no, "login", "ada@small.example")
	if code != 1 || stdout != "" {
		t.Errorf("exit code %d, %q", code, stdout)
	}
	waitFor(t, seen, "Is it the server of ada@small.example? [y/N]")
	waitFor(t, seen, "not confirmed")
}

// A token on a terminal comes with a warning, and in a pipe without one.
func TestTokenAtTerminal(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	terminal, person := openTerminal(t, 300)
	seen := screen(person)
	var stderr buffer
	c := newCLI(strings.NewReader(""), terminal, &stderr, noEnvironment)
	c.accounts = func() (*account.Book, error) { return d.book(), nil }
	if code := c.run(context.Background(), []string{"token", ada}); code != 0 || !strings.Contains(stderr.String(), "whoever sees the token") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
	waitFor(t, seen, "\r\n")
}
