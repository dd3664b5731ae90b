package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/shellword"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/provider"
)

func accountsSubcommand() *subcommand {
	return &subcommand{
		name: "accounts", flags: []string{"json"},
		summary: "list the accounts that are logged in",
		details: "Nothing of it is secret.",
		run:     runAccounts,
	}
}

func logoutSubcommand() *subcommand {
	return &subcommand{
		name: "logout", arguments: []string{"ADDRESS"},
		summary: "forget the account of an address, and withdraw its token",
		details: "The token is withdrawn where the issuer has a way to do so. Nothing happens to the mail.",
		run:     runLogout,
	}
}

func tokenSubcommand() *subcommand {
	return &subcommand{
		name: "token", arguments: []string{"ADDRESS"},
		summary: "print an access token of an account that is logged in",
		details: "Standard output has the token and nothing else. It is valid for about an hour, and opens\n" +
			"the mailbox for whoever has it. For the PHP bridge:\n" +
			"IMAPCOMPAT_TOKEN_COMMAND='imapcompat token -- \"$IMAPCOMPAT_USER\"'",
		run: runToken,
	}
}

func accountSubcommand() *subcommand {
	return &subcommand{
		name: "account", arguments: []string{"ADDRESS"},
		flags:   []string{"imap", "json", "pop3", "timeout"},
		summary: "show what a mailbox needs, by its address, and test it",
		details: "Shows the servers of the address, from where they are known, and how users log in; then\n" +
			"tests the connection, and the login if there was one, as doctor does.",
		run: runAccount,
	}
}

func (c *cli) finder() *provider.Finder {
	if c.find != nil {
		return c.find
	}
	return new(provider.Finder)
}

func runAccounts(_ context.Context, c *cli, r *request) error {
	book, err := c.accounts()
	if err != nil {
		return err
	}
	list, err := book.List()
	if err != nil {
		return err
	}
	if r.json {
		if list == nil {
			list = []account.Account{}
		}
		return c.printJSON(list)
	}
	if len(list) == 0 {
		c.say(`no account is logged in: "imapcompat login ADDRESS" does that`)
		return nil
	}
	rows := [][]string{{"Address", "Kind", "Issuer", "Secrets", "Mailbox"}}
	for _, a := range list {
		address := bothForms(a.Address)
		if a.Delegate != "" {
			address += " (by " + bothForms(a.Delegate) + ")"
		}
		rows = append(rows, []string{address, string(a.Kind), clean(cmp.Or(a.Issuer, "-")), cmp.Or(a.Secrets, "-"), clean(a.Mailbox)})
	}
	table(c.stdout, rows, 0)
	return nil
}

func runLogout(ctx context.Context, c *cli, r *request) error {
	book, err := c.accounts()
	if err != nil {
		return err
	}
	a, err := book.Get(r.arguments["ADDRESS"])
	if err != nil {
		return err
	}
	withdrawn, failed := c.withdraw(ctx, book, a)
	if err := book.Remove(ctx, a.Address); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s is logged out: %s\n", clean(a.Address), withdrawn)
	if failed != nil {
		c.change.done = "the account and its token are removed here"
	}
	return failed
}

// withdraw revokes the token of an account, and tells what has happened. An error says that the
// issuer should have revoked it, and has not.
func (c *cli) withdraw(ctx context.Context, book *account.Book, a account.Account) (string, error) {
	switch a.Kind {
	case account.User:
	case account.Kerberos, account.Certificate:
		return "it had no secret, and its files stay", nil
	default:
		return "its secrets are removed here", nil
	}
	const kept = "its token is removed here"
	if shared, err := book.SharesToken(a); err != nil || shared {
		return "another account goes on with its token", err
	}
	err := book.Withdraw(ctx, a)
	var refused *oauth.Error
	switch {
	case errors.Is(err, oauth.ErrNoToken):
		return "it had no token", nil
	case errors.Is(err, imapcompat.ErrNotSupported) && errors.As(err, &refused):
		return clean(kept + "; " + refused.Issuer + " lets no program withdraw it. " + refused.Advice), nil
	case errors.As(err, &refused):
		return kept, fmt.Errorf("%s has not withdrawn the token, which is removed here: %w", refused.Issuer, err)
	case err != nil:
		return kept, err
	}
	return "its token is withdrawn", nil
}

func runToken(ctx context.Context, c *cli, r *request) error {
	book, err := c.accounts()
	if err != nil {
		return err
	}
	address := r.arguments["ADDRESS"]
	if err := account.CheckAddress(address); err != nil {
		return r.usage("%v", err)
	}
	source, err := book.Source(ctx, address)
	if err != nil {
		return err
	}
	token, err := orInterrupted(ctx, source.Token)
	if err != nil {
		return err
	}
	if f, ok := c.stdout.Writer.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		c.say("whoever sees the token can open the mailbox for about an hour: clear the screen afterwards")
	}
	_, err = fmt.Fprintln(c.stdout, token.AccessToken)
	return err
}

// settingsJSON is the document of "imapcompat account --json".
type settingsJSON struct {
	Address  string       `json:"address"`
	Provider string       `json:"provider,omitempty"`
	ID       string       `json:"id,omitempty"`
	Origin   string       `json:"origin"`
	From     string       `json:"from,omitempty"`
	Issuer   string       `json:"issuer,omitempty"`
	LoggedIn bool         `json:"logged_in"`
	Servers  []serverJSON `json:"servers"`
	Facts    []factJSON   `json:"facts,omitempty"`
	Mailbox  string       `json:"mailbox,omitempty"`
	Steps    []finding    `json:"steps"`
	Exit     int          `json:"exit"`
}

type serverJSON struct {
	Protocol string   `json:"protocol"`
	Host     string   `json:"host"`
	Port     int      `json:"port"`
	Security string   `json:"security"`
	User     string   `json:"user"`
	Methods  []string `json:"methods,omitempty"`
}

