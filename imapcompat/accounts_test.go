package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// accountsFile writes a file of accounts.
func accountsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "accounts.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Several accounts with passwords from three places and a token, of which one fails.
func TestAccounts(t *testing.T) {
	needShell(t)
	srv := newServer(t)
	folder := t.TempDir()
	password := filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte(testPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := accountsFile(t, "\ufeff"+fmt.Sprintf(`
[defaults]
ledger = '%[1]s/inbox.db'
user = "joe"
mailbox = '%[2]s'
into = 'dir:%[1]s/all'
workers = 2

[accounts.env]
password_env = "SECRET_OF_JOE"

[accounts.file]
password_file = '%[1]s/password'
mailbox = '%[3]s'
into = ""
exec = '[ -z "$SECRET_OF_JOE" ] && cat > "%[1]s/$IMAPCOMPAT_BOX.$IMAPCOMPAT_KEY"'

[accounts.command]
password_command = "printf '%%s' \"$(head -1 '%[1]s/password')\""
criteria = "FLAGGED"

[accounts.token]
token_command = "echo %[4]s"
name = "other"

[accounts.wrong]
password_command = "echo wrong"
`, folder, srv.IMAP(), srv.POP3(), testToken))
	env := map[string]string{"SECRET_OF_JOE": testPassword}
	t.Setenv("SECRET_OF_JOE", testPassword)
	r := executeWith(t, context.Background(), env, "process", "--accounts", path, "--parallel", "2")
	stdout := regexp.MustCompile(` in \S+\n`).ReplaceAllString(r.stdout, "\n")
	const want = "account command: 1 new, 1 done,\naccount env: 3 new, 3 done,\naccount file: 3 new, 3 done,\n" +
		"account token: 3 new, 3 done,\naccount wrong: ended by the error,\n"
	if r.code != exitFailure || stdout != want || !strings.HasPrefix(r.stderr, "imapcompat: account wrong: imap_open(): ") || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("%+v", r)
	}
	if files, _ := filepath.Glob(folder + "/file.*"); len(files) != 3 {
		t.Errorf("%q", files)
	}
	if files, _ := filepath.Glob(folder + "/all/*.eml"); len(files) != 1+3+3 {
		t.Errorf("%q", files)
	}
	r = executeWith(t, context.Background(), env, "process", "--accounts", path, "--quiet", "--json")
	if r.code != exitFailure || strings.Count(r.stdout, `"event":"report"`) != 1 || !strings.Contains(r.stdout, `"account":"wrong"`) {
		t.Errorf("%+v", r)
	}
}

// What is wrong in a file of accounts is named with its line, and no value is shown.
func TestAccountsErrors(t *testing.T) {
	srv := newServer(t)
	for _, test := range []struct{ text, stderr string }{
		{"", "has no table [accounts.NAME]"},
		{"[accounts.a]\nmailbox = \"x\"\npasswort = \"" + testPassword + "\"\n", `line 3: there is no key "accounts.a.passwort"`},
		{"[defaults]\npassword = \"" + testPassword + "\"\n[accounts.a]\n", `line 2: there is no key "defaults.password"`},
		{"[account.a]\n", `line 1: there is no key "account`},
		{"[accounts.a]\nworkers = \"" + testPassword + "\"\n", "line 2, column "},
		{"[accounts.a\n", "line 1, column "},
		{"[accounts.a]\nevery = \"soon\"\n", "line 2, column "},
		{"[accounts.a]\nledger = \"x\"\n", "account a: the mailbox is missing"},
		{"[accounts.a]\nledger = \"x\"\nmailbox = '" + srv.IMAP() + "'\nexec = \"true\"\n", "--user is missing"},
		{"[defaults]\nledger = \"x\"\nuser = \"joe\"\nmailbox = '" + srv.IMAP() + "'\nexec = \"true\"\npassword_env = \"A\"\n[accounts.a]\ntoken_file = \"b\"\n", "account a: the password or token comes from more than one place"},
		{"[accounts.\"a\\u001bb\"]\n", "an account has the name"},
	} {
		path := accountsFile(t, test.text)
		r := execute(t, "process", "--accounts", path)
		if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("%q: %+v", test.text, r)
		}
	}
	if r := execute(t, "process", "--accounts", "/nonexistent/accounts.toml"); r.code != exitUsage {
		t.Errorf("%+v", r)
	}
	if sent := srv.Transcript(); len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
}

// A secret that cannot be got is an error of its account, and says where it was to come from.
func TestAccountsSecrets(t *testing.T) {
	srv := newServer(t)
	for _, test := range []struct{ key, stderr string }{
		{`password_env = "NOT_SET"`, "the environment variable NOT_SET is not set"},
		{`password_file = "/nonexistent/password"`, "/nonexistent/password"},
		{`password_command = "exit 3"`, "the command for the password: exit status 3"},
		{`token_command = "exit 3"`, "exit status 3"},
	} {
		path := accountsFile(t, fmt.Sprintf("[accounts.a]\nmailbox = '%s'\nuser = 'joe'\nledger = ':memory:'\ninto = 'dir:%s'\n%s\n", srv.IMAP(), t.TempDir(), test.key))
		r := execute(t, "process", "--accounts", path)
		if r.code != exitFailure || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("%s: %+v", test.key, r)
		}
	}
}

// With --watch and less turns than accounts each account gets its turn again and again, also one
// whose server comes late.
func TestAccountsWatch(t *testing.T) {
	srv := newServer(t)
	late := newServer(t)
	if err := late.Refuse("LOGIN", 1000, "[SYS/TEMP] Not yet"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	path := accountsFile(t, fmt.Sprintf(`
[defaults]
ledger = '%[1]s/inbox.db'
user = "joe"
password_env = "SECRET"
every = "20ms"
[accounts.a]
mailbox = '%[2]s'
into = 'dir:%[1]s/a'
[accounts.b]
mailbox = '%[3]s'
into = 'dir:%[1]s/b'
`, folder, srv.IMAP(), late.POP3()))
	for _, parallel := range [][]string{{"--parallel", "1"}, nil} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan result, 1)
		go func() {
			args := append([]string{"process", "--accounts", path, "--watch"}, parallel...)
			ended <- executeWith(t, ctx, map[string]string{"SECRET": testPassword}, args...)
		}()
		n := len(srv.Messages("INBOX"))
		for _, s := range []*imaptest.Server{srv, late} {
			if _, err := s.Append("INBOX", imaptest.Message{Text: fmt.Sprint("Subject: new ", n, "\n\n.\n")}); err != nil {
				t.Error(err)
			}
		}
		waitForFiles(t, folder+"/a", n+1)
		if parallel != nil {
			waitForLogins(t, late, 2) // so the first one has been refused, and reported
		}
		late.RefuseLogins(0)
		waitForFiles(t, folder+"/b", n+1)
		cancel()
		r := <-ended
		if want := map[bool]string{true: "imapcompat: account b: ", false: ""}[parallel != nil]; r.code != 0 || !strings.HasPrefix(r.stderr, want) || want == "" && r.stderr != "" {
			t.Errorf("%+v", r)
		}
	}
}

// waitForLogins waits until clients have tried to log in n times.
func waitForLogins(t *testing.T, srv *imaptest.Server, n int) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(5 * time.Millisecond) {
		logins := 0
		for _, line := range srv.Transcript() {
			if strings.HasPrefix(line, "AUTH ") {
				logins++
			}
		}
		if logins >= n {
			return
		}
	}
	t.Fatalf("nobody has logged in %d times", n)
}
