package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
)

const (
	ada    = "ada@example.com"
	shared = "orders@example.com"
)

// desk is a user with a machine, an issuer and a mail server.
type desk struct {
	t    *testing.T
	auth *oauthtest.Server
	mail *imaptest.Server
	dir  string
	env  map[string]string
	// browse plays the browser. The default consents at once.
	browse func(string) error
	stderr func(string)     // gets each line of standard error
	stdin  io.Reader        // empty by default
	find   *provider.Finder // asks nobody by default
	// dial and tls are for connections to mail servers.
	dial dialer
	tls  *tls.Config
}

func newDesk(t *testing.T, config oauthtest.Config) *desk {
	t.Helper()
	auth := oauthtest.NewServer(t, config)
	d := &desk{t: t, auth: auth, dir: t.TempDir(), browse: auth.Browse, env: map[string]string{}}
	d.find = &provider.Finder{Offline: true}
	d.mail = imaptest.Config{User: ada, Password: testPassword, CheckToken: auth.CheckToken, Messages: inboxMessages()}.NewServer(t)
	return d
}

// issuer is the issuer of the desk, which has the endpoints of auth.
func (d *desk) issuer(id, tenant string) (oauth.Issuer, bool) {
	issuer, ok := oauth.IssuerByID(id)
	if id == "standard" {
		issuer, ok = oauth.Issuer{ID: id, Name: "Example", Scopes: map[string][]string{"imap": {"imap"}, "pop3": {"pop"}, "smtp": {"smtp"}}}, true
	}
	base := d.auth.URL()
	issuer.AuthURL, issuer.TokenURL, issuer.DeviceURL = base+oauthtest.AuthorizePath, base+oauthtest.TokenPath, base+oauthtest.DevicePath
	if id == "google" { // whose device codes are not for mail
		issuer.DeviceURL = ""
	}
	if id != "microsoft" {
		issuer.RevokeURL = base + oauthtest.RevokePath
	}
	return issuer, ok
}

func (d *desk) book() *account.Book {
	return &account.Book{Dir: d.dir, NoKeyring: true, Issuer: d.issuer}
}

// run runs the program. No output has a token or the password.
func (d *desk) run(args ...string) result {
	d.t.Helper()
	return d.runContext(context.Background(), args...)
}

func (d *desk) runContext(ctx context.Context, args ...string) result {
	d.t.Helper()
	var stdout buffer
	stderr := &lineWatcher{f: d.stderr}
	c := newCLI(cmp.Or[io.Reader](d.stdin, strings.NewReader("")), &stdout, stderr, environment(d.env))
	c.accounts = func() (*account.Book, error) { return d.book(), nil }
	c.browse, c.find, c.dial, c.tls = d.browse, d.find, d.dial, d.tls
	r := result{c.run(ctx, args), stdout.String(), stderr.String()}
	secrets := d.secrets()
	for i, output := range []string{r.stdout, r.stderr} {
		for _, secret := range secrets {
			if strings.Contains(output, secret) && (i != 0 || args[0] != "token") {
				d.t.Errorf("%q shows a secret:\n%s", args, output)
			}
		}
		checkControls(d.t, args, output)
	}
	return r
}

