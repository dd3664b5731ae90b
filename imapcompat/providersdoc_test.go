package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
)

const providersPage = "../docs/providers.md"

// entraID is the client ID of the page's registrations at Microsoft.
const entraID = "11111111-2222-3333-4444-555555555555"

// guide is what a section of docs/providers.md logs in to.
type guide struct {
	mailbox  string // the address of the inbox
	password bool   // of the user, or an app password
	service  imaptest.Provider
	auth     oauthtest.Config
}

var microsoftUser = oauthtest.Config{Style: oauthtest.Microsoft, Interval: time.Second,
	Clients: []oauthtest.Client{{ID: entraID}}, Users: []oauthtest.User{{Address: "ada@contoso.example"}}}

// guides are the sections that have commands.
var guides = map[string]guide{
	"Gmail with an app password": {mailbox: "ada@gmail.com", password: true, service: imaptest.Gmail},
	"Gmail with OAuth2": {mailbox: "ada@gmail.com", service: imaptest.Gmail, auth: oauthtest.Config{Style: oauthtest.Google,
		Clients: []oauthtest.Client{{ID: "1234.apps.googleusercontent.com", Secret: "client-secret"}}, Users: []oauthtest.User{{Address: "ada@gmail.com"}}}},
	"Google Workspace with a service account": {mailbox: "ada@engines.example", service: imaptest.Gmail,
		auth: oauthtest.Config{Style: oauthtest.Google, Users: []oauthtest.User{{Address: "ada@engines.example"}}}},
	"Microsoft 365": {mailbox: "ada@contoso.example", service: imaptest.Exchange, auth: microsoftUser},
	"A shared mailbox of Microsoft 365": {mailbox: "orders@contoso.example", service: imaptest.Exchange, auth: oauthtest.Config{Style: oauthtest.Microsoft,
		Clients: []oauthtest.Client{{ID: entraID}}, Users: []oauthtest.User{{Address: "ada@contoso.example", Mailboxes: []string{"orders@contoso.example"}}}}},
	"Microsoft 365 without a user": {mailbox: "orders@contoso.example", service: imaptest.Exchange, auth: oauthtest.Config{Style: oauthtest.Microsoft,
		Clients: []oauthtest.Client{{ID: entraID, Secret: "client-secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{"orders@contoso.example"}}}}},
	"Outlook.com": {mailbox: "ada@outlook.com", service: imaptest.Exchange, auth: oauthtest.Config{Style: oauthtest.Microsoft,
		Clients: []oauthtest.Client{{ID: entraID}}, Users: []oauthtest.User{{Address: "ada@outlook.com"}}}},
	"Yahoo and AOL":                {mailbox: "ada@yahoo.com", password: true, service: imaptest.Yahoo},
	"iCloud":                       {mailbox: "ada@icloud.com", password: true},
	"GMX and WEB.DE":               {mailbox: "ada@gmx.net", password: true},
	"Fastmail, Yandex and Mail.ru": {mailbox: "ada@fastmail.com", password: true},
	"NetEase and QQ Mail":          {mailbox: "ada@163.com", password: true, service: imaptest.NetEase},
	"Any other provider":           {mailbox: "ada@engines.example", password: true},
}

// The commands of the page, in the order of each section, print what the page shows. They reach the
// hosts of the presets, which are servers on this machine.
func TestProvidersPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(providersPage)
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^## (.+)\n`)
	sections := heading.FindAllStringSubmatchIndex(string(text), -1)
	var page strings.Builder
	page.Write(text[:sections[0][0]])
	played := 0
	for i, at := range sections {
		end := len(text)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		section := string(text[at[0]:end])
		if g, ok := guides[string(text[at[2]:at[3]])]; ok {
			played++
			section = g.play(t, section)
		} else if strings.Contains(section, "$ imapcompat") {
			t.Errorf("nothing is known of the section %s", text[at[2]:at[3]])
		}
		page.WriteString(section)
	}
	if played != len(guides) {
		t.Errorf("%d of %d sections", played, len(guides))
	}
	if *update {
		if err := os.WriteFile(providersPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if page.String() != string(text) {
		t.Errorf("go test ./imapcompat -update writes\n%s", page.String())
	}
}

// play runs the commands of a section, and returns it with what they have printed.
func (g guide) play(t *testing.T, section string) string {
	d := newDesk(t, g.auth)
	d.t = t
	d.find = &provider.Finder{Resolver: hostedAt("contoso-example.mail.protection.outlook.com"), Client: &http.Client{Transport: noWeb{}}}
	name := g.mailbox
	if name == "ada@icloud.com" { // whose login name is the part before the @
		name = "ada"
	}
	config := imaptest.Config{User: name, Password: testPassword, Provider: g.service, TLS: imaptest.ImplicitTLS, Messages: []imaptest.Message{
		{Text: plain, Date: time.Date(2025, 3, 3, 8, 12, 44, 0, time.UTC), Flags: []string{`\Seen`}},
		{Text: "Date: Wed, 05 Mar 2025 00:00:00 +0000\nFrom: c@example.org\nSubject: third\n\n.\n", Date: time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC)},
	}}
	if !g.password {
		config.CheckToken = d.auth.CheckToken
	}
	d.mail = config.NewServer(t)
	d.dial = redirected(d.mail.IMAPAddr())
	d.tls = &tls.Config{InsecureSkipVerify: true} // the certificate is not for the provider's host
	shown := regexp.MustCompile(`^Open (\S+) on any machine, and enter the code (\S+)$`)
	d.stderr = func(line string) {
		if match := shown.FindStringSubmatch(line); match != nil {
			if err := d.auth.BrowseDevice(&oauth2.DeviceAuthResponse{VerificationURI: match[1], UserCode: match[2]}); err != nil {
				t.Error(err)
			}
		}
	}
	if g.password {
		d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	}
	files := g.files(t, d)
	examples := regexp.MustCompile(`(?m)^       \$ imapcompat (.+)\n((?:       [^$\n].*\n|       \n)*)`)
	return examples.ReplaceAllStringFunc(section, func(example string) string {
		command, _, _ := strings.Cut(example, "\n")
		args := words(strings.TrimPrefix(command, "       $ imapcompat "))
		for i := range args {
			args[i] = files.Replace(args[i])
		}
		r := d.run(args...)
		if r.code != 0 {
			t.Errorf("%s: %+v", command, r)
		}
		lines := []string{command}
		for line := range strings.Lines(d.printed(r)) {
			lines = append(lines, strings.TrimRight("       "+strings.TrimSuffix(line, "\n"), " "))
		}
		return strings.Join(lines, "\n") + "\n"
	})
}

// files makes the files that the page names.
func (g guide) files(t *testing.T, d *desk) *strings.Replacer {
	t.Helper()
	folder := t.TempDir()
	secret, key := filepath.Join(folder, "secret.txt"), filepath.Join(folder, "key.json")
	if err := os.WriteFile(secret, []byte("client-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if g.auth.Style == oauthtest.Google {
		text, err := d.auth.ServiceAccount("https://mail.google.com/")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(key, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return strings.NewReplacer("secret.txt", secret, "key.json", key)
}

// printed is what a user sees of a command: the address of the issuer's page and the code are
// shortened, because they differ each time.
func (d *desk) printed(r result) string {
	text := strings.NewReplacer(d.auth.URL()+"/device", "https://login.microsoft.com/device", d.dir+"/secrets", "~/.config/imapcompat/secrets").Replace(r.stderr + r.stdout)
	for pattern, with := range map[string]string{
		regexp.QuoteMeta(d.auth.URL()) + `\S+`: "https://…",
		`code \S+\n`:                           "code GHJK-LMNP\n",
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, with)
	}
	return text
}

// redirected connects to one address, whatever the host.
type redirected string

func (to redirected) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, string(to))
}

// hostedAt is a DNS in which the MX record of every domain is this host.
type hostedAt string

func (hostedAt) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "no such host", Name: "_" + service + "._" + proto + "." + name, IsNotFound: true}
}

func (host hostedAt) LookupMX(context.Context, string) ([]*net.MX, error) {
	return []*net.MX{{Host: string(host) + "."}}, nil
}
