package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// A login that is made again says that the server is the recorded one, and what it replaces.
func TestLoginAgain(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	if r := d.run("login", ada); r.code != 0 || !strings.Contains(r.stderr, "--server names another") || strings.Contains(r.stdout, "takes the place") {
		t.Errorf("again: %+v", r)
	}
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	if r := d.run("login", ada, "--password"); r.code != 0 || !strings.Contains(r.stdout, "takes the place of the login before, which was oauth2") {
		t.Errorf("another kind: %+v", r)
	}
}

// A mail server that is not there is not said to refuse the token.
func TestLoginWithoutMailServer(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	gone := imaptest.Config{User: ada}.NewServer(t)
	server := gone.IMAPRef()
	gone.Close()
	r := d.run("login", ada, "--server", server, "--issuer", "standard", "--client-id", "client-id")
	if r.code != exitTemporary || !strings.Contains(r.stderr, "which is kept, but the mailbox cannot be opened") {
		t.Errorf("%+v", r)
	}
}

// What cannot be kept leaves nothing behind.
func TestLoginCannotKeep(t *testing.T) {
	for name, args := range map[string][]string{
		"oauth2-password%20of%20ada@example.com.json":                       {"login", ada, "--password"},
		"oauth2-ada@example.com%20at%20standard%20%20with%20client-id.json": {"login", ada, "--issuer", "standard", "--client-id", "client-id", "--client-secret-env", "CLIENT"},
	} {
		d := newDesk(t, oauthtest.Config{Clients: []oauthtest.Client{{ID: "client-id", Secret: "geheim-client"}}})
		d.env["CLIENT"], d.env["IMAPCOMPAT_PASSWORD"] = "geheim-client", testPassword
		inTheWay := filepath.Join(d.dir, "secrets", name)
		if err := os.MkdirAll(inTheWay, 0o700); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr buffer
		c := newCLI(strings.NewReader(""), &stdout, &stderr, environment(d.env))
		c.accounts, c.browse, c.find = func() (*account.Book, error) { return d.book(), nil }, d.browse, d.find
		if code := c.run(t.Context(), append(args, "--server", d.mail.IMAPRef())); code == 0 || !strings.Contains(stderr.String(), "token store has failed") {
			t.Errorf("%s: %d, %s", name, code, stderr.String())
		}
		if list, err := d.book().List(); len(list) != 0 || err != nil {
			t.Errorf("%s: %v, %v", name, list, err)
		}
		left, err := filepath.Glob(filepath.Join(d.dir, "secrets", "*.json"))
		if len(left) != 0 || err != nil {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
}