// secrets are all secrets of the store, and the password.
func (d *desk) secrets() []string {
	list := []string{testPassword}
	files, err := filepath.Glob(filepath.Join(d.dir, "secrets", "*.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`"(?:access|refresh)_token":"([^"]+)"`).FindAllSubmatch(text, -1) {
			list = append(list, string(match[1]))
		}
	}
	return list
}

// lineWatcher is a buffer that shows its lines to f.
type lineWatcher struct {
	buffer
	f    func(string)
	rest string
}

func (w *lineWatcher) Write(p []byte) (int, error) {
	if w.f != nil {
		w.rest += string(p)
		for {
			line, rest, ok := strings.Cut(w.rest, "\n")
			if !ok {
				break
			}
			w.rest = rest
			w.f(line)
		}
	}
	return w.buffer.Write(p)
}

// login logs in with --server and --issuer.
func (d *desk) login(issuer string, args ...string) result {
	d.t.Helper()
	return d.run(append([]string{"login", ada, "--server", d.mail.IMAPRef(), "--issuer", issuer, "--client-id", "client-id"}, args...)...)
}

// mustLogin is login that must succeed.
func (d *desk) mustLogin(issuer string, args ...string) {
	d.t.Helper()
	if r := d.login(issuer, args...); r.code != 0 || !strings.Contains(r.stdout, "is logged in: 3 messages in the INBOX") {
		d.t.Fatalf("login: %+v", r)
	}
}

// reads runs a subcommand on an address.
func (d *desk) reads(address string) {
	d.t.Helper()
	if r := d.run("overview", address, "1:*", "--json"); r.code != 0 || strings.Count(r.stdout, `"msgno"`) != 3 {
		d.t.Errorf("overview %s: %+v", address, r)
	}
}

func TestLoginByBrowser(t *testing.T) {
	for issuer, style := range map[string]oauthtest.Style{"standard": oauthtest.Standard, "microsoft": oauthtest.Microsoft} {
		d := newDesk(t, oauthtest.Config{Style: style, Rotate: true})
		d.mustLogin(issuer)
		d.reads(ada)
		d.reads("ADA@example.com")
		d.reads(ada + "/INBOX")
		if r := d.run("overview", ada+"/Nowhere", "1:*"); r.code != 1 || !strings.Contains(r.stderr, "Nowhere") {
			t.Errorf("a mailbox that does not exist: %+v", r)
		}
		if r := d.run("list", ada); r.code != 0 || !strings.Contains(r.stdout, "}INBOX") {
			t.Errorf("list: %+v", r)
		}
		if got := d.auth.Granted("refresh_token"); got != 0 {
			t.Errorf("%d refreshes", got) // the access token is kept between the runs
		}
	}
}

// Google has a client secret. It is kept, so that a token can be refreshed.
func TestLoginWithClientSecret(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google, Lifetime: 30 * time.Second})
	if r := d.login("google", "--client-secret-env", "SECRET"); r.code != 2 || !strings.Contains(r.stderr, "SECRET is not set") {
		t.Errorf("no secret: %+v", r)
	}
	d.env["SECRET"] = "client-secret"
	d.mustLogin("google", "--client-secret-env", "SECRET")
	delete(d.env, "SECRET")
	d.reads(ada)
	if d.auth.Granted("refresh_token") == 0 {
		t.Error("no refresh")
	}
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("wrong\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := d.login("google", "--client-secret-file", file); r.code != 1 {
		t.Errorf("a wrong secret: %+v", r)
	}
	d.reads(ada) // the earlier login is as it was
}

func TestLoginByDevice(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Interval: time.Second})
	d.browse = func(string) error { t.Error("a browser was opened"); return nil }
	shown := regexp.MustCompile(`^Open (\S+) on any machine, and enter the code (\S+)$`)
	d.stderr = func(line string) {
		if match := shown.FindStringSubmatch(line); match != nil {
			if err := d.auth.BrowseDevice(&oauth2.DeviceAuthResponse{VerificationURI: match[1], UserCode: match[2]}); err != nil {
				t.Error(err)
			}
		}
	}
	d.mustLogin("microsoft", "--device")
	d.reads(ada)
}

func TestLoginAppOnly(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{{
		ID: "client-id", Secret: "client-secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{ada},
	}}})
	if r := d.login("microsoft", "--app-only", "--tenant", "example.com"); r.code != exitUsage {
		t.Errorf("without a secret: %+v", r)
	}
	d.env["SECRET"] = "client-secret"
	d.mustLogin("microsoft", "--app-only", "--tenant", "example.com", "--client-secret-env", "SECRET")
	delete(d.env, "SECRET")
	before := d.auth.Granted("client_credentials")
	for range 10 {
		if r := d.run("list", ada); r.code != 0 || !strings.Contains(r.stdout, "}INBOX") {
			t.Errorf("list: %+v", r)
		}
	}
	if n := d.auth.Granted("client_credentials") - before; n != 1 {
		t.Errorf("ten runs have asked for %d tokens", n)
	}
	if r := d.run("login", ada); r.code != 0 {
		t.Errorf("again: %+v", r)
	}
	d.reads(ada)
}

func TestLoginWithCertificate(t *testing.T) {
	pair, err := oauthtest.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{{
		ID: "client-id", Certificate: pair.Leaf, Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{ada},
	}}})
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	d.mustLogin("microsoft", "--app-only", "--tenant", "example.com", "--certificate", file)
	d.reads(ada)
	if r := d.login("microsoft", "--app-only", "--certificate", file+".missing"); r.code != 1 || !strings.Contains(r.stderr, ".missing") {
		t.Errorf("a missing file: %+v", r)
	}
}

func TestLoginServiceAccount(t *testing.T) {
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
	d.reads(ada)
	if r := d.run("login", ada); r.code != 0 {
		t.Errorf("again: %+v", r)
	}
	d.reads(ada)
}

// A shared mailbox is opened with the token of its delegate, which need not log in again.
func TestLoginShared(t *testing.T) {
	browsed := 0
	auth := oauthtest.Config{Style: oauthtest.Microsoft, Users: []oauthtest.User{{Address: ada, Mailboxes: []string{shared}}}}
	d := newDesk(t, auth)
	d.mail = imaptest.Config{User: shared, Password: testPassword, CheckToken: d.auth.CheckToken, Messages: inboxMessages()}.NewServer(t)
	d.browse = func(address string) error { browsed++; return d.auth.Browse(address) }
	d.mustLogin("microsoft", "--mailbox", shared)
	d.reads(shared)
	d.mustLogin("microsoft", "--mailbox", shared)
	if r := d.run("accounts"); browsed != 2 || !strings.Contains(r.stdout, shared+" (by "+ada+")") {
		t.Errorf("%d logins, %+v", browsed, r)
	}
	if r := d.run("logout", shared); r.code != 0 {
		t.Errorf("%+v", r)
	}
	if r := d.run("overview", shared, "1:*"); r.code != 1 || !strings.Contains(r.stderr, "is not logged in") {
		t.Errorf("%+v", r)
	}
}

func TestLoginPassword(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	args := []string{"login", ada, "--server", d.mail.IMAPRef(), "--password"}
	if r := d.run(args...); r.code != 1 || !strings.Contains(r.stderr, "no password") {
		t.Errorf("no password: %+v", r)
	}
	d.env["IMAPCOMPAT_PASSWORD"] = "wrong"
	if r := d.run(args...); r.code != 1 {
		t.Errorf("a wrong password: %+v", r)
	}
	if list, err := d.book().List(); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	if r := d.run(args...); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	delete(d.env, "IMAPCOMPAT_PASSWORD")
	d.reads(ada)
	if r := d.run("token", ada); r.code != 1 || !strings.Contains(r.stderr, "password") || r.stdout != "" {
		t.Errorf("token: %+v", r)
	}
	if r := d.run("logout", ada); r.code != 0 {
		t.Errorf("logout: %+v", r)
	}
	if files, _ := filepath.Glob(filepath.Join(d.dir, "secrets", "*.json")); len(files) > 0 {
		t.Errorf("left: %v", files)
	}
}

// The recorded file has no secret, and nobody else can read what has.
func TestLoginKeepsSecretsApart(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google})
	d.env["SECRET"] = "client-secret"
	d.mustLogin("google", "--client-secret-env", "SECRET")
	text, err := os.ReadFile(filepath.Join(d.dir, "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	secrets := d.secrets()
	if len(secrets) != 4 { // password, access token, refresh token, client secret
		t.Errorf("%d secrets", len(secrets))
	}
	for _, secret := range secrets {
		if strings.Contains(string(text), secret) {
			t.Errorf("accounts.json has a secret:\n%s", text)
		}
	}
	filepath.Walk(d.dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 && path != d.dir && os.PathSeparator == '/' {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	})
	r := d.run("accounts", "--json")
	var list []account.Account
	if err := json.Unmarshal([]byte(r.stdout), &list); err != nil || len(list) != 1 || list[0].ClientID != "client-id" {
		t.Errorf("%+v: %v", r, err)
	}
}

func TestLogout(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google})
	d.env["SECRET"] = "client-secret"
	d.mustLogin("google", "--client-secret-env", "SECRET")
	r := d.run("logout", ada)
	if r.code != 0 || !strings.Contains(r.stdout, "withdrawn") {
		t.Errorf("%+v", r)
	}
	requests := d.auth.Transcript()
	if last := requests[len(requests)-1]; last.Endpoint != oauthtest.RevokePath || last.Status != 200 {
		t.Errorf("%v", last)
	}
	if secrets := d.secrets(); len(secrets) != 1 {
		t.Errorf("%d secrets are left", len(secrets)-1)
	}
	if r := d.run("logout", ada); r.code != 1 || !strings.Contains(r.stderr, "not logged in") {
		t.Errorf("again: %+v", r)
	}
	// Microsoft has no such endpoint.
	d = newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft})
	d.mustLogin("microsoft")
	if r := d.run("logout", ada); r.code != 0 || !strings.Contains(r.stdout, "lets no program withdraw it") || len(d.secrets()) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestToken(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	r := d.run("token", ada)
	if r.code != 0 || r.stderr != "" || strings.Count(r.stdout, "\n") != 1 {
		t.Fatalf("%d, %q", r.code, r.stderr)
	}
	err := d.auth.CheckToken(imaptest.TokenLogin{Protocol: "imap", Mechanism: imaptest.XOAuth2, User: ada, Token: strings.TrimSpace(r.stdout)})
	if err != nil {
		t.Error(err)
	}
	if r := d.run("token", "bob@example.com"); r.code != 1 || r.stdout != "" {
		t.Errorf("%+v", r)
	}
}

// What goes wrong at the issuer: the exit code, and what to do.
func TestLoginFailures(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft})
	if r := d.login("microsoft", "--device", "--client-id", "unknown"); r.code != 1 {
		t.Errorf("a wrong client ID: %+v", r)
	}
	if r := d.run("login", ada, "--server", d.mail.IMAPRef(), "--issuer", "microsoft"); r.code != 2 || !strings.Contains(r.stderr, "--client-id") || !strings.Contains(r.stderr, "docs/providers.md") {
		t.Errorf("no client ID: %+v", r)
	}
	if list, err := d.book().List(); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}

	// The endpoint is down.
	short := newDesk(t, oauthtest.Config{Lifetime: 30 * time.Second})
	short.mustLogin("standard")
	short.auth.Fail(oauthtest.TokenPath, oauthtest.Unavailable, 1)
	if r := short.run("overview", ada, "1:*"); r.code != exitTemporary || r.stdout != "" {
		t.Errorf("503: %+v", r)
	}
	short.reads(ada)

	// The user has withdrawn the consent.
	short.auth.Withdraw(ada)
	for _, args := range [][]string{{"overview", ada, "1:*"}, {"token", ada}} {
		if r := short.run(args...); r.code != 1 || r.stdout != "" || !strings.Contains(r.stderr, "imapcompat login "+ada) {
			t.Errorf("withdrawn: %+v", r)
		}
	}
	if r := short.run("doctor", ada); r.code != 1 || !strings.Contains(r.stdout, "imapcompat login "+ada) {
		t.Errorf("withdrawn, doctor: %+v", r)
	}
	if r := short.run("login", ada); r.code != 0 { // the command of the advice
		t.Errorf("again: %+v", r)
	}
	short.reads(ada)

	// The user refuses.
	short.auth.Refuse()
	if r := short.login("standard"); r.code != 1 {
		t.Errorf("refused: %+v", r)
	}
}

// The mail server does not take the token. It is kept, because the mailbox may need a setting.
func TestLoginRefusedByMailServer(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	if err := d.mail.Refuse("LOGIN", 100, "[ALERT] IMAP access is disabled for your domain"); err != nil {
		t.Fatal(err)
	}
	r := d.login("standard")
	if r.code != 1 || !strings.Contains(r.stderr, "which is kept") || !strings.Contains(r.stderr, "IMAP access is disabled") {
		t.Errorf("%+v", r)
	}
	d.mail.RefuseLogins(0)
	d.mail.Refuse("LOGIN", 0, "again")
	d.reads(ada)
}

// No byte of a hostile address becomes an argument, a name of a file or a line of a protocol.
func TestHostileAddresses(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mustLogin("standard")
	for _, address := range []string{
		"ada", "@", "ada@", "@example.com", "ada@example.com\r\nA1 LOGOUT", "ada@example.com\x00", "ada @example.com", `"ada x"@example.com`,
		"a\x1b[2J@example.com", "{evil.example/imap}@example.com", "ada@exam}ple.com", "../../ada@example.com/../x@y", "-ada@example.com:993",
		strings.Repeat("a", 300) + "@example.com", "ada@@example.com", "\u202eada@example.com", "",
	} {
		for _, args := range [][]string{
			{"overview", "--", address, "1:*"}, {"token", "--", address}, {"logout", "--", address}, {"doctor", "--", address},
			{"login", "--server", d.mail.IMAPRef(), "--password", "--", address}, {"login", "--server", d.mail.IMAPRef(), "--issuer", "standard", "--client-id", "x", "--mailbox", address, "--", ada + "x"},
		} {
			if address == "" && slices.Contains(args, "--mailbox") {
				continue // the flag is not given
			}
			if len(args) == 4 && args[0] == "overview" && strings.HasPrefix(address, "../") {
				continue // a mailbox of ../../ada@example.com, which nobody has logged in to
			}
			if r := d.run(args...); r.code == 0 || r.stdout != "" {
				t.Errorf("%q: %+v", args, r)
			}
		}
	}
	if list, err := d.book().List(); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	d.reads(ada)
}

// A name with /authuser= takes the token of that user for the mailbox of /user=, if the server is
// the one of the login.
func TestNamesWithUsers(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft, Users: []oauthtest.User{{Address: ada, Mailboxes: []string{shared}}}})
	d.mail = imaptest.Config{User: shared, CheckToken: d.auth.CheckToken, Messages: inboxMessages()}.NewServer(t)
	d.login("microsoft") // the server has only the shared mailbox
	server := strings.TrimSuffix(d.mail.IMAPRef(), "}")
	d.reads(server + "/user=" + shared + "/authuser=" + ada + "}INBOX")
	if r := d.run("overview", ada, "1:*", "--user", shared); r.code != 0 {
		t.Errorf("--user: %+v", r)
	}
	other := imaptest.Config{User: shared, CheckToken: d.auth.CheckToken}.NewServer(t)
	r := d.run("overview", strings.TrimSuffix(other.IMAPRef(), "}")+"/user="+shared+"/authuser="+ada+"}INBOX", "1:*")
	if r.code != 1 || !strings.Contains(r.stderr, "no password") {
		t.Errorf("another server: %+v", r)
	}
	if n := len(other.Transcript()); n > 0 {
		t.Errorf("another server was told %q", other.Transcript())
	}
	// --user is as before: it asks for a password.
	r = d.run("overview", "--user", ada, d.mail.IMAPRef()+"INBOX", "1:*")
	if r.code != 1 || !strings.Contains(r.stderr, "no password") {
		t.Errorf("--user with a name: %+v", r)
	}
}

// A name with /user= has no token where it is less safe than the login, or names another server. Nothing
// is asked of the server then.
func TestNamesThatAreNotOfTheLogin(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.mail = imaptest.Config{User: ada, CheckToken: d.auth.CheckToken, TLS: imaptest.ImplicitTLS, Messages: inboxMessages()}.NewServer(t)
	d.tls = d.mail.ClientTLS()
	d.mustLogin("standard")
	host, port, err := net.SplitHostPort(d.mail.IMAPAddr())
	if err != nil {
		t.Fatal(err)
	}
	d.reads("{" + host + ":" + port + "/imap/ssl/user=" + ada + "}INBOX")
	before := len(d.mail.Transcript())
	for _, name := range []string{
		host + ":" + port + "/imap/ssl/novalidate-cert", "localhost:" + port + "/imap/ssl", host + ":" + port + "/imap/tls", host + ":" + port + "/imap/notls",
		host + ":" + port + "/imap", host + ":" + port + "/imap/tryssl", host + ":" + port + "/pop3/ssl", host + ":1/imap/ssl", host + "/imap/ssl",
	} {
		r := d.run("overview", "{"+name+"/user="+ada+"}INBOX", "1:*")
		if r.code != 1 || !strings.Contains(r.stderr, "no password") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if n := len(d.mail.Transcript()); n > before {
		t.Errorf("the server was told %q", d.mail.Transcript()[before:])
	}
}

// The URL is printed in any case, also where no browser opens.
func TestLoginWithoutDesktop(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.browse = func(string) error { return errors.New("no desktop") }
	d.stderr = func(line string) {
		if u, err := url.Parse(line); err == nil && strings.HasPrefix(line, d.auth.URL()) && u.Query().Get("code_challenge") != "" {
			if err := d.auth.Browse(line); err != nil {
				t.Error(err)
			}
		}
	}
	r := d.login("standard")
	if r.code != 0 || !strings.Contains(r.stderr, "--device") || !strings.Contains(r.stdout, "not encrypted") {
		t.Errorf("%+v", r)
	}
}

// A company's own issuer is named by its address or by a file, and is needed once.
func TestLoginOwnIssuer(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Rotate: true, Lifetime: 30 * time.Second, Clients: []oauthtest.Client{{ID: "client-id", Secret: "client-secret"}}})
	answer, err := http.Get(d.auth.URL() + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	document, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	file, wrong := filepath.Join(t.TempDir(), "issuer.json"), filepath.Join(t.TempDir(), "wrong.json")
	if err := errors.Join(os.WriteFile(file, document, 0o600), os.WriteFile(wrong, []byte(`{"issuer":"https://x.example"}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	d.env["SECRET"] = "client-secret"
	for _, issuer := range []string{d.auth.URL(), file} {
		d.mustLogin(issuer, "--scope", "imap smtp", "--client-secret-env", "SECRET")
		d.reads(ada)
		d.reads(ada) // refreshes
		for _, again := range [][]string{{"login", ada}, {"login", "--issuer", issuer, "--client-id", "client-id", ada}} {
			if r := d.run(again...); r.code != 0 {
				t.Errorf("again: %+v", r)
			}
		}
		a, err := d.book().Get(ada)
		if err != nil || a.Issuer != d.auth.URL() || !slices.Equal(a.Scopes, []string{"imap", "smtp"}) {
			t.Errorf("%+v, %v", a, err)
		}
		if r := d.run("logout", ada); r.code != 0 || !strings.Contains(r.stdout, "its token is withdrawn") {
			t.Errorf("logout: %+v", r)
		}
	}
	for issuer, want := range map[string]struct {
		code int
		text string
	}{
		"nobody": {exitUsage, "its https address"}, "http://x.example/": {1, "is https"}, wrong: {1, "no token endpoint"}, d.auth.URL() + "/realms/x": {1, "there is no metadata"},
	} {
		if r := d.login(issuer); r.code != want.code || !strings.Contains(r.stderr, want.text) {
			t.Errorf("%s: %+v", issuer, r)
		}
	}
	d.auth.Fail("/.well-known/openid-configuration", oauthtest.Unavailable, 1)
	if r := d.login(d.auth.URL()); r.code != exitTemporary {
		t.Errorf("in trouble: %+v", r)
	}
	// A login with a password forgets the issuer.
	d.mustLogin(d.auth.URL(), "--scope", "imap", "--client-secret-env", "SECRET")
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	if r := d.run("login", "--password", ada); r.code != 0 {
		t.Errorf("by password: %+v", r)
	}
}

// The browser is on another machine: its user copies the address at which it ends, first a wrong one.
func TestLoginByPaste(t *testing.T) {
	const done = "https://localhost/"
	d := newDesk(t, oauthtest.Config{Rotate: true, Clients: []oauthtest.Client{{ID: "client-id", Redirects: []string{done}}}})
	d.browse = func(string) error { t.Error("a browser was opened"); return nil }
	paste := func() {
		in, out := io.Pipe()
		d.stdin = in
		d.stderr = func(line string) {
			if !strings.HasPrefix(line, d.auth.URL()) {
				return
			}
			browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			answer, err := browser.Get(line)
			if err != nil {
				t.Error(err)
				return
			}
			answer.Body.Close()
			go io.WriteString(out, line+"\n"+answer.Header.Get("Location")+"\n")
		}
	}
	paste()
	r := d.login("standard", "--paste", "--redirect", done)
	if r.code != 0 || !strings.Contains(r.stdout, "is logged in") || !strings.Contains(r.stderr, "No: this is not the address after the login: it begins with "+done) {
		t.Errorf("%+v", r)
	}
	d.reads(ada)
	d.stdin, d.stderr = nil, nil
	if r := d.login("standard", "--paste"); r.code != 1 || !strings.Contains(r.stderr, "was not given") {
		t.Errorf("no input: %+v", r)
	}
	if r := d.login("yahoo"); r.code != exitUsage || !strings.Contains(r.stderr, "--paste --redirect https://localhost/") || !strings.Contains(r.stderr, "https://developer.yahoo.com/apps/") {
		t.Errorf("Yahoo: %+v", r)
	}
}

// An issuer that does not know the program shows an error, and sends the browser nowhere.
func TestLoginErrorPage(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft})
	shown := false
	d.browse = func(address string) error { shown = d.auth.Browse(address) != nil; return nil }
	r := d.run("login", ada, "--server", d.mail.IMAPRef(), "--issuer", "microsoft", "--client-id", "wrong", "--wait", "50ms")
	if r.code != exitTemporary || !shown || !strings.Contains(r.stderr, "If the page shows an error, press Ctrl-C, and check the client ID and its redirect at https://entra.microsoft.com") ||
		!strings.Contains(r.stderr, "nobody has finished the login in the browser in time") || !strings.Contains(r.stderr, "If the page has shown an error") {
		t.Errorf("%+v", r)
	}
	if r := d.run("login", ada, "--server", d.mail.IMAPRef(), "--issuer", "microsoft", "--client-id", "wrong", "--device", "--wait", "50ms"); r.code != 1 {
		t.Errorf("device: %+v", r)
	}
}

func TestLoginFlags(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	for _, args := range [][]string{
		{"--password", "--device"}, {"--imap", "--pop3"}, {"--client-secret-env", "A", "--client-secret-file", "B"},
		{"--paste", "--device"}, {"--paste", "--password"}, {"--redirect", "https://localhost/"}, {"--device", "--redirect", "http://127.0.0.1/"},
		{"--wait", "0s"}, {"--wait", "16m"}, {"--wait", "soon"},
		{"--app-only", "--mailbox", shared}, {"--tenant", "../x"}, {"--issuer", "nobody"}, {"--server", "imap.example.org"},
		{"--server", d.mail.IMAPRef() + "INBOX"}, {"--server", d.mail.IMAPRef(), "--pop3"}, {"--server", d.mail.IMAPRef(), "--device"},
	} {
		if !slices.Contains(args, "--server") {
			args = append(args, "--server", d.mail.IMAPRef())
		}
		if r := d.run(append([]string{"login", ada}, args...)...); r.code != exitUsage {
			t.Errorf("%q: %+v", args, r)
		}
	}
}

// A user without a right to the shared mailbox gets the checklist, and the token is kept.
func TestLoginWithoutRight(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Microsoft})
	d.mail = imaptest.Config{Provider: imaptest.Exchange, User: shared, CheckToken: d.auth.CheckToken}.NewServer(t)
	r := d.login("microsoft", "--mailbox", shared)
	const command = "Get-CASMailbox " + shared // as it can be pasted
	if r.code != 1 || !strings.Contains(r.stderr, "not connected") || strings.Count(r.stderr, "imapcompat: ") < 2 || !strings.Contains(r.stderr, command) {
		t.Errorf("login: %+v", r)
	}
	r = d.run("doctor", shared)
	if r.code != 1 || !strings.Contains(r.stdout, "not connected") || !strings.Contains(r.stdout, "failed   select") || !strings.Contains(r.stdout, command) {
		t.Errorf("doctor: %+v", r)
	}
}

