package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/imapcompat/imapcompat/imaptest"
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