type factJSON struct {
	Text   string `json:"text"`
	Source string `json:"source,omitempty"`
	By     string `json:"reported_by,omitempty"`
	Date   string `json:"date,omitempty"`
}

func runAccount(ctx context.Context, c *cli, r *request) error {
	address := r.arguments["ADDRESS"]
	if err := account.CheckAddress(address); err != nil {
		return r.usage("%v", err)
	}
	if r.imap && r.pop3 {
		return r.usage("--imap and --pop3 exclude each other")
	}
	book, err := c.accounts()
	if err != nil {
		return err
	}
	recorded, absent := book.Get(address)
	settings, err := c.finder().Find(ctx, address)
	if absent == nil && (errors.Is(err, provider.ErrUnknown) || errors.Is(err, provider.ErrLookup)) {
		settings, err = recordedSettings(recorded)
	}
	if err != nil {
		return err
	}
	document := c.describeSettings(settings)
	if document.LoggedIn = absent == nil; settings.Origin == 0 {
		document.Origin = "login"
	}
	if !r.json {
		c.printSettings(document)
	}
	examined := &request{subcommand: doctorSubcommand(), mailbox: address, timeout: r.timeout, json: r.json, imap: r.imap, pop3: r.pop3, credentials: r.credentials}
	if settings.Unconfirmed && absent != nil {
		c.say("the servers are in another domain, and nothing proves that they are the right ones: ask the provider before you log in")
		if document.Exit = exitFailure; r.json {
			return cmp.Or(c.printJSON(document), error(exitStatus(exitFailure)))
		}
		return exitStatus(exitFailure)
	}
	d, failure := c.examine(ctx, examined)
	if d == nil {
		return failure
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	document.Mailbox, document.Steps, document.Exit = d.shownMailbox(), d.steps, exitCodeOf(failure)
	if r.json {
		if err := c.printJSON(document); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(c.stdout, "\n%s\n", clean(nextStep(document, failure)))
	}
	if failure != nil {
		return exitStatus(document.Exit)
	}
	return nil
}

// recordedSettings returns the server of an account whose provider is not known: that of its login. It
// has no Origin.
func recordedSettings(a account.Account) (*provider.Settings, error) {
	name, err := mailboxname.Parse(a.Mailbox)
	if err != nil {
		return nil, err
	}
	security := provider.Cleartext
	switch name.TLSMode() {
	case backend.TLSImplicit:
		security = provider.TLS
	case backend.TLSRequired, backend.TLSWhenOffered:
		security = provider.StartTLS
	}
	return &provider.Settings{Address: a.Address, Issuer: a.Issuer, Servers: []provider.Server{{
		Protocol: name.Service, Host: strings.Trim(name.Host, "[]"), Port: name.ConnectPort(name.TLSMode()), Security: security,
		User: a.LoginName(), Methods: []provider.Method{methodOf(a.Kind)},
	}}}, nil
}

// methodOf returns the method of a kind of login.
func methodOf(kind account.Kind) provider.Method {
	switch kind {
	case account.Password:
		return provider.Password
	case account.Kerberos:
		return provider.Kerberos
	case account.Certificate:
		return provider.Certificate
	}
	return provider.OAuth2
}

// describeSettings returns what is known of a provider.
func (c *cli) describeSettings(s *provider.Settings) settingsJSON {
	d := settingsJSON{Address: s.Address, Provider: s.Name, ID: s.ID, Origin: s.Origin.String(), From: s.From, Issuer: s.Issuer, Steps: []finding{}}
	for _, server := range s.Servers {
		j := serverJSON{Protocol: server.Protocol, Host: server.Host, Port: server.Port, Security: server.Security.String(), User: server.User}
		for _, m := range server.Methods {
			j.Methods = append(j.Methods, string(m))
		}
		d.Servers = append(d.Servers, j)
	}
	for _, f := range s.Facts {
		d.Facts = append(d.Facts, factJSON{f.Text, f.Source, f.By, f.Date})
	}
	return d
}

func (c *cli) printSettings(d settingsJSON) {
	origin := d.Origin
	if d.From != "" {
		origin += ", " + d.From
	}
	table(c.stdout, [][]string{{"Address", bothForms(d.Address)}, {"Provider", clean(cmp.Or(d.Provider, "unknown"))}, {"Known by", clean(origin)}}, 0)
	fmt.Fprintln(c.stdout)
	rows := [][]string{{"Protocol", "Server", "Port", "Encryption", "Login name", "Log in with"}}
	for _, s := range d.Servers {
		rows = append(rows, []string{s.Protocol, bothForms(s.Host), fmt.Sprint(s.Port), s.Security, clean(s.User), clean(commas(s.Methods, "-"))})
	}
	table(c.stdout, rows, 0)
	if len(d.Facts) > 0 {
		fmt.Fprintln(c.stdout)
	}
	for _, f := range d.Facts {
		by := ""
		if f.By != "" {
			by = "reported by " + f.By + ", "
		}
		fmt.Fprintf(c.stdout, "- %s (%s)\n", clean(f.Text), clean(by+f.Source+", "+f.Date))
	}
	fmt.Fprintln(c.stdout)
}

// nextStep says what to do now.
func nextStep(d settingsJSON, failure error) string {
	address := shellword.Or(d.Address, "ADDRESS")
	switch {
	case failure != nil:
		return "Next: see the step that failed, and then run this again."
	case d.LoggedIn:
		return "Next: imapcompat overview " + address + " 1:10"
	case d.Issuer != "":
		return "Next: imapcompat login " + address + "   (" + guidePage + " shows how to get a client ID)"
	}
	return "Next: imapcompat login " + address
}
