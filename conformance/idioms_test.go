package conformance

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/docs/idioms/fixture"
)

const idioms = "../docs/idioms"

var update = flag.Bool("update", false, "write docs/idioms/testdata anew, from what PHP does")

// The programs of docs/porting.md, PHP's and ours, print the same, write the same
// files and leave the same mail on mailboxes that are alike.
func TestIdioms(t *testing.T) {
	needOracle(t)
	binary := filepath.Join(t.TempDir(), "idioms")
	if out, err := exec.Command("go", "build", "-o", binary, idioms).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := filepath.Glob(idioms + "/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata: ", err)
	}
	for _, file := range files {
		name, service, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), ".")
		t.Run(name+"/"+service, func(t *testing.T) {
			t.Parallel()
			want := runOriginal(t, name, service, file)
			got := runIdiom(t, name, service, binary, name)
			compare(t, service+"/idiom/"+name, want, got)
		})
	}
}

// runOriginal runs a script on PHP; it is to do what testdata says. What PHP cannot
// do has no script.
func runOriginal(t *testing.T, name, service, file string) string {
	t.Helper()
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs(idioms)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(folder, name+".php")
	if _, err := os.Stat(script); errors.Is(err, fs.ErrNotExist) {
		return string(golden)
	}
	got := runIdiom(t, name, service, "php", "-d", "display_errors=stderr", "-d", "sendmail_path="+sendmailTo(t)+" -t -i",
		"-d", "auto_prepend_file="+filepath.Join(folder, "config.php"), script)
	if *update {
		err = os.WriteFile(file, []byte(got), 0o644)
	} else if got != string(golden) {
		err = fmt.Errorf("%s is not what PHP does", file)
	}
	if err != nil {
		t.Error(err)
	}
	return got
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

// sendmailTo is a program that writes the messages to the file sent.
func sendmailTo(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sendmail")
	if err := os.WriteFile(name, []byte("#!/bin/sh\ncat >>sent\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}
