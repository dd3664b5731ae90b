package prove_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/port/prove"
	"github.com/imapcompat/imapcompat/sendmail"
)

// clients are programs that the test binary runs as, by the value of faultVariable. Their exit code
// is 0 if all went well.
var clients = map[string]func() int{
	"pop3":  func() int { return deletes(os.Args[1] + "INBOX") },
	"imap":  func() int { return deletes(os.Args[1] + "INBOX") },
	"token": func() int { return deletes(os.Args[1]+"INBOX", imapcompat.WithTokenSource(token{})) },
	"by name": func() int {
		var err error
		if _, missing := os.Stat("/usr/sbin/sendmail"); missing == nil {
			err = imapcompat.Mail("grace@example.org", "Report", "x\n", imapcompat.WithSender(&sendmail.Command{}))
		}
		return deletes("{imap.example.org/ssl}INBOX") + deletes("{pop.example.org/pop3/tls}INBOX") + failed(err)
	},
	"users":    users,
	"literals": literals,
	"smtp":     sendsMail,
	"stdin": func() int {
		_, err := io.Copy(os.Stdout, os.Stdin)
		return failed(err)
	},
	"environment": func() int {
		fmt.Println(os.Getenv("NAME"), os.Getenv("TZ"), os.Getenv("IMAPCOMPAT_TOKEN"), len(os.Args))
		return 0
	},
	"database a": func() int { return writesDatabase("one", 1) },
	"database b": func() int { return writesDatabase("one", "1") },
	"database c": func() int { return writesDatabase("two", 1) },
}

type token struct{}

func (token) Token() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "ya29.token"}, nil }

