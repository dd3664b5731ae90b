package provider

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/oauth"
)

// The mailbox names of the presets, for IMAP.
func TestPresetNames(t *testing.T) {
	for address, want := range map[string]string{
		"ada@gmail.com":               "{imap.gmail.com:993/imap/ssl}INBOX",
		"Ada+x@GMail.com":             "{imap.gmail.com:993/imap/ssl}INBOX",
		"ada@hotmail.co.uk":           "{outlook.office365.com:993/imap/ssl}INBOX",
		"ada@engines.onmicrosoft.com": "{outlook.office365.com:993/imap/ssl}INBOX",
		"ada@yahoo.fr":                "{imap.mail.yahoo.com:993/imap/ssl}INBOX",
		"ada@aol.com":                 "{imap.aol.com:993/imap/ssl}INBOX",
		"ada@icloud.com":              `{imap.mail.me.com:993/imap/ssl/user="ada"}INBOX`,
		"ada@ya.ru":                   "{imap.yandex.com:993/imap/ssl}INBOX",
		"ada@bk.ru":                   "{imap.mail.ru:993/imap/ssl}INBOX",
		"ada@rambler.ru":              "{imap.rambler.ru:993/imap/ssl}INBOX",
		"ada@gmx.de":                  "{imap.gmx.net:993/imap/ssl}INBOX",
		"ada@gmx.com":                 "{imap.gmx.com:993/imap/ssl}INBOX",
		"ada@web.de":                  `{imap.web.de:993/imap/ssl/user="ada"}INBOX`,
		"ada@fastmail.com":            "{imap.fastmail.com:993/imap/ssl}INBOX",
		"ada@zoho.com":                "{imap.zoho.com:993/imap/ssl}INBOX",
		"ada@163.com":                 "{imap.163.com:993/imap/ssl}INBOX",
		"ada@126.com":                 "{imap.126.com:993/imap/ssl}INBOX",
		"ada@qq.com":                  "{imap.qq.com:993/imap/ssl}INBOX",
		"ada@proton.me":               "{127.0.0.1:1143/imap/tls/novalidate-cert}INBOX",
		"ada@mailbox.org":             "{imap.mailbox.org:993/imap/ssl}INBOX",
		"ada@posteo.net":              "{posteo.de:993/imap/ssl}INBOX",
		"ada@t-online.de":             "{secureimap.t-online.de:993/imap/ssl}INBOX",
		"ada@free.fr":                 `{imap.free.fr:993/imap/ssl/user="ada"}INBOX`,
		"ada@wp.pl":                   `{imap.wp.pl:993/imap/ssl/user="ada"}INBOX`,
	} {
		s, err := (&Finder{File: os.DevNull, Offline: true}).Find(t.Context(), address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got, err := s.Mailbox("", "INBOX"); got != want || err != nil {
			t.Errorf("%s: %s, %v", address, got, err)
		}
	}
}

// Each preset has names that parse, sources, a known issuer where OAuth2 is a method, and
// domains of its own.
func TestPresets(t *testing.T) {
	list := Presets()
	if !slices.IsSortedFunc(list, func(a, b Preset) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the presets are not ordered by ID")
	}
	owner := make(map[string]string)
	for _, p := range list {
		for _, domain := range append(p.Domains, p.MX...) {
			if other, taken := owner[domain]; taken || domain != strings.ToLower(domain) || !isDomain("x"+domain) {
				t.Errorf("%s: domain %q, also of %q", p.ID, domain, other)
			}
			owner[domain] = p.ID
		}
		a, err := parseAddress("ada@" + strings.TrimPrefix(p.Domains[0], "."))
		if err != nil {
			t.Fatal(err)
		}
		usable(t, p.settings(a), func(host string) bool { return trusted(host) == host || isLoopback(host) })
		for _, s := range p.Servers {
			_, known := oauth.IssuerByID(p.Issuer)
			if len(s.Methods) == 0 || slices.Contains(s.Methods, OAuth2) && !known {
				t.Errorf("%s: methods %q of the issuer %q", p.ID, s.Methods, p.Issuer)
			}
		}
		if len(p.Sources) == 0 {
			t.Errorf("%s has no source", p.ID)
		}
	}
	for name, id := range issuers {
		if _, ok := oauth.IssuerByID(id); !ok {
			t.Errorf("%s has the issuer %s", name, id)
		}
	}
	list[0].Domains[0], list[0].Servers[0].Methods[0], list[0].Facts[0].Text = "changed", "changed", "changed"
	list[0].Sources[0].Text = "changed"
	if again := Presets()[0]; again.Domains[0] == "changed" || again.Servers[0].Methods[0] == "changed" || again.Facts[0].Text == "changed" || again.Sources[0].Text == "changed" {
		t.Error("Presets returns no copies")
	}
}
