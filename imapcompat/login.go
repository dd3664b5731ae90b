package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/shellword"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/provider"
)

// loginFlags are the flags of login.
type loginFlags struct {
	device, paste, appOnly, byPassword, smtp bool

	clientID, secretEnv, secretFile string
	tenant, issuer, server, shared  string
	certificate, serviceAccount     string
	redirect, scope                 string
	wait                            time.Duration
}

func loginSubcommand() *subcommand {
	return &subcommand{
		name: "login", arguments: []string{"ADDRESS"},
		flags: []string{"app-only", "certificate", "client-id", "client-secret-env", "client-secret-file", "device", "imap", "issuer",
			"mailbox", "password", "paste", "pop3", "redirect", "scope", "server", "service-account", "smtp", "tenant", "timeout", "user", "wait", "yes"},
		options: []imapcompat.Option{imapcompat.WithRetries(1)}, // some providers lock an account out
		summary: "log in to a mailbox once, so that its address is enough from then on",
		details: "The servers of the ADDRESS are looked up. Google, Microsoft 365 and others that want OAuth2\n" +
			"show their page in a browser here, or on any other machine with --device or --paste. They\n" +
			"know the program by the client ID of a registration: docs/providers.md shows how to get\n" +
			"one. It is needed once for each provider. Elsewhere the password is asked for, or taken\n" +
			"from IMAPCOMPAT_PASSWORD.\n" +
			"--mailbox opens a shared mailbox with the rights of ADDRESS. --app-only logs in as the\n" +
			"program itself (Microsoft 365), with a client secret or --certificate. --service-account\n" +
			"is the key of a Google service account that may act for ADDRESS.\n" +
			"Afterwards every subcommand takes the address as its MAILBOX. Tokens and passwords are in\n" +
			"the keyring of the operating system, or in files that only you can read.",
		run: runLogin,
	}
}

// loginFlagDefinitions defines the flags of login.
var loginFlagDefinitions = map[string]func(*flag.FlagSet, *request){
	"device": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.logIn.device, "device", false, "show a code to enter on another machine")
	},
	"client-id": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.clientID, "client-id", "", "`ID` of the registration of this program (default the one used before)")
	},
	"client-secret-env": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.secretEnv, "client-secret-env", "", "the environment variable `NAME` has the client secret")
	},
	"client-secret-file": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.secretFile, "client-secret-file", "", "the first line of `FILE` is the client secret")
	},
	"tenant": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.tenant, "tenant", "", "`ID` or domain of the organization (Microsoft 365)")
	},
	"app-only": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.logIn.appOnly, "app-only", false, "log in as the program itself (Microsoft 365)")
	},
	"certificate": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.certificate, "certificate", "", "`FILE` has the client's certificate and key, in PEM")
	},
	"service-account": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.serviceAccount, "service-account", "", "`FILE` is the key of a Google service account")
	},
	"mailbox": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.shared, "mailbox", "", "`SHARED` is a mailbox that ADDRESS may open")
	},
	"password": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.logIn.byPassword, "password", false, "log in with a password, such as an app password")
	},
	"server": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.server, "server", "", "`{host:port/flags}` in place of the server that is looked up")
	},
	"issuer": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.issuer, "issuer", "", "who issues the tokens: an `ID` as google or microsoft, an https address, or a file with its metadata")
	},
	"paste": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.logIn.paste, "paste", false, "log in with any browser, and copy the address at which it ends")
	},
	"redirect": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.redirect, "redirect", "", "`URL` of the registration to which the browser is sent")
	},
	"wait": func(fs *flag.FlagSet, r *request) {
		fs.DurationVar(&r.logIn.wait, "wait", longestWait, "`time` to wait for the user, as 5m")
	},
	"scope": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.logIn.scope, "scope", "", "`SCOPES` to ask for, with spaces between them (default those of the issuer)")
	},
	"smtp": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.logIn.smtp, "smtp", false, "ask for the right to send, too")
	},
}