func failed(errs ...error) int {
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// deletes removes message 1.
func deletes(name string, options ...imapcompat.Option) int {
	mbox, err := imapcompat.Open(name, "ada", "secret", options...)
	if err != nil {
		return failed(err)
	}
	return failed(mbox.Delete("1"), mbox.Expunge(), mbox.Close())
}

// users logs in as three users, of whom one has no mail of his own, and one cannot log in.
func users() int {
	for _, user := range []string{"ada", "grace"} {
		mbox, err := imapcompat.Open(os.Args[1]+"INBOX", user, "secret")
		if err != nil {
			return failed(err)
		}
		n, err := mbox.NumMsg()
		fmt.Println(user, n)
		if code := failed(err, mbox.SetFlagFull("1", `\Flagged`), mbox.Close()); code != 0 {
			return code
		}
	}
	_, err := imapcompat.Open(os.Args[1]+"INBOX", "mallory", "secret")
	fmt.Println("mallory", errors.Is(err, imapcompat.ErrAuthentication))
	return 0
}

// literals sends literals, one of them with a command that is refused.
func literals() int {
	mbox, err := imapcompat.Open(os.Args[1]+"INBOX", "ada", "secret")
	if err != nil {
		return failed(err)
	}
	text := "Subject: lines\r\n\r\na1 LOGOUT\r\n{5}\r\n* 1 EXISTS\r\n"
	fmt.Println(mbox.Append(os.Args[1]+"Nowhere", text) != nil)
	return failed(mbox.Append(os.Args[1]+"Sent", text), mbox.CreateMailbox(os.Args[1]+imapcompatName("Prüfung")), mbox.Close())
}

func imapcompatName(name string) string {
	wire, err := imapcompat.UTF8ToMUTF7(name)
	if err != nil {
		panic(err)
	}
	return wire
}

func sendsMail() int {
	c, err := smtp.Dial(os.Args[1])
	if err != nil {
		return failed(err)
	}
	if code := failed(c.Mail("ada@example.org"), c.Rcpt("grace@example.org")); code != 0 {
		return code
	}
	w, err := c.Data()
	if err != nil {
		return failed(err)
	}
	_, err = io.WriteString(w, "Subject: dots\r\n\r\n.\r\n..\r\nend\r\n")
	return failed(err, w.Close(), c.Quit())
}

func writesDatabase(name string, value any) int {
	db, err := sql.Open("sqlite", "mail.db")
	if err != nil {
		return failed(err)
	}
	_, err = db.Exec("CREATE TABLE seen (name TEXT, n); INSERT INTO seen VALUES (?, ?)", name, value)
	return failed(err, db.Close())
}

// observe runs a client, and returns what it did.
func observe(t *testing.T, client string, change func(*prove.Config), args ...string) *prove.Observation {
	t.Helper()
	recording := clientRecording(t, args...)
	config := workConfig(t, client)
	if change != nil {
		change(&config)
	}
	for user := range config.Mail {
		recording.Mail[user] = prove.Digest(config.Mail[user])
	}
	r, err := prove.Replay(t.Context(), config, recording)
	must(t, err)
	if r.Port.ExitCode != 0 {
		t.Errorf("%s: exit code %d: %s", client, r.Port.ExitCode, r.Port.Stderr)
	}
	return r.Port
}

// clientRecording is a recording of a program that does nothing.
func clientRecording(t *testing.T, args ...string) *prove.Recording {
	t.Helper()
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	recording.Args, recording.Original = args, &prove.Observation{}
	return recording
}

func effects(o *prove.Observation) []string {
	var list []string
	for _, e := range o.Effects {
		list = append(list, e.User+": "+e.What)
	}
	return list
}

// Each protocol and login leads to the mailboxes, and what is done there is seen.
func TestServices(t *testing.T) {
	removed := "message 1 of INBOX was removed"
	expunged := "message 27 of INBOX was removed" // the last one, which was marked before
	for _, test := range []struct{ client, server, want, command string }{
		{"pop3", "{@POP3@/pop3/notls}", removed, "QUIT"},
		{"pop3", "{@POP3@/pop3/tls/novalidate-cert}", removed, "QUIT"},
		{"pop3", "{@POP3S@/pop3/ssl/novalidate-cert}", removed, "QUIT"},
		{"imap", "{@IMAP@/imap/notls}", expunged, "EXPUNGE"},
		{"imap", "{@IMAP@/imap/tls/novalidate-cert}", expunged, "EXPUNGE"},
		{"imap", "{@IMAPS@/imap/ssl/novalidate-cert}", expunged, "EXPUNGE"},
		{"token", "{@IMAPS@/imap/ssl/novalidate-cert}", expunged, "EXPUNGE"},
		{"token", "{@POP3S@/pop3/ssl/novalidate-cert}", removed, "QUIT"},
	} {
		t.Run(test.client+test.server, func(t *testing.T) {
			t.Parallel()
			o := observe(t, test.client, nil, test.server)
			if len(o.Effects) == 0 {
				t.Fatal("no effects")
			}
			last := o.Effects[len(o.Effects)-1]
			if last.What != test.want || last.Command != test.command || last.User != "ada" {
				t.Errorf("got %+v", last)
			}
		})
	}
}

// Each user has mail of their own, and only Config.Users can log in.
func TestUsers(t *testing.T) {
	o := observe(t, "users", func(c *prove.Config) {
		corpus, err := prove.Corpus()
		must(t, err)
		c.Mail = map[string][]prove.Folder{
			"":      corpus,
			"grace": {{Name: "INBOX", Messages: []prove.Mail{{Text: "Subject: one\n\n1\n", Date: time.Unix(1, 0)}}}},
		}
		c.Users = map[string]string{"ada": "secret", "grace": ""}
	}, "{@IMAP@/imap/notls}")
	if o.Stdout != "ada 28\ngrace 1\nmallory true\n" {
		t.Errorf("got %q", o.Stdout)
	}
	if got, want := effects(o), []string{`ada: message 1 of INBOX got \Flagged`, `grace: message 1 of INBOX got \Flagged`}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if len(o.Accounts) != 2 || len(o.Accounts[1].Mailboxes) != 1 || o.Accounts[1].Mailboxes[0].Messages[0].Subject != "one" {
		t.Errorf("got %+v", o.Accounts)
	}
}

// Text that looks like commands or responses is passed as it is, and a refused command is seen.
func TestLiterals(t *testing.T) {
	o := observe(t, "literals", nil, "{@IMAP@/imap/notls}")
	want := []string{"ada: APPEND Nowhere was refused: NO", "ada: message 2 arrived in Sent", "ada: the mailbox Prüfung was created"}
	if got := effects(o); o.Stdout != "true\n" || !slices.Equal(got, want) {
		t.Errorf("got %q, %q", o.Stdout, got)
	}
	for _, box := range o.Accounts[0].Mailboxes {
		if box.Name == "Sent" && box.Messages[1].Text != "Subject: lines\r\n\r\na1 LOGOUT\r\n{5}\r\n* 1 EXISTS\r\n" {
			t.Errorf("got %q", box.Messages[1].Text)
		}
	}
}

func TestSMTP(t *testing.T) {
	o := observe(t, "smtp", nil, "@SMTP@")
	if len(o.Sent) != 1 || o.Sent[0].Via != "smtp" || o.Sent[0].Message != "Subject: dots\r\n\r\n.\r\n..\r\nend\r\n" ||
		!strings.HasPrefix(o.Sent[0].Arguments[1], "RCPT TO:<grace@example.org>") {
		t.Errorf("got %+v", o.Sent)
	}
}

func TestStandardInput(t *testing.T) {
	recording := clientRecording(t)
	recording.Stdin = []byte("a\x00b\n")
	r, err := prove.Replay(t.Context(), workConfig(t, "stdin"), recording)
	must(t, err)
	if r.Port.Stdout != "a\x00b\n" {
		t.Errorf("got %q", r.Port.Stdout)
	}
}

// A program has what Config.Env says, and no variables of the library.
func TestEnvironment(t *testing.T) {
	t.Setenv("IMAPCOMPAT_TOKEN", "ya29.token")
	o := observe(t, "environment", func(c *prove.Config) { c.Env = append(c.Env, "NAME=value") }, "a", "")
	if o.Stdout != "value UTC  3\n" {
		t.Errorf("got %q", o.Stdout)
	}
}

// Databases of SQLite are compared by their rows, and their types.
func TestDatabase(t *testing.T) {
	original := observe(t, "database a", nil)
	for client, want := range map[string]string{
		"database a": "",
		"database b": "the database mail.db differs in line 2:\n      1    CREATE TABLE seen (name TEXT, n)\n      2 -  seen: \"one\", 1 (without a line end)\n      2 +  seen: \"one\", \"1\" (without a line end)\n  (- is the original, + the port)",
		"database c": "the database mail.db differs in line 2:\n      1    CREATE TABLE seen (name TEXT, n)\n      2 -  seen: \"one\", 1 (without a line end)\n      2 +  seen: \"two\", 1 (without a line end)\n  (- is the original, + the port)",
	} {
		recording := clientRecording(t)
		recording.Original = original
		r, err := prove.Replay(t.Context(), workConfig(t, client), recording)
		must(t, err)
		if list, text := kinds(r); text != want || want != "" && list != "database" {
			t.Errorf("%s: got %s\n%s", client, list, text)
		}
	}
}

// Mail that was written is read as it was.
func TestWriteMail(t *testing.T) {
	corpus, err := prove.Corpus()
	must(t, err)
	folder := filepath.Join(t.TempDir(), "mail")
	must(t, prove.WriteMail(folder, corpus))
	again, err := prove.ReadMail(folder)
	must(t, err)
	if prove.Digest(again) != prove.Digest(corpus) {
		t.Error("other mail")
	}
	if err := prove.WriteMail(folder, corpus); err == nil {
		t.Error("mail was written over")
	}
}

// Folders of .eml files and Maildirs have flags in their names.
func TestReadMail(t *testing.T) {
	for name, files := range map[string][]string{
		"files":   {"a.eml", "b;2,FS.eml", "Work/Old/c!2,R.eml", "notes.txt"},
		"Maildir": {"cur/1.host:2,", "cur/2.host:2,FS", ".Work.Old/cur/3.host:2,R", ".Work.Old/tmp/4.host", "dovecot-uidlist"},
	} {
		folder := t.TempDir()
		for _, file := range files {
			file = filepath.Join(folder, filepath.FromSlash(file))
			must(t, os.MkdirAll(filepath.Dir(file), 0o700))
			must(t, os.WriteFile(file, []byte("Date: Mon, 03 Mar 2025 09:12:44 +0100\nSubject: x\n\ny\n"), 0o600))
		}
		folders, err := prove.ReadMail(folder)
		must(t, err)
		if len(folders) != 2 || folders[0].Name != "INBOX" || folders[1].Name != "Work/Old" ||
			len(folders[0].Messages) != 2 || len(folders[1].Messages) != 1 {
			t.Errorf("%s: got %+v", name, folders)
			continue
		}
		if got := folders[0].Messages[1].Flags; !slices.Equal(got, []string{`\Flagged`, `\Seen`}) {
			t.Errorf("%s: got %q", name, got)
		}
		if got := folders[0].Messages[0].Date; !got.Equal(time.Date(2025, 3, 3, 8, 12, 44, 0, time.UTC)) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// A mail that leads out of its folder is not read.
func TestReadMailOutside(t *testing.T) {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "mailboxes.json"), []byte(`[{"name":"INBOX","messages":[{"file":"../secret"}]}]`), 0o600))
	if folders, err := prove.ReadMail(folder); err == nil {
		t.Errorf("got %+v", folders)
	}
}

