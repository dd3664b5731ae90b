package conformance

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/docs/idioms/fixture"
)

const idioms = "../docs/idioms"

var update = flag.Bool("update", false, "write docs/idioms/testdata anew, from what PHP does")

// TestIdioms checks that the programs of docs/porting.md, PHP's and ours, print the same, write
// the same files and leave the same mail on equal mailboxes.
func TestIdioms(t *testing.T) {
	needOracle(t)
	binary := filepath.Join(t.TempDir(), "idioms")
	if out, err := exec.Command("go", "build", "-o", binary, idioms).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	folder, err := filepath.Abs(idioms)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(idioms + "/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata: ", err)
	}
	for _, file := range files {
		name, service, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), ".")
		t.Run(name+"/"+service, func(t *testing.T) {
			t.Parallel()
			got := runIdiom(t, name, service, binary, name)
			script := filepath.Join(folder, name+".php")
			if _, err := os.Stat(script); errors.Is(err, fs.ErrNotExist) {
				checkGolden(t, file, got) // PHP cannot do it
				return
			}
			want := runIdiom(t, name, service, "php", "-d", "display_errors=stderr", "-d", "sendmail_path="+sendmailTo(t)+" -t -i",
				"-d", "auto_prepend_file="+filepath.Join(folder, "config.php"), script)
			if *update {
				if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			checkGolden(t, file, want)
			compare(t, service+"/idiom/"+name, want, got)
		})
	}
}

// checkGolden compares the outcome of a program with testdata.
func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has\n%s\ngot\n%s", file, want, got)
	}
}

// runIdiom runs a program on an account of its own.
func runIdiom(t *testing.T, name, service string, program string, args ...string) string {
	t.Helper()
	a := newAccount(t, name, service)
	secret := a.Password
	if name == "oauth2" {
		secret = dovecot.Token(a.User)
	}
	cmd := exec.Command(program, append(args, a.Server, a.User, secret)...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "SENDMAIL="+sendmailTo(t))
	if program == "php" {
		if err := harness.GiveHome(cmd, t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	out, err := a.Run(cmd, t.TempDir())
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}

func newAccount(t *testing.T, name, service string) fixture.Account {
	t.Helper()
	boxes, err := fixture.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	if service == "empty" {
		fixture.Empty(boxes)
	}
	var mailboxes []mailbox
	for _, box := range boxes {
		m := mailbox{name: strings.ReplaceAll(box.Name, "/", ".")}
		for _, msg := range box.Messages {
			m.messages = append(m.messages, dovecot.Message{Raw: msg.Text, Flags: msg.Flags, Date: msg.Date})
		}
		mailboxes = append(mailboxes, m)
	}
	p := newPlace(t, mailboxes...)
	a := fixture.Account{IMAP: p.fill("{127.0.0.1:@IMAP/imap/notls}"), User: p.user, Password: dovecot.Password}
	switch {
	case name == "self_signed":
		a.Server = p.fill("{127.0.0.1:@IMAPS/imap/ssl}")
	case service == "pop3":
		a.Server = p.fill("{127.0.0.1:@POP3/pop3/notls}")
	default:
		a.Server = a.IMAP
	}
	return a
}

// sendmailTo returns the path of a program that appends each message to the file sent.
func sendmailTo(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sendmail")
	if err := os.WriteFile(name, []byte("#!/bin/sh\ncat >>sent\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}