// longestWait is how long package oauth waits for a user.
const longestWait = 15 * time.Minute

// loggingIn is a run of login.
type loggingIn struct {
	*cli
	loginFlags
	request  *request
	book     *account.Book
	settings *provider.Settings // nil with --server
	account  account.Account
	earlier  *account.Account // how the address was logged in before, or nil
	issuer   oauth.Issuer
	input    *bufio.Reader // of --paste
}

func runLogin(ctx context.Context, c *cli, r *request) error {
	c.progress, c.change.done = "the login is not finished", "nothing is recorded"
	book, err := c.accounts()
	if err != nil {
		return err
	}
	const maxInput = 1 << 20
	l := &loggingIn{cli: c, loginFlags: r.logIn, request: r, book: book, input: bufio.NewReader(io.LimitReader(c.stdin, maxInput))}
	if err := l.plan(ctx); err != nil {
		return err
	}
	switch l.account.Kind {
	case account.Kerberos, account.Certificate:
		return l.withoutSecret(ctx)
	case account.Password:
		l.account.Secrets = book.Place(ctx)
		return l.withPassword(ctx)
	}
	l.account.Secrets = book.Place(ctx)
	return l.withToken(ctx)
}

// plan decides how to log in. Nothing secret is read or sent.
func (l *loggingIn) plan(ctx context.Context) error {
	if err := l.check(); err != nil {
		return err
	}
	address := l.request.arguments["ADDRESS"]
	a := &l.account
	a.Address = address
	if l.shared != "" {
		a.Address, a.Delegate = l.shared, address
	}
	if err := l.findEarlier(a.Address, address); err != nil {
		return err
	}
	if err := l.findServer(ctx, address); err != nil {
		return err
	}
	if l.request.user != "" {
		a.Login = l.request.user
	}
	issuer, err := l.findIssuer(ctx)
	if err != nil {
		return err
	}
	switch {
	case l.repeats():
		l.use(*l.earlier)
	case l.request.credentials.Kind != "":
		l.use(l.request.credentials)
	case l.byPassword:
		a.Kind = account.Password
	case l.serviceAccount != "":
		a.Kind, issuer = account.ServiceAccount, "google"
	case l.appOnly:
		a.Kind = account.App
	case issuer != "":
		a.Kind = account.User
	default:
		a.Kind = account.Password
	}
	if a.Metadata != nil && a.Metadata.Issuer != issuer || a.Kind == account.Password {
		a.Metadata = nil
	}
	switch a.Kind {
	case account.Kerberos, account.Certificate:
		if l.shared != "" {
			return l.request.usage("--mailbox is for OAuth2: --user is as whom to act")
		}
		a.Metadata = nil
		if l.earlier == nil || l.earlier.Kind != a.Kind {
			a.Login = ""
		}
		a.Login = cmp.Or(l.request.user, a.Login)
		return nil
	case account.Password:
		if l.clientID != "" || l.device || l.paste || l.shared != "" {
			return l.request.usage("no OAuth2 is known for %s: --issuer names who issues its tokens, --password logs in with a password", address)
		}
		return nil
	}
	return l.register(issuer)
}

// use takes the way to log in of another account.
func (l *loggingIn) use(other account.Account) {
	a := &l.account
	a.Kind, a.KeyFile, a.CertFile, a.Principal, a.Keytab = other.Kind, other.KeyFile, other.CertFile, other.Principal, other.Keytab
}

// findEarlier finds how one of the addresses was logged in before.
func (l *loggingIn) findEarlier(addresses ...string) error {
	for _, address := range addresses {
		earlier, err := l.book.Get(address)
		if err == nil {
			l.earlier = &earlier
			return nil
		}
		if !errors.Is(err, account.ErrNoAccount) {
			return err
		}
	}
	return nil
}