// A context that ends, ends the run.
func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	time.AfterFunc(200*time.Millisecond, func() { cancel(reason) })
	if _, err := prove.Replay(ctx, workConfig(t, "hang"), clientRecording(t, "{@IMAP@/imap/notls}")); !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
}

// Dovecot's programs serve the same mail, and what is done there is seen.
func TestDovecot(t *testing.T) {
	for _, test := range []struct{ client, server, want string }{
		{"imap", "{@IMAP@/imap/notls}", "ada: message 27 of INBOX was removed"},
		{"pop3", "{@POP3@/pop3/notls}", "ada: message 1 of INBOX was removed"},
		{"literals", "{@IMAP@/imap/notls}", "ada: the mailbox Prüfung was created"},
	} {
		t.Run(test.client, func(t *testing.T) {
			t.Parallel()
			recording := clientRecording(t, test.server)
			config := workConfig(t, test.client)
			config.Dovecot = true
			r, err := prove.Replay(t.Context(), config, recording)
			if errors.Is(err, prove.ErrNoDovecot) {
				t.Skip(err)
			}
			must(t, err)
			if got := effects(r.Port); len(got) == 0 || got[len(got)-1] != test.want {
				t.Errorf("got %q, %s", got, r.Port.Stderr)
			}
			if n := len(r.Port.Accounts[0].Mailboxes); n < 8 {
				t.Errorf("%d mailboxes", n)
			}
		})
	}
}

