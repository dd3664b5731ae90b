package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/port/prove"
	"github.com/imapcompat/imapcompat/provider"
)

// lasting is the lifetime of tokens that every login refreshes, because they are about to expire.
const lasting = 30 * time.Second

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("%s: not in a minute", what)
}

// idles returns how often a client has begun to wait.
func (d *desk) idles() int { return strings.Count(strings.Join(d.mail.Transcript(), "\n"), "IDLE") }

// Every subcommand that opens a mailbox takes the address.
func TestAddressInEverySubcommand(t *testing.T) {
	for subcommand := range mailboxArguments {
		d := newDesk(t, oauthtest.Config{})
		d.mustLogin("standard")
		if err := d.mail.CreateMailbox("Archive"); err != nil {
			t.Fatal(err)
		}
		args := commandLine(t, subcommand, ada)
		args = append(args[:2], args[4:]...) // without --user
		ctx, cancel := context.WithCancel(t.Context())
		code := 0
		if subcommand == "watch" {
			go func() {
				await(t, "IDLE", func() bool { return d.idles() > 0 })
				cancel()
			}()
			code = exitInterrupted
		}
		if r := d.runContext(ctx, args...); r.code != code {
			t.Errorf("%q: %+v", args, r)
		}
		cancel()
	}
}

// So do prove and record with --mailbox.
func TestAddressOfCopiedMailbox(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	for mailbox, known := range map[string]bool{ada: true, ada + "/INBOX": true, ada + "/Nowhere": false, "bob@example.com": false} {
		folder := filepath.Join(t.TempDir(), "mail")
		// The script is missing, so nothing runs after the copy.
		r := d.run("prove", "--mailbox", mailbox, "--keep-mail", folder, "none.php", "none")
		folders, err := prove.ReadMail(folder)
		if copied := err == nil && len(folders) == 1 && len(folders[0].Messages) == 3; r.code != exitNotProven || copied != known {
			t.Errorf("%s: %+v, %v", mailbox, r, err)
		}
	}
}

// The token expires in the middle of an IDLE. The session goes on, and when the server ends it, the
// next login has a new token.
func TestTokenExpiresDuringWatch(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Lifetime: lasting, Rotate: true})
	d.mustLogin("standard")
	for range 2 {
		before := d.auth.Granted("refresh_token")
		ended := make(chan result, 1)
		idles := d.idles()
		go func() { ended <- d.run("watch", ada) }()
		await(t, "IDLE", func() bool { return d.idles() > idles })
		d.auth.Advance(2 * time.Hour)
		if _, err := d.mail.Append("INBOX", imaptest.Message{Text: plain}); err != nil {
			t.Fatal(err)
		}
		await(t, "the message", func() bool { return len(d.mail.Messages("INBOX")) > 3 })
		d.mail.DropConnections()
		if r := <-ended; r.code != exitTemporary {
			t.Errorf("%+v", r)
		}
		if n := d.auth.Granted("refresh_token"); n <= before {
			t.Errorf("%d refreshes", n)
		}
	}
	if r := d.run("watch", ada, "--count", "0", "--timeout", "0"); r.code != exitUsage {
		t.Errorf("%+v", r)
	}
}