// repeats reports whether the login is as the one before, because no flag says how it is made. So
// "imapcompat login ADDRESS" is enough after a consent has ended.
func (l *loggingIn) repeats() bool {
	return l.earlier != nil && l.earlier.Delegate == l.account.Delegate && !l.byPassword && !l.appOnly && !l.device && !l.paste &&
		l.clientID+l.serviceAccount+l.certificate+l.loginFlags.issuer+l.tenant+l.scope+string(l.request.credentials.Kind) == ""
}

// check refuses flags that exclude each other, and addresses that are none.
func (l *loggingIn) check() error {
	for _, address := range []string{l.request.arguments["ADDRESS"], l.shared} {
		if err := account.CheckAddress(address); address != "" && err != nil {
			return l.request.usage("%v", err)
		}
	}
	var ways []string
	for name, given := range map[string]bool{"--password": l.byPassword, "--app-only": l.appOnly, "--service-account": l.serviceAccount != "",
		"--device": l.device, "--paste": l.paste, "--kerberos": l.request.kerberos, "--cert": l.request.credentials.CertFile != ""} {
		if given {
			ways = append(ways, name)
		}
	}
	slices.Sort(ways)
	switch {
	case len(ways) > 1:
		return l.request.usage("%s exclude each other", strings.Join(ways, " and "))
	case l.wait <= 0 || l.wait > longestWait:
		return l.request.usage("--wait is a time up to %v", longestWait)
	case l.redirect != "" && l.device:
		return l.request.usage("a login with --device has no redirect")
	case strings.HasPrefix(l.redirect, "https:") && !l.paste:
		return l.request.usage("a browser cannot end here at an https address: copy the address at which it ends, with --paste")
	case l.request.imap && l.request.pop3:
		return l.request.usage("--imap and --pop3 exclude each other")
	case l.secretEnv != "" && l.secretFile != "":
		return l.request.usage("--client-secret-env and --client-secret-file exclude each other")
	case l.shared != "" && strings.EqualFold(l.shared, l.request.arguments["ADDRESS"]):
		return l.request.usage("--mailbox is another mailbox than that of ADDRESS")
	case l.appOnly && l.shared != "":
		return l.request.usage("--app-only opens the mailbox of ADDRESS: --mailbox is for users")
	case l.tenant != "" && strings.ContainsFunc(l.tenant, func(r rune) bool { return !strings.ContainsRune(tenantLetters, r) }):
		return l.request.usage("a tenant is an ID or a domain")
	}
	return nil
}

const tenantLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."

// findServer sets the name of the mailbox: that of --server, or what package provider finds.
func (l *loggingIn) findServer(ctx context.Context, address string) error {
	protocol := l.request.protocol()
	if l.server != "" {
		name, err := mailboxname.Parse(l.server)
		if err != nil || !strings.HasPrefix(l.server, "{") || !strings.HasSuffix(l.server, "}") || name.User+name.AuthUser != "" {
			return l.request.usage("--server is {host:port/flags}, without a name behind it; mind the quotes")
		}
		if protocol != "" && name.Service != protocol {
			return l.request.usage("--server is for %s", strings.ToUpper(name.Service))
		}
		l.account.Mailbox = l.server + "INBOX"
		return nil
	}
	if l.earlier != nil && protocol == "" {
		l.account.Mailbox = l.earlier.Mailbox
		if l.account.Delegate == l.earlier.Delegate {
			l.account.Login = l.earlier.Login
		}
		server, _, _ := strings.Cut(l.account.Mailbox, "}")
		l.tell("The server is that of the login before, %s}; --server names another.", server)
		return nil
	}
	settings, err := l.finder().Find(ctx, address)
	if errors.Is(err, provider.ErrUnknown) {
		return fmt.Errorf("%w. Name the server: --server '{imap.example.org:993/imap/ssl}'", err)
	}
	if err != nil {
		return err
	}
	if err := l.confirmed(ctx, settings); err != nil {
		return err
	}
	for i, server := range settings.Servers {
		if server.User != settings.Address && (protocol == "" || server.Protocol == protocol) && l.account.Login == "" {
			l.account.Login = server.User
		}
		settings.Servers[i].User = settings.Address // the name of the mailbox is without /user=
	}
	if l.account.Delegate != "" {
		l.account.Login = ""
	}
	l.settings = settings
	l.account.Mailbox, err = settings.Mailbox(protocol, "INBOX")
	return err
}