// Commands in advice have the address, of an account or of a name, and a shared mailbox is logged in by
// its delegate.
func TestAdviceHasAddress(t *testing.T) {
	d := newDesk(t, oauthtest.Config{Style: oauthtest.Google, Users: []oauthtest.User{{Address: ada, Mailboxes: []string{shared}}}})
	d.env["SECRET"] = "client-secret"
	d.mustLogin("google", "--client-secret-env", "SECRET")
	own, err := d.book().Get(ada)
	if err != nil {
		t.Fatal(err)
	}
	delegated := own
	delegated.Address, delegated.Delegate = shared, ada
	if err := d.book().Put(context.Background(), delegated); err != nil {
		t.Fatal(err)
	}
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	server := strings.TrimSuffix(d.mail.IMAPRef(), "}")
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"`imapcompat login " + ada + "`", []string{ada}},
		{"`imapcompat login --mailbox " + shared + " " + ada + "`", []string{shared}},
		{"`imapcompat login " + ada + "`", []string{d.mail.IMAP(), "--user", ada}},
		{"`imapcompat login " + ada + "`", []string{server + "/user=" + ada + "}INBOX"}},
		{"`imapcompat login ADDRESS`", []string{d.mail.IMAP(), "--user", "joe"}},
	} {
		for _, subcommand := range []string{"info", "doctor"} {
			if err := d.mail.Refuse("LOGIN", 10, "[ALERT] Application-specific password required"); err != nil {
				t.Fatal(err)
			}
			r := d.run(append([]string{subcommand}, tt.args...)...)
			if text := strings.Join(strings.Fields(failureOf(subcommand, r)), " "); r.code != 1 || !strings.Contains(text, tt.want) {
				t.Errorf("%s %q: %+v", subcommand, tt.args, r)
			}
		}
	}
}

