package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
)

// An address of an internationalized domain is one account in both of its forms. The server gets
// the form of DNS, and the user sees both, because letters of other scripts look alike.
func TestInternationalDomain(t *testing.T) {
	const unicodeForm, dnsForm = "ada@bücher.example", "ada@xn--bcher-kva.example"
	d := newDesk(t, oauthtest.Config{})
	d.mail = imaptest.Config{User: dnsForm, Password: testPassword, Messages: inboxMessages()}.NewServer(t)
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	server := strings.TrimSuffix(d.mail.IMAP(), "INBOX")
	for _, tt := range []struct{ typed, other string }{{unicodeForm, dnsForm}, {dnsForm, unicodeForm}, {"ada@BÜCHER.example", dnsForm}, {dnsForm + ".", unicodeForm}} {
		r := d.run("login", "--password", "--server", server, tt.typed)
		if r.code != 0 || !strings.Contains(r.stdout, "xn--bcher-kva.example") || !strings.Contains(strings.ToLower(r.stdout), "bücher.example") {
			t.Errorf("login: %+v", r)
		}
		if r := d.run("list", tt.other); r.code != 0 {
			t.Errorf("list: %+v", r)
		}
		r = d.run("accounts")
		if strings.Count(r.stdout, "\n") != 2 || !strings.Contains(r.stdout, "xn--bcher-kva.example") || !strings.Contains(strings.ToLower(r.stdout), "bücher.example") {
			t.Errorf("accounts: %+v", r)
		}
		if r := d.run("logout", tt.other); r.code != 0 {
			t.Errorf("logout: %+v", r)
		}
	}
	if left, err := filepath.Glob(filepath.Join(d.dir, "secrets", "*.json")); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	// The first letter of the domain is Cyrillic.
	file := filepath.Join(t.TempDir(), "providers.toml")
	text := "[[provider]]\ndomains = [\"аpple.example\"]\n[[provider.server]]\nprotocol = \"imap\"\nhost = \"imap.xn--pple-43d.example\"\nport = 1\nsecurity = \"tls\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.find = &provider.Finder{File: file, Offline: true}
	r := d.run("account", "--timeout", "1s", "ada@аpple.example")
	for _, want := range []string{"ada@xn--pple-43d.example", "(аpple.example)", "imap.xn--pple-43d.example (imap.аpple.example)"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q: %+v", want, r)
		}
	}
}

// Users copy the commands that they are told to run, and an address may come from a stranger.
func TestAddressInCommands(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	file := filepath.Join(t.TempDir(), "providers.toml")
	text := "[[provider]]\ndomains = [\"engines.example\"]\n[[provider.server]]\nprotocol = \"imap\"\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"tls\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.find = &provider.Finder{File: file, Offline: true}
	for _, address := range []string{"a`id`@engines.example", "a$HOME@engines.example", "a;id;@engines.example", "-ada@engines.example"} {
		for _, args := range [][]string{{"account", "--timeout", "1s"}, {"logout"}, {"list"}, {"token"}} {
			r := d.run(append(args, "--", address)...)
			for _, line := range strings.Split(r.stdout+r.stderr, "\n") {
				if _, command, ok := strings.Cut(line, "imapcompat login "); ok && !strings.HasPrefix(command, "ADDRESS") {
					t.Errorf("%s", line)
				}
			}
		}
	}
}