// confirmed asks whether a host that DNS has named in another domain is the right one.
func (l *loggingIn) confirmed(ctx context.Context, s *provider.Settings) error {
	if !s.Unconfirmed || l.request.yes {
		s.Unconfirmed = false
		return nil
	}
	server, ok := s.Server(provider.IMAP)
	if !ok {
		server, _ = s.Server(provider.POP3)
	}
	question := fmt.Sprintf("%s names the server %s, which is in another domain. Is it the server of %s?", s.From, bothForms(server.Host), bothForms(s.Address))
	if l.terminal() == nil {
		return fmt.Errorf("%s Ask the provider, and give --yes", question)
	}
	if err := l.confirm(ctx, l.request, question); err != nil {
		return err
	}
	s.Unconfirmed = false
	return nil
}

// register sets the issuer and the registration of this program.
func (l *loggingIn) register(issuer string) error {
	a := &l.account
	if issuer == "" {
		return l.request.usage("no OAuth2 is known for %s: --issuer names who issues its tokens", a.TokenUser())
	}
	a.Issuer, a.Tenant = issuer, l.tenant
	var ok bool
	if l.issuer, ok = l.book.IssuerOf(*a); !ok {
		return l.request.usage("there is no issuer %q", issuer)
	}
	switch {
	case l.tenant != "" && !strings.HasPrefix(issuer, "microsoft"):
		return l.request.usage("--tenant is for Microsoft 365: %s has none", l.issuer.Name)
	case l.device && l.issuer.DeviceURL == "":
		return l.request.usage("%s has no device codes for mail: log in with a browser on any machine, with --paste", l.issuer.Name)
	}
	if a.Kind == account.ServiceAccount {
		return l.keyFile(cmp.Or(l.serviceAccount, a.KeyFile))
	}
	name, err := mailboxname.Parse(a.Mailbox)
	if err != nil {
		return err
	}
	if a.Kind == account.User {
		protocols := []string{name.Service}
		if l.smtp {
			protocols = append(protocols, provider.SMTP)
		}
		a.Scopes = l.issuer.ScopesFor(protocols...)
		if e := l.earlier; e != nil && e.Kind == a.Kind && e.Issuer == a.Issuer && (a.Metadata != nil || l.repeats() && covers(e.Scopes, a.Scopes)) {
			a.Scopes = e.Scopes // those of --smtp and --scope stay
		}
	} else {
		a.Scopes = l.issuer.AppScopes
	}
	if l.scope != "" {
		a.Scopes = strings.Fields(l.scope)
	}
	if a.ClientID = l.clientID; a.ClientID == "" {
		if err := l.reuseClient(); err != nil {
			return err
		}
	}
	if a.ClientID == "" {
		return l.withoutClient()
	}
	if l.certificate != "" {
		return l.keyFile(l.certificate)
	}
	return nil
}

// withoutClient says how to get a client ID, and how to do without one.
func (l *loggingIn) withoutClient() error {
	text := l.issuer.Name + " knows programs by a client ID, --client-id"
	if l.issuer.Console != "" {
		text += ", from " + l.issuer.Console
	}
	if l.account.Kind == account.User && slices.Contains(l.methods(l.settings), provider.AppPassword) {
		text += "; an app password needs none, --password"
	}
	return l.request.usage("%s; %s shows how", text, guidePage)
}

// keyFile records the path of a file, so that it is found from every folder.
func (l *loggingIn) keyFile(path string) (err error) {
	if _, err = os.Stat(path); err != nil {
		return err
	}
	l.account.KeyFile, err = filepath.Abs(path)
	return err
}

