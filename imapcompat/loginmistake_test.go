package main

import (
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
)

// atProvider is a desk whose mail server has a provider's host.
func atProvider(t *testing.T, address string, auth oauthtest.Config) *desk {
	t.Helper()
	d := newDesk(t, auth)
	d.mail = imaptest.Config{User: address, Password: testPassword, CheckToken: d.auth.CheckToken, TLS: imaptest.ImplicitTLS}.NewServer(t)
	d.dial, d.tls = redirected(d.mail.IMAPAddr()), &tls.Config{InsecureSkipVerify: true}
	d.find = &provider.Finder{Resolver: hostedAt("mx.example.org"), Client: &http.Client{Transport: noWeb{}}}
	return d
}

// A refused password gets the provider's rules, at the first login and at later ones.
func TestLoginRefusedPassword(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		address, password string
		want, without     []string
	}{
		{"ada@yahoo.com", "monday-0815", []string{"Yahoo Mail takes an app password, and not the password of the account", "docs/providers.md"}, []string{"blank"}},
		{"ada@yahoo.com", "abcd efgh ijkl", []string{"takes an app password", "has a blank"}, nil},
		{"ada@web.de", "monday-0815", []string{"allow access by IMAP"}, []string{"takes an app password", "blank"}},
		{"ada@outlook.com", "monday-0815", []string{"Outlook.com takes no passwords", "without --password"}, []string{"the token"}},
	} {
		d := atProvider(t, test.address, oauthtest.Config{})
		d.env["IMAPCOMPAT_PASSWORD"] = test.password
		r := d.run("login", "--password", test.address)
		if r.code != 1 || strings.Contains(r.stderr, test.password) {
			t.Errorf("%s: %+v", test.address, r)
		}
		for _, want := range test.want {
			if !strings.Contains(r.stderr, want) {
				t.Errorf("%s: no %q: %+v", test.address, want, r)
			}
		}
		for _, without := range test.without {
			if strings.Contains(r.stderr, without) {
				t.Errorf("%s: %q: %+v", test.address, without, r)
			}
		}
	}

	d := atProvider(t, "ada@yahoo.com", oauthtest.Config{})
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	if r := d.run("login", "--password", "ada@yahoo.com"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	d.env["IMAPCOMPAT_PASSWORD"] = "revoked"
	if r := d.run("login", "ada@yahoo.com"); r.code != 1 || !strings.Contains(r.stderr, "takes an app password") || !strings.Contains(r.stderr, "security page") {
		t.Errorf("again: %+v", r)
	}
}

// A mailbox goes from an app password to OAuth2 without --issuer.
func TestLoginFromPasswordToToken(t *testing.T) {
	t.Parallel()
	const address = "ada@gmail.com"
	d := atProvider(t, address, oauthtest.Config{Style: oauthtest.Google, Users: []oauthtest.User{{Address: address}}})
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	if r := d.run("login", "--password", address); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if r := d.run("login", address, "--client-id", "client-id"); r.code != 1 || !strings.Contains(r.stderr, "imapcompat login "+address+" --client-secret-file") {
		t.Errorf("without the secret: %+v", r)
	}
	file := filepath.Join(t.TempDir(), "secret.txt")
	for text, code := range map[string]int{"\nclient-secret\n": 2, " client-secret \r\nmore\n": 0} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := d.run("login", address, "--client-id", "client-id", "--client-secret-file", file); r.code != code {
			t.Errorf("%q: %+v", text, r)
		}
	}
	if a, err := d.book().Get(address); err != nil || a.Issuer != "google" {
		t.Errorf("%+v, %v", a, err)
	}
}

// Flags that an issuer has no use for are refused before anybody logs in.
func TestLoginFlagsOfOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google})
	for flags, want := range map[string]string{
		"--tenant example.com": "--tenant is for Microsoft 365", "--device": "with --paste", "--mailbox " + ada: "another mailbox",
	} {
		r := d.login("google", strings.Fields(flags)...)
		if r.code != exitUsage || !strings.Contains(r.stderr, want) || len(d.auth.Transcript()) > 0 {
			t.Errorf("%s: %+v, %v", flags, r, d.auth.Transcript())
		}
	}
	d.find = &provider.Finder{Offline: true}
	if r := d.run("login", "ada@gmail.com"); r.code != exitUsage || !strings.Contains(r.stderr, "--client-id") || !strings.Contains(r.stderr, "--password") {
		t.Errorf("no client ID: %+v", r)
	}
}

// A shared mailbox that the delegate's token does not open is not recorded.
func TestLoginSharedMisspelt(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Users: []oauthtest.User{{Address: ada, Mailboxes: []string{shared}}}})
	d.mustLogin("microsoft")
	d.mail = imaptest.Config{Provider: imaptest.Exchange, User: shared, CheckToken: d.auth.CheckToken}.NewServer(t)
	if r := d.login("microsoft", "--mailbox", "order@example.com"); r.code != 1 || !strings.Contains(r.stderr, "nothing is recorded") {
		t.Errorf("%+v", r)
	}
	if r := d.run("accounts"); strings.Contains(r.stdout, "order@") {
		t.Errorf("%+v", r)
	}
}

// A shared mailbox asks its delegate again when the consent is gone.
func TestLoginSharedAfterWithdrawal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Lifetime: 30 * time.Second, Users: []oauthtest.User{{Address: ada, Mailboxes: []string{shared}}}})
	d.mustLogin("microsoft")
	d.mail = imaptest.Config{Provider: imaptest.Exchange, User: shared, CheckToken: d.auth.CheckToken, Messages: inboxMessages()}.NewServer(t)
	d.mustLogin("microsoft", "--mailbox", shared)
	d.auth.Withdraw(ada)
	if r := d.run("overview", shared, "1:*"); r.code != 1 || !strings.Contains(r.stderr, "imapcompat login "+ada) {
		t.Errorf("withdrawn: %+v", r)
	}
	if r := d.run("login", "--mailbox", shared, ada); r.code != 0 {
		t.Errorf("again: %+v", r)
	}
	d.reads(shared)
}

// A key that was moved is named as what it is.
func TestServiceAccountKeyMoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google})
	key, err := d.auth.ServiceAccount("https://mail.google.com/")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "robot.json")
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	d.mustLogin("google", "--service-account", file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if r := d.run("overview", ada, "1:*"); r.code != 1 || !strings.Contains(r.stderr, "the key with which "+ada) || !strings.Contains(r.stderr, file) {
		t.Errorf("%+v", r)
	}
}
