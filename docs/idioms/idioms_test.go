package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/docs/idioms/fixture"
	"github.com/imapcompat/imapcompat/imaptest"
)

// variable is the environment variable with which the test binary runs as the program.
const variable = "IMAPCOMPAT_IDIOM"

var update = flag.Bool("update", false, "write the programs into docs/porting.md")

func TestMain(m *testing.M) {
	if os.Getenv(variable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestIdioms compares the ports on imaptest with the scripts on Dovecot, which
// conformance/idioms_test.go recorded in testdata.
func TestIdioms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	must(t, err)
	for _, file := range files {
		name, service, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), ".")
		t.Run(name+"/"+service, func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			must(t, err)
			a := newAccount(t, name, service)
			cmd := exec.Command(os.Args[0], name, a.Server, a.User, a.Password)
			if name == "oauth2" {
				cmd.Args[4] = accessToken
			}
			cmd.Env = append(os.Environ(), variable+"=1", "SENDMAIL="+sendmailTo(t))
			got, err := a.Run(cmd, t.TempDir())
			must(t, err)
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

const accessToken = "ya29.token"

// newAccount returns an account with the messages of the fixture, on a server with the
// features that the idiom needs.
func newAccount(t *testing.T, name, service string) fixture.Account {
	t.Helper()
	config := imaptest.Config{Token: accessToken, Quota: imaptest.Quota{Storage: 100 << 10}}
	if name == "self_signed" {
		config.TLS = imaptest.ImplicitTLS
	}
	srv := config.NewServer(t)
	boxes, err := fixture.Mailboxes()
	must(t, err)
	if service == "empty" {
		fixture.Empty(boxes)
	}
	for _, box := range boxes {
		name, err := imapcompat.MUTF7ToUTF8(box.Name)
		must(t, err)
		if name != "INBOX" {
			must(t, srv.CreateMailbox(name))
		}
		for _, msg := range box.Messages {
			_, err := srv.Append(name, imaptest.Message{Text: string(msg.Text), Flags: flagNames(msg.Flags), Date: msg.Date})
			must(t, err)
		}
	}
	a := fixture.Account{Server: srv.IMAPRef(), IMAP: srv.IMAPRef(), User: srv.User, Password: srv.Password}
	if name == "self_signed" {
		a.IMAP = strings.Replace(a.IMAP, "}", "/novalidate-cert}", 1)
	}
	if service == "pop3" {
		a.Server = srv.POP3Ref()
	}
	look(t, a, boxes)
	return a
}

func flagNames(letters string) []string {
	names := map[rune]string{'S': `\Seen`, 'R': `\Answered`, 'F': `\Flagged`, 'T': `\Deleted`, 'D': `\Draft`}
	var list []string
	for _, letter := range letters {
		list = append(list, names[letter])
	}
	return list
}

// look opens each mailbox, so that no message is recent any more.
func look(t *testing.T, a fixture.Account, boxes []fixture.Mailbox) {
	t.Helper()
	mbox, err := imapcompat.Open(a.IMAP, a.User, a.Password)
	must(t, err)
	for _, box := range boxes {
		must(t, mbox.Reopen(a.IMAP+box.Name))
	}
	must(t, mbox.Close())
}

// sendmailTo returns the path of a program that appends each message to the file sent.
func sendmailTo(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sendmail")
	must(t, os.WriteFile(name, []byte("#!/bin/sh\ncat >>sent\n"), 0o755))
	return name
}

var (
	// block matches a block of code with the link to its file.
	block = regexp.MustCompile("(?ms)(?:^\\[\\w+\\.\\w+\\]\\(idioms/(\\w+\\.\\w+)\\)\n\n)?^```(?:php|go)\n(.*?)^```$")
	// preamble matches what the page leaves out: the opening tag, the package and its imports.
	preamble = regexp.MustCompile(`(?s)\A(<\?php\n|package main\n\nimport \(.*?\n\)\n\n)`)
)

// TestDocumentation checks that docs/porting.md shows all idioms, as they run.
func TestDocumentation(t *testing.T) {
	const file = "../porting.md"
	text, err := os.ReadFile(file)
	must(t, err)
	shown := map[string]bool{}
	now := block.ReplaceAllStringFunc(string(text), func(b string) string {
		match := block.FindStringSubmatch(b)
		if match[1] == "" {
			t.Errorf("no file runs\n%s", b)
			return b
		}
		shown[match[1]] = true
		source, err := os.ReadFile(match[1])
		must(t, err)
		code := preamble.ReplaceAllString(string(source), "")
		if code == match[2] {
			return b
		}
		if !*update {
			t.Errorf("%s is not what docs/porting.md shows: go test ./docs/idioms -update", match[1])
		}
		return strings.TrimSuffix(b, match[2]+"```") + code + "```"
	})
	if *update {
		must(t, os.WriteFile(file, []byte(now), 0o644))
	}
	for name := range idioms {
		for _, file := range []string{name + ".php", name + ".go"} {
			if _, err := os.Stat(file); err == nil && !shown[file] {
				t.Errorf("docs/porting.md does not show %s", file)
			}
		}
		if golden, err := filepath.Glob("testdata/" + name + ".*.txt"); err != nil || len(golden) == 0 {
			t.Errorf("no testdata for %s: %v", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