// reuseClient takes the client ID with which this address or another one of the issuer was logged in,
// and its tenant.
func (l *loggingIn) reuseClient() error {
	list, err := l.book.List()
	if err != nil {
		return err
	}
	if l.earlier != nil {
		list = append([]account.Account{*l.earlier}, list...)
	}
	for _, other := range list {
		if other.Issuer == l.account.Issuer && other.Kind == l.account.Kind && (l.tenant == "" || l.tenant == other.Tenant) {
			l.account.ClientID, l.account.Tenant = other.ClientID, other.Tenant
			l.issuer, _ = l.book.IssuerOf(l.account)
			return nil
		}
	}
	return nil
}

// keep records the account and then its secrets. If these cannot be kept, a new account is removed,
// with those of its secrets that are kept already.
func (l *loggingIn) keep(ctx context.Context, secrets func() error) error {
	if err := l.book.Put(ctx, l.account); err != nil {
		return err
	}
	err := secrets()
	if err != nil && (l.earlier == nil || l.earlier.Address != l.account.Address) {
		err = errors.Join(err, l.book.Remove(ctx, l.account.Address))
	}
	return err
}

// withoutSecret logs in with Kerberos or a client certificate, and records the account if that
// succeeds.
func (l *loggingIn) withoutSecret(ctx context.Context) error {
	access, err := l.accountAccess(ctx, &l.account)
	if err != nil {
		return err
	}
	summary, err := l.try(ctx, access)
	if err != nil {
		return err
	}
	return l.record(ctx, summary)
}

// withToken logs in with OAuth2. A user's token is kept even if the mail server refuses it: the
// consent is given, and the cause may be a setting of the mailbox.
func (l *loggingIn) withToken(ctx context.Context) error {
	if l.account.Kind == account.ServiceAccount {
		return l.withServiceAccount(ctx)
	}
	client, err := l.client(ctx)
	if err != nil {
		return err
	}
	if l.account.Kind == account.App {
		summary, err := l.try(ctx, access{source: client.AppOnly(ctx)})
		if err != nil {
			return err
		}
		if err := l.keep(ctx, func() error { return l.saveClient(ctx, client) }); err != nil {
			return err
		}
		return l.record(ctx, summary)
	}
	if l.shares(ctx) {
		if err := l.withSource(ctx); !errors.Is(err, oauth.ErrConsent) {
			return err
		}
	}
	token, err := l.consent(ctx, client)
	if err != nil {
		return err
	}
	err = l.keep(ctx, func() error {
		if err := l.saveClient(ctx, client); err != nil {
			return err
		}
		return l.book.SaveToken(ctx, l.account, token)
	})
	if err != nil {
		return err
	}
	if err := l.withSource(ctx); err != nil {
		l.change.done = ""
		return fmt.Errorf("%s has given a token, which is kept, but the mailbox cannot be opened: %w", l.issuer.Name, err)
	}
	return nil
}

// withSource logs in with the token that the book has, and records the account if that succeeds.
func (l *loggingIn) withSource(ctx context.Context) error {
	source, err := l.book.SourceOf(ctx, l.account)
	if err != nil {
		return err
	}
	summary, err := l.try(ctx, access{source: source})
	if err != nil {
		return err
	}
	return l.record(ctx, summary)
}

// withServiceAccount logs in with the key of a service account. It asks for a new token: one that is
// kept would not show that the key is right.
func (l *loggingIn) withServiceAccount(ctx context.Context) error {
	const maxKey = 1 << 20
	key, err := files.Read(l.account.KeyFile, maxKey)
	if err != nil {
		return err
	}
	source, err := oauth.ServiceAccount(ctx, key, l.account.TokenUser(), l.account.Scopes...)
	if err != nil {
		return err
	}
	summary, err := l.try(ctx, access{source: source})
	if err != nil {
		return err
	}
	return l.record(ctx, summary)
}