// Servers in another domain, which only DNS names, are used after a yes.
func TestLoginAsks(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	d.env["IMAPCOMPAT_PASSWORD"] = testPassword
	d.find = &provider.Finder{Resolver: elsewhere{}, Client: &http.Client{Transport: noWeb{}}}
	const address = "ada@small.example"
	r := d.run("login", address)
	if r.code != 1 || !strings.Contains(r.stderr, "mail.elsewhere.example") || !strings.Contains(r.stderr, "--yes") {
		t.Errorf("%+v", r)
	}
	if r := d.run("account", "--json", address); r.code != 1 || !strings.Contains(r.stdout, `"exit":1`) {
		t.Errorf("%+v", r)
	}
	for _, subcommand := range []string{"account", "doctor"} {
		if r := d.run(subcommand, address); r.code != 1 || strings.Contains(r.stdout, "connection") {
			t.Errorf("%s: %+v", subcommand, r)
		}
	}
}

// elsewhere is a DNS that names a server in another domain.
type elsewhere struct{}

func (elsewhere) LookupSRV(_ context.Context, service, _, _ string) (string, []*net.SRV, error) {
	if service != "imaps" {
		return "", nil, &net.DNSError{Err: "no such host", IsNotFound: true}
	}
	return "", []*net.SRV{{Target: "mail.elsewhere.example.", Port: 993}}, nil
}

func (elsewhere) LookupMX(context.Context, string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
}

type noWeb struct{}

func (noWeb) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
}

// A watch leaves a token endpoint alone for as long as it asks, an hour at most.
func TestAsksToWait(t *testing.T) {
	d := newDesk(t, oauthtest.Config{})
	for asked, want := range map[time.Duration]time.Duration{0: 0, 7 * time.Second: 7 * time.Second, 2 * time.Hour: time.Hour} {
		d.auth.FailAfter(oauthtest.TokenPath, http.StatusServiceUnavailable, asked, 1)
		source := d.auth.Client().Source(t.Context(), &oauth2.Token{RefreshToken: "rt"})
		_, err := imapcompat.Open(d.mail.IMAP(), ada, "", imapcompat.WithTokenSource(source))
		if got := asksToWait(err); got != want {
			t.Errorf("asked for %v: %v, %v", asked, got, err)
		}
	}
	if got := asksToWait(errors.New("x")); got != 0 {
		t.Errorf("%v", got)
	}
}
