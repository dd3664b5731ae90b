package provider

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

const engines = `[[provider]]
name = "Engines"
domains = ["engines.example", "bücher.example"]
issuer = "microsoft"
[[provider.server]]
protocol = "imap"
host = "Mail.engines.example"
port = 993
security = "tls"
user = "%EMAILLOCALPART%"
methods = ["oauth2", "password"]
[[provider.server]]
protocol = "pop3"
host = "::1"
port = 1100
security = "cleartext"
[[provider]]
domains = ["school.example", "gmail.com"]
preset = "fastmail"
`

func fileOf(t *testing.T, text string) *Finder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "providers.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Finder{File: path, Offline: true}
}

func TestFileWithByteOrderMark(t *testing.T) {
	f := fileOf(t, "\ufeff"+strings.ReplaceAll(engines, "\n", "\r\n"))
	if s, err := f.Find(t.Context(), "ada@engines.example"); err != nil || s.Name != "Engines" {
		t.Errorf("%+v, %v", s, err)
	}
}

// A file that everybody can write to may name anybody's server.
func TestFileOfOthers(t *testing.T) {
	if !files.HasModes {
		t.Skip("the folder decides")
	}
	f := fileOf(t, engines)
	if err := os.Chmod(f.File, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Find(t.Context(), "ada@engines.example"); !errors.Is(err, backend.ErrInvalidArgument) || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("%v", err)
	}
}

func TestFile(t *testing.T) {
	f := fileOf(t, engines)
	for _, tt := range []struct{ address, protocol, want string }{
		{"ada@engines.example", IMAP, `{mail.engines.example:993/imap/ssl/user="ada"}INBOX`},
		{"ada@Bücher.example", "", `{mail.engines.example:993/imap/ssl/user="ada"}INBOX`},
		{`"a\"b"@engines.example`, "", `{mail.engines.example:993/imap/ssl/user="a\"b"}INBOX`},
		{"ada@engines.example", POP3, `{[::1]:1100/pop3/notls}INBOX`},
		{"ada@school.example", "", `{imap.fastmail.com:993/imap/ssl}INBOX`},
		{"ada@gmail.com", "", `{imap.fastmail.com:993/imap/ssl}INBOX`}, // the file comes before the presets
	} {
		s, err := f.Find(t.Context(), tt.address)
		if err != nil {
			t.Errorf("%s: %v", tt.address, err)
			continue
		}
		if got, err := s.Mailbox(tt.protocol, "INBOX"); got != tt.want || err != nil || s.Origin != FromFile || s.From != f.File {
			t.Errorf("%s: %s, %v, %+v", tt.address, got, err, s)
		}
	}
	s, err := f.Find(t.Context(), "ada@engines.example")
	if err != nil || s.Issuer != "microsoft" || s.Name != "Engines" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := s.Mailbox(SMTP, "INBOX"); !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("without SMTP: %v", err)
	}
	if _, err := s.Mailbox(IMAP, "a\r\nb"); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Errorf("a mailbox of two lines: %v", err)
	}
	if _, err := f.Find(t.Context(), "a}b@engines.example"); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Errorf("a login name that no mailbox name can have: %v", err)
	}
	if _, err := f.Find(t.Context(), "ada@example.org"); !errors.Is(err, ErrUnknown) {
		t.Errorf("another domain: %v", err)
	}
}