// client returns the registered program, with the secret of the flags or the one that was kept.
func (l *loggingIn) client(ctx context.Context) (*oauth.Client, error) {
	client, err := l.book.Client(ctx, l.account)
	switch {
	case err != nil:
	case l.secretEnv != "":
		var ok bool
		if client.Secret, ok = l.lookupEnv(l.secretEnv); !ok || client.Secret == "" {
			err = l.request.usage("the environment variable %s is not set", l.secretEnv)
		}
	case l.secretFile != "":
		client.Secret, err = firstLine(os.ReadFile(l.secretFile))
		if client.Secret = strings.TrimSpace(client.Secret); err == nil && client.Secret == "" {
			err = l.request.usage("the first line of %s is empty", l.secretFile)
		}
	}
	if err == nil && l.account.Kind == account.App && client.Secret == "" && client.Certificate == nil {
		err = l.request.usage("a program that logs in as itself needs --client-secret-file, --client-secret-env or --certificate")
	}
	return client, err
}

func (l *loggingIn) saveClient(ctx context.Context, client *oauth.Client) error {
	if client.Secret == "" {
		return nil
	}
	return l.book.SaveClientSecret(ctx, l.account, client.Secret)
}

// covers reports whether scopes contain others.
func covers(scopes, others []string) bool {
	return !slices.ContainsFunc(others, func(s string) bool { return !slices.Contains(scopes, s) })
}

// tell prints to standard error without the program's name, so that a terminal can select a line.
func (l *loggingIn) tell(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(l.stderr, clean(strings.TrimRight(line, "\n")))
	}
}

// try opens the mailbox, and returns what to tell about it.
func (l *loggingIn) try(ctx context.Context, with access) (string, error) {
	a := l.account
	r := &request{subcommand: l.request.subcommand, mailbox: a.Mailbox, user: a.LoginName(), account: &a, timeout: l.request.timeout}
	name, err := l.checkMailbox(r)
	if err != nil {
		return "", err
	}
	mbox, err := l.connect(ctx, r, name, with)
	if err != nil {
		return "", err
	}
	defer mbox.Close()
	if err := checkSelected(mbox); err != nil {
		return "", r.about(name, err)
	}
	n, err := mbox.NumMsg()
	if err != nil {
		return "", r.about(name, err)
	}
	for _, alert := range mbox.Alerts() {
		l.say("alert: %s", alert)
	}
	return plural(n, "message") + " in the INBOX", nil
}

// record records the account and says what to do next.
func (l *loggingIn) record(ctx context.Context, summary string) error {
	if err := l.book.Put(ctx, l.account); err != nil {
		return err
	}
	l.change.done = "the account is recorded"
	a := l.account
	fmt.Fprintf(l.stdout, "%s is logged in: %s\n", bothForms(a.Address), summary)
	if e := l.earlier; e != nil && e.Address == a.Address && (e.Kind != a.Kind || e.Delegate != a.Delegate) {
		fmt.Fprintf(l.stdout, "This takes the place of the login before, which was %s.\n", clean(described(*e)))
	}
	switch a.Kind {
	case account.ServiceAccount, account.Kerberos, account.Certificate: // which have files
	default:
		fmt.Fprintf(l.stdout, "The %s is %s.\n", secretWord(a.Kind), clean(l.book.DescribePlace(a)))
	}
	fmt.Fprintf(l.stdout, "Next: imapcompat overview %s 1:10\n", shellword.Or(a.Address, "ADDRESS"))
	return nil
}

// described says how an account logs in.
func described(a account.Account) string {
	if a.Delegate != "" {
		return string(a.Kind) + " by " + a.Delegate
	}
	return string(a.Kind)
}

// secretWord names what is kept for an account.
func secretWord(kind account.Kind) string {
	switch kind {
	case account.Password:
		return "password"
	case account.App:
		return "client secret"
	}
	return "token"
}
