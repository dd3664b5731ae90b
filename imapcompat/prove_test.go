package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/port/prove"
)

// The command lines that prove and record refuse.
func TestProveUsage(t *testing.T) {
	for _, args := range [][]string{
		{"prove"}, {"prove", "script.php"}, {"record", "script.php"},
		{"prove", "--recording", "r.json", "port", "argument"}, {"prove", "--ignore", "(", "a.php", "b"},
		{"prove", "--env", "x", "a.php", "b"}, {"prove", "--keep-mail", "x", "a.php", "b"},
		{"prove", "--mail", "x", "--mailbox", "{localhost}", "--user", "joe", "a.php", "b"},
	} {
		if r := execute(t, args...); r.code != exitUsage {
			t.Errorf("%q: got %+v", args, r)
		}
	}
	for _, args := range [][]string{
		{"prove", "none.php", "none"}, {"prove", "--recording", "none.json", "none"},
		{"prove", "--mail", "none", "a.php", "b"},
	} {
		if r := execute(t, args...); r.code != exitNotProven || !strings.Contains(r.stderr, "none") {
			t.Errorf("%q: got %+v", args, r)
		}
	}
}

// The copy of a mailbox has its messages and flags, and the mailbox stays as it was.
func TestProveMailbox(t *testing.T) {
	srv := newServer(t)
	before := srv.Messages("INBOX")
	folder := filepath.Join(t.TempDir(), "mail")
	// The script is missing, so nothing runs after the copy.
	if r := execute(t, "prove", "--mailbox", srv.IMAPRef(), "--user", "joe", "--keep-mail", folder, "none.php", "none"); r.code != exitNotProven {
		t.Errorf("got %+v", r)
	}
	folders, err := prove.ReadMail(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != 1 || len(folders[0].Messages) != len(before) {
		t.Fatalf("got %+v", folders)
	}
	for i, m := range folders[0].Messages {
		if m.Text != before[i].Text || !m.Date.Equal(before[i].Date) || strings.Join(m.Flags, " ") != strings.Join(before[i].Flags, " ") {
			t.Errorf("message %d: got %+v, want %+v", i+1, m, before[i])
		}
	}
	after := srv.Messages("INBOX")
	for i := range before {
		if strings.Join(before[i].Flags, " ") != strings.Join(after[i].Flags, " ") {
			t.Errorf("message %d has the flags %q", i+1, after[i].Flags)
		}
	}
	for _, line := range srv.Transcript() {
		for _, command := range []string{" SELECT", " STORE", " BODY[", " EXPUNGE"} {
			if strings.Contains(line, command) {
				t.Errorf("the server got %q", line)
			}
		}
	}
}

// A script and its port in Go are led to prove's servers.
func TestProve(t *testing.T) {
	if testing.Short() {
		t.Skip("builds packages of the standard library anew")
	}
	if _, err := exec.LookPath("php"); err != nil {
		t.Skip("no PHP")
	}
	folder := t.TempDir()
	scripts := filepath.Join(folder, "scripts")
	if err := os.Mkdir(scripts, 0o700); err != nil {
		t.Fatal(err)
	}
	script, port, recording := filepath.Join(scripts, "script.php"), filepath.Join(folder, "port.go"), filepath.Join(folder, "recording.json")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(script, "<?php\n$m = imap_open('{imap.example.org:993/imap/ssl}INBOX', 'ada', 'x');\necho imap_num_msg($m), \"\\n\";\nimap_setflag_full($m, '2', '\\\\Seen');\n")
	source := `package main

import (
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func main() {
	m, err := imapcompat.Open("{imap.example.org:993/imap/ssl}INBOX", "ada", "x")
	if err != nil {
		panic(err)
	}
	n, _ := m.NumMsg()
	fmt.Println(n)
	m.SetFlagFull("2", "\\Seen")
	m.Close()
}
`
	for _, test := range []struct {
		source, want string
		code         int
	}{
		{source, "equal: lines of output: 1, exit code: 0, logins: 1, ", 0},
		{strings.Replace(source, `"2", `, `"3", `, 1), "change: after imap_setflag_full at script.php:4 the original sent STORE 2 ", 1},
		{strings.Replace(source, "{imap.example.org:993/imap/ssl}", "{127.0.0.1:1/imap}", 1), "that of the port 2, which panicked: imap_open(): Couldn't open stream {127.0.0.1:1/imap}INBOX", 1},
		{"package main\n", "the port does not build", 2},
	} {
		write(port, test.source)
		for _, args := range [][]string{{"prove", "--library", "..", script, port}, {"prove", "--library", "..", "--recording", recording, port}} {
			if args[3] == "--recording" {
				if r := execute(t, "record", "-o", recording, script); r.code != 0 {
					t.Fatalf("%+v", r)
				}
			}
			if r := execute(t, args...); r.code != test.code || !strings.Contains(r.stdout+r.stderr, test.want) {
				t.Errorf("got %+v, want %d", r, test.code)
			}
		}
	}
}