// A process that watches connects again with a new token. When the consent is gone, it gives the
// advice, and goes on after a new login.
func TestTokenExpiresDuringProcess(t *testing.T) {
	t.Parallel()
	for _, toml := range []bool{false, true} {
		d := newDesk(t, oauthtest.Config{Lifetime: lasting, Rotate: true})
		d.mustLogin("standard")
		place := filepath.Join(t.TempDir(), "place")
		args := []string{"process", "--ledger", filepath.Join(t.TempDir(), "inbox.db"), "--every", "100ms", "--into", "dir:" + place}
		if toml {
			file := filepath.Join(t.TempDir(), "accounts.toml")
			if err := os.WriteFile(file, []byte("[accounts.first]\naccount = \""+ada+"\"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, "--accounts", file)
		} else {
			args = append(args, ada+"/INBOX")
		}
		var advised atomic.Bool
		d.stderr = func(line string) {
			if strings.Contains(line, "imapcompat login "+ada) {
				advised.Store(true)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan result, 1)
		go func() { ended <- d.runContext(ctx, args...) }()
		waitForFiles(t, place, 3)
		before := d.auth.Granted("refresh_token")
		d.auth.Advance(2 * time.Hour)
		d.mail.DropConnections()
		if _, err := d.mail.Append("INBOX", imaptest.Message{Text: plain}); err != nil {
			t.Fatal(err)
		}
		waitForFiles(t, place, 4)
		if n := d.auth.Granted("refresh_token"); n <= before {
			t.Errorf("%d refreshes", n)
		}
		d.auth.Withdraw(ada)
		d.mail.DropConnections()
		await(t, "the advice", advised.Load)
		// A watch goes on by itself after a new login.
		if r := d.login("standard"); r.code != 0 {
			t.Fatalf("%+v", r)
		}
		if _, err := d.mail.Append("INBOX", imaptest.Message{Text: plain}); err != nil {
			t.Fatal(err)
		}
		waitForFiles(t, place, 5)
		cancel()
		if r := <-ended; r.code != 0 {
			t.Errorf("%+v", r)
		}
	}
}

// Without --watch a consent that is gone is the end, with the advice.
func TestProcessWithoutConsent(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Lifetime: lasting})
	d.mustLogin("standard")
	d.auth.Withdraw(ada)
	r := d.run("process", ada, "--ledger", filepath.Join(t.TempDir(), "inbox.db"), "--exec", "true")
	if r.code != exitFailure || !strings.Contains(r.stderr, "imapcompat login "+ada) {
		t.Errorf("%+v", r)
	}
}

// What an account's table may have beside the address.
func TestProcessAccountKeys(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	for text, want := range map[string]string{
		`account = "ada@example.com"`:                                               "not logged in",
		"account = \"ada@example.com\"\nmailbox = \"{h/ssl}INBOX\"":                 "exclude each other",
		"account = \"ada@example.com\"\npassword_env = \"X\"":                       "that of its login",
		`account = "{imap.example.org/ssl}INBOX"`:                                   "account is an address",
		`account = "ada@example.com\r\nx"`:                                          "no mail address",
		"mailbox = \"ada@example.com\"\npassword_file = \"x\"\nuser = \"somebody\"": "that of its login",
	} {
		file := filepath.Join(t.TempDir(), "accounts.toml")
		if err := os.WriteFile(file, []byte("[accounts.first]\n"+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := d.run("process", "--ledger", filepath.Join(t.TempDir(), "inbox.db"), "--exec", "true", "--accounts", file)
		if r.code != exitUsage || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

// The servers of an address come from package provider, here from the user's file.
func TestLoginFindsServers(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.find = d.providers(`
[[provider]]
name = "Example Mail"
domains = ["example.com"]
issuer = "standard"
[[provider.server]]
protocol = "imap"
host = "127.0.0.1"
port = IMAP
security = "cleartext"
methods = ["oauth2"]
[[provider.server]]
protocol = "pop3"
host = "127.0.0.1"
port = POP3
security = "cleartext"
methods = ["oauth2"]
`)
	r := d.run("account", ada)
	if r.code != 0 || !strings.Contains(r.stdout, "Example Mail") || !strings.Contains(r.stdout, "skipped") || !strings.Contains(r.stdout, "Next: imapcompat login "+ada) {
		t.Errorf("account: %+v", r)
	}
	if r := d.run("doctor", "--pop3", ada); r.code != 0 || !strings.Contains(r.stdout, "POP3 on 127.0.0.1") {
		t.Errorf("doctor: %+v", r)
	}
	for _, protocol := range []string{"--imap", "--pop3"} {
		if r := d.run("login", "--client-id", "client-id", protocol, ada); r.code != 0 {
			t.Errorf("login: %+v", r)
		}
		d.reads(ada)
	}
	r = d.run("account", ada, "--json")
	if r.code != 0 || !strings.Contains(r.stdout, `"logged_in":true`) || !strings.Contains(r.stdout, `"step":"stat","result":"ok"`) {
		t.Errorf("account: %+v", r)
	}
	if r := d.run("login", "bob@example.com"); r.code != 0 && !strings.Contains(r.stderr, "login") {
		t.Errorf("the next account needs no client ID: %+v", r)
	}
	for _, subcommand := range []string{"login", "account", "doctor"} {
		if r := d.run(subcommand, "ada@unknown.invalid"); r.code == 0 || r.stdout != "" {
			t.Errorf("%s: %+v", subcommand, r)
		}
	}
}

// An account whose provider is not known, or cannot be looked up, is shown and tested with the server of
// its login.
func TestAccountOfUnknownProvider(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	for _, finder := range []*provider.Finder{{Offline: true}, {Resolver: brokenDNS{}, Client: &http.Client{Transport: noWeb{}}}} {
		d.find = finder
		r := d.run("account", ada)
		for _, want := range []string{"Known by  login", "127.0.0.1", "cleartext", "oauth2", "select        the mailbox INBOX is open", "Next: imapcompat overview " + ada} {
			if r.code != 0 || !strings.Contains(r.stdout, want) {
				t.Errorf("%q is missing: %+v", want, r)
			}
		}
		r = d.run("account", "--json", ada)
		if r.code != 0 || !strings.Contains(r.stdout, `"origin":"login"`) || !strings.Contains(r.stdout, `"logged_in":true`) {
			t.Errorf("%+v", r)
		}
		if r := d.run("account", "bob@example.com"); r.code == 0 || r.stdout != "" {
			t.Errorf("nobody has logged in: %+v", r)
		}
	}
}

// brokenDNS does not answer.
type brokenDNS struct{}

func (brokenDNS) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "timeout", IsTimeout: true, IsTemporary: true}
}

func (brokenDNS) LookupMX(context.Context, string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "timeout", IsTimeout: true, IsTemporary: true}
}

// What is known of a provider is shown with its source, and with whose report it is.
func TestAccountSources(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	mail := imaptest.Config{TLS: imaptest.ImplicitTLS}.NewServer(t)
	d.dial = redirected(mail.IMAPAddr())
	d.tls = &tls.Config{InsecureSkipVerify: true} // the certificate is not for the provider's host
	r := d.run("account", "ada@yandex.com")
	for _, want := range []string{
		"first. (reported by Delta Chat, https://github.com/deltachat/", "POP3. (https://yandex.ru/",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("%q is missing: %+v", want, r)
		}
	}
	r = d.run("account", "--json", "ada@yandex.com")
	if strings.Count(r.stdout, `"reported_by":"Delta Chat"`) != 1 {
		t.Errorf("%+v", r)
	}
}

// providers returns a finder that knows only a file.
func (d *desk) providers(text string) *provider.Finder {
	d.t.Helper()
	port := func(address string) string {
		u, err := url.Parse("http://" + address)
		if err != nil {
			d.t.Fatal(err)
		}
		return u.Port()
	}
	text = strings.NewReplacer("IMAP", port(d.mail.IMAPAddr()), "POP3", port(d.mail.POP3Addr())).Replace(text)
	file := filepath.Join(d.t.TempDir(), "providers.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return &provider.Finder{File: file, Offline: true}
}