// A file that cannot be read or does not parse is an error, not a file without the domain.
func TestFileErrors(t *testing.T) {
	const server = "[[provider]]\ndomains = [\"a.example\"]\n[[provider.server]]\nprotocol = \"imap\"\nhost = \"h.example\"\nport = 993\nsecurity = \"tls\"\n"
	if _, err := parseFile([]byte(server)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{"x", "toml"},
		{server + "hots = \"x\"\n", "there is no key provider.server.hots"},
		{"[[provider]]\ndomains = [\"a.example\"]\n", "no server"},
		{"[[provider]]\npreset = \"gmail\"\n", "no domains"},
		{"[[provider]]\npreset = \"none\"\ndomains = [\"a.example\"]\n", "no preset"},
		{strings.Replace(server, "domains", "preset = \"gmail\"\ndomains", 1), "a preset and servers"},
		{strings.Replace(server, "a.example", "a/b", 1), "not a domain name"},
		{strings.Replace(server, `"imap"`, `"smtp"`, 1), "no server for reading"},
		{strings.Replace(server, `"imap"`, `"jmap"`, 1), "protocol"},
		{strings.Replace(server, `"tls"`, `"none"`, 1), "security"},
		{strings.Replace(server, `"tls"`, `"cleartext"`, 1), "needs encryption"},
		{server + "own_certificate = true\n", "needs a certificate"},
		{server + "methods = [\"telepathy\"]\n", "no method"},
		{strings.Replace(server, "993", "0", 1), "port"},
		{strings.Replace(server, "993", "65536", 1), "port"},
		{strings.Replace(server, "h.example", "h.example}x", 1), "neither a name nor an address"},
		{strings.Replace(server, "h.example", "h.example\\r\\nx", 1), "neither a name nor an address"},
		{strings.Repeat("#", maxFile+1), "longer than"},
	} {
		_, err := fileOf(t, tt.text).Find(t.Context(), "ada@gmail.com")
		if !errors.Is(err, backend.ErrInvalidArgument) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.200q: %v", tt.text, err)
		}
	}
	f := &Finder{File: filepath.Join(t.TempDir(), "none"), Offline: true}
	if _, err := f.Find(t.Context(), "ada@gmail.com"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is set and does not exist: %v", err)
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AppData", t.TempDir())
	if _, err := (&Finder{Offline: true}).Find(context.Background(), "ada@gmail.com"); err != nil {
		t.Errorf("a default file that does not exist: %v", err)
	}
}

// usable checks what every source of settings promises.
func usable(t *testing.T, s *Settings, trust func(string) bool) {
	t.Helper()
	if _, ok := s.reader(""); !ok {
		t.Errorf("no server for reading in %+v", s)
	}
	for _, server := range s.Servers {
		if !trust(server.Host) || server.Port < 1 || server.Port > 65535 || server.Security == Cleartext && !isLoopback(server.Host) || server.OwnCertificate && !isLoopback(server.Host) {
			t.Errorf("%+v", server)
		}
		if server.Protocol == SMTP {
			continue
		}
		name := server.name(s.Address, "INBOX")
		parsed, err := mailboxname.Parse(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		user := server.User
		if user == s.Address {
			user = ""
		}
		if strings.Trim(parsed.Host, "[]") != server.Host || parsed.Port != server.Port || parsed.Service != server.Protocol || parsed.User != user || parsed.NoValidateCert != server.OwnCertificate {
			t.Errorf("%s is %+v", name, parsed)
		}
	}
}

// Whatever a document says, its servers have trusted names, encryption and names that parse.
func FuzzParseAutoconfig(f *testing.F) {
	f.Add(`<clientConfig version="1.1"><emailProvider id="x"><displayName>X</displayName><incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication></incomingServer></emailProvider><oAuth2><issuer>accounts.google.com</issuer></oAuth2></clientConfig>`)
	f.Add(`<!DOCTYPE x [<!ENTITY a "b">]><clientConfig>&a;</clientConfig>`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, address := range []string{"ada@example.org", `"a}\"b"@example.org`} {
			a, err := parseAddress(address)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := parseAutoconfig([]byte(text), a); err == nil {
				usable(t, s, func(host string) bool { return trusted(host) == host })
			}
		}
	})
}

// Whatever the user's file says, cleartext stays on this machine and names parse.
func FuzzParseFile(f *testing.F) {
	f.Add(engines)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseFile([]byte(text))
		if err != nil {
			return
		}
		a, err := parseAddress("ada@example.org")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			s := p.settings(a)
			for _, server := range s.Servers {
				if !isUser(server.User) {
					return // Find refuses it
				}
			}
			usable(t, s, isHost)
		}
	})
}