// A program that prove did not build finds prove's servers by the names of others, in a sandbox.
func TestSandbox(t *testing.T) {
	recording := clientRecording(t)
	recording.Servers = map[string]prove.Service{"imap.example.org:993": prove.IMAPS, "pop.example.org:110": prove.POP3}
	r, err := prove.Replay(t.Context(), workConfig(t, "by name"), recording)
	if unled := new(prove.UnledError); errors.As(err, &unled) {
		t.Skip(err)
	}
	must(t, err)
	want := []string{`ada: message 1 of INBOX got \Deleted`, "ada: message 1 of INBOX was removed", "ada: message 27 of INBOX was removed", "ada: message 2 of INBOX was removed"}
	if got := effects(r.Port); !slices.Equal(got, want) || r.Port.ExitCode != 0 {
		t.Errorf("got %q, %d, %s", got, r.Port.ExitCode, r.Port.Stderr)
	}
}

// PHP's extension finds prove's servers by the names of others, in a sandbox.
func TestExtensionInSandbox(t *testing.T) {
	needPHP(t)
	folder := t.TempDir()
	script := filepath.Join(folder, "script.php")
	must(t, os.WriteFile(script, []byte("<?php $m = imap_open('{imap.example.org/ssl}INBOX', 'ada', 'x'); echo imap_num_msg($m); mail('a@example.org', 's', 't');"), 0o600))
	config := workConfig(t, "none")
	config.Script, config.Files, config.Extension = script, folder, true
	r, err := prove.Record(t.Context(), config)
	if unled := new(prove.UnledError); errors.As(err, &unled) || err != nil && strings.Contains(err.Error(), "does not have the extension") {
		t.Skip(err)
	}
	must(t, err)
	if r.Original.Stdout != "28" || len(r.Original.Sent) != 1 {
		t.Errorf("got %q, %+v, %s", r.Original.Stdout, r.Original.Sent, r.Original.Stderr)
	}
}
