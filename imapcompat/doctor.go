package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/sasl"
	"github.com/imapcompat/imapcompat/provider"
)

// The results of a step of doctor.
const (
	stepOK      = "ok"
	stepWarning = "warning" // the mailbox can be opened nevertheless
	stepFailed  = "failed"
	stepSkipped = "skipped"
)

// finding is what doctor says about a step on the way to the mailbox.
type finding struct {
	Step   string `json:"step"`
	Result string `json:"result"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

// diagnosis is the document of "imapcompat doctor --json".
type diagnosis struct {
	Version string    `json:"version"`
	Go      string    `json:"go"`
	System  string    `json:"system"`
	Mailbox string    `json:"mailbox"`
	Steps   []finding `json:"steps"`
	Exit    int       `json:"exit"`
}

// doctor examines a mailbox.
type doctor struct {
	*cli
	request *request
	name    mailboxname.Name
	steps   []finding

	certificate *tls.Certificate // of the client, or nil
}

func doctorSubcommand() *subcommand {
	return &subcommand{
		name: "doctor", arguments: []string{"MAILBOX"},
		flags:   []string{"imap", "json", "pop3", "user", "timeout"},
		options: []imapcompat.Option{imapcompat.WithRetries(1)}, // some providers lock an account out
		summary: "go through a login step by step, and say what is wrong",
		details: "The steps are the name of the host, the connection to each of its addresses, TLS with\n" +
			"the certificate, the greeting, the capabilities, the login and the mailbox. Each is a\n" +
			"line: ok, warning, failed or skipped, what was found, and what to do. The output has no\n" +
			"password, no token and nothing of a message: it is what a bug report needs. Nothing is\n" +
			"changed, and no message becomes read.",
		run: runDoctor,
	}
}

func runDoctor(ctx context.Context, c *cli, r *request) error {
	d, failure := c.examine(ctx, r)
	if d == nil {
		return failure
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	code := exitCodeOf(failure)
	if err := d.conclude(code); err != nil {
		return err
	}
	if code != 0 {
		return exitStatus(code)
	}
	return nil
}

// exitCodeOf returns the exit code of a step that failed.
func exitCodeOf(failure error) int {
	switch {
	case failure == nil:
		return 0
	case passes(failure):
		return exitTemporary
	}
	return exitFailure
}

// examine examines a mailbox. The doctor is nil if that could not begin.
func (c *cli) examine(ctx context.Context, r *request) (*doctor, error) {
	if err := c.lookUp(ctx, r); err != nil {
		return nil, err
	}
	name, err := c.checkMailbox(r)
	if err != nil {
		return nil, err
	}
	d := &doctor{cli: c, request: r, name: name}
	if way := r.way(); way != nil && way.Kind == account.Certificate {
		access, err := c.accountAccess(ctx, way)
		if err != nil {
			return nil, err
		}
		d.certificate = access.certificate
	}
	c.progress, c.change.done = "the examination is not finished", "nothing is changed"
	return d, d.examine(ctx)
}

// lookUp replaces an address that nobody has logged in to by the name of its INBOX, as its provider
// has it.
func (c *cli) lookUp(ctx context.Context, r *request) error {
	if err := r.refuseURL(); err != nil {
		return err
	}
	address, mailbox, ok := account.Split(r.mailbox)
	if !ok || account.CheckAddress(address) != nil {
		return nil // checkMailbox reports it
	}
	book, err := c.accounts()
	if err != nil {
		return err
	}
	if _, err := book.Get(address); !errors.Is(err, account.ErrNoAccount) {
		return err
	}
	settings, err := c.finder().Find(ctx, address)
	if err != nil {
		return err
	}
	r.mailbox, err = settings.Mailbox(r.protocol(), cmp.Or(mailbox, "INBOX"))
	if !r.namesUser() {
		r.user = cmp.Or(r.user, settings.Address)
	}
	return err
}

// protocol returns that of --imap or --pop3, "" for none.
func (r *request) protocol() string {
	switch {
	case r.imap:
		return provider.IMAP
	case r.pop3:
		return provider.POP3
	}
	return ""
}

// examine goes through the steps. Its error is that of the step that failed.
func (d *doctor) examine(ctx context.Context) error {
	d.report(finding{Step: "mailbox", Result: stepOK, Text: d.described()})
	modes := []backend.TLSMode{d.name.TLSMode()}
	if d.name.TrySSL {
		modes = []backend.TLSMode{backend.TLSImplicit, modes[0]}
	}
	var found *visit
	var err error
	for i, mode := range modes {
		if found, err = d.visit(ctx, mode); err == nil {
			break
		}
		if i < len(modes)-1 {
			d.steps[len(d.steps)-1].Result = stepWarning
		}
	}
	if err != nil {
		return err
	}
	return d.login(ctx, found)
}

// described returns the name of the mailbox in words.
func (d *doctor) described() string {
	security := map[backend.TLSMode]string{
		backend.TLSImplicit:    "TLS from the first octet",
		backend.TLSRequired:    "STARTTLS required",
		backend.TLSWhenOffered: "STARTTLS if the server offers it",
		backend.TLSNever:       "no encryption (/notls)",
	}[d.name.TLSMode()]
	text := fmt.Sprintf("%s on %s, port %d, %s", strings.ToUpper(d.name.Service), bothForms(d.name.Host), d.name.ConnectPort(d.name.TLSMode()), security)
	if d.name.NoValidateCert {
		text += ", any certificate (/novalidate-cert)"
	}
	return text
}

// report records and shows a step.
func (d *doctor) report(s finding) {
	s.Text = clean(s.Text)
	var advice []string
	for line := range strings.Lines(s.Advice) {
		advice = append(advice, clean(strings.TrimSpace(line)))
	}
	s.Advice = strings.Join(advice, "\n")
	d.steps = append(d.steps, s)
	if d.request.json {
		return
	}
	fmt.Fprintf(d.stdout, "%-7s  %-12s  %s\n", s.Result, s.Step, s.Text)
	for _, line := range advice {
		fmt.Fprintf(d.stdout, "%21s  %s\n", "", line)
	}
}

// fail records a failed step, and returns its error.
func (d *doctor) fail(name, text, advice string, err error) error {
	d.report(finding{Step: name, Result: stepFailed, Text: text, Advice: advice})
	return &stepError{text, err}
}

// stepError is the error of a step that was shown.
type stepError struct {
	text string
	err  error
}

func (e *stepError) Error() string { return e.text }
func (e *stepError) Unwrap() error { return e.err }

// Is tells whether a failure of the network may pass.
func (e *stepError) Is(target error) bool {
	return target == imapcompat.ErrTemporary && dial.Prospect(e.err) == imapcompat.ErrTemporary
}

// login logs in with the library, as every other subcommand does, and opens the mailbox.
func (d *doctor) login(ctx context.Context, found *visit) error {
	offered := "it offers " + commas(found.mechanisms, "no SASL mechanism")
	access, err := d.access(ctx, d.request, d.name)
	if err != nil {
		d.report(finding{Step: "login", Result: stepSkipped, Text: offered + "; there is no password or token: " + describe(err),
			Advice: `Set IMAPCOMPAT_PASSWORD or IMAPCOMPAT_TOKEN, run the command at a terminal, which asks, or log in once with "imapcompat login".`})
		return nil
	}
	mbox, err := d.connect(ctx, d.request, d.name, access)
	if err != nil {
		advice := advise(err)
		if access.byPassword() && advice == "" && errors.Is(err, imapcompat.ErrAuthentication) {
			advice = "Check the login name and the password. Many providers take no account password here, but an app password or OAuth2."
		}
		if unused := found.adviseUnused(err, access); unused != "" {
			advice = unused
		}
		advice = cmp.Or(found.adviseCredentials(err, access), advice)
		return d.fail("login", offered+"; the login failed: "+reasonOf(err), advice, err)
	}
	defer mbox.Close()
	absent := checkSelected(mbox) // before Errors, which empties the list
	d.report(finding{Step: "login", Result: stepOK, Text: offered + "; logged in" + d.usedMechanism(found, access, mbox.Errors())})
	return d.selected(mbox, absent)
}

// adviseUnused returns the advice for a password or token that was not sent, because the server
// has no way to take it, or "".
func (v *visit) adviseUnused(err error, access access) string {
	const noToken = " The server does not take OAuth2: log in with a password (IMAPCOMPAT_PASSWORD)."
	unsent := "The password was not sent: the server "
	if access.source != nil {
		unsent = "The token was not sent: the server "
	}
	var unusable *sasl.Unusable
	switch {
	case !errors.Is(err, imapcompat.ErrAuthentication), access.source == nil && access.password == "":
		return ""
	case errors.As(err, &unusable):
	case len(v.mechanisms) == 0 && slices.Contains(v.capabilities, "LOGINDISABLED"):
		return unsent + "takes no login on this connection." + v.encryptFirst()
	case len(v.mechanisms) == 0 && access.source != nil:
		return unsent + "offers no SASL mechanism." + noToken
	default:
		return ""
	}
	unsent += "offers only " + commas(unusable.Offered, "") + ", and none of them can be used here."
	byToken := slices.Contains(unusable.Offered, "OAUTHBEARER") || slices.Contains(unusable.Offered, "XOAUTH2")
	switch {
	case byToken && access.source != nil:
		return unsent + v.encryptFirst()
	case byToken:
		return unsent + ` Log in with OAuth2: "imapcompat login", or IMAPCOMPAT_TOKEN.` + v.encryptFirst()
	case access.source != nil:
		return unsent + noToken
	}
	return unsent
}

// encryptFirst advises to encrypt a connection that is not encrypted.
func (v *visit) encryptFirst() string {
	if v.tls != nil {
		return ""
	}
	return " The connection is not encrypted: use /ssl, with the port for TLS, or /tls."
}

// usedMechanism tells how the login was made. The library tries the mechanisms in the order of
// sasl.Mechanisms, and reports those that it has retried.
func (d *doctor) usedMechanism(found *visit, access access, notices []string) string {
	cfg := &backend.Config{TokenSource: access.source, Anonymous: d.name.Anonymous, Secure: d.name.Secure,
		AuthUser: d.name.AuthUser, TLS: found.mode}
	if access.mechanism != nil {
		return " with " + access.mechanism.Name()
	}
	cfg.TLSConfig = withCertificate(nil, access.certificate)
	usable := sasl.Mechanisms(cfg, found.mechanisms, found.tls)
	switch {
	case len(usable) == 1 || len(usable) > 0 && !slices.ContainsFunc(notices, isRetry):
		return " with " + usable[0].Name
	case len(usable) > 0:
		return ", after a refusal of " + usable[0].Name
	case d.name.Service == "pop3":
		return " with APOP or USER and PASS"
	}
	return " with the command LOGIN"
}

func isRetry(notice string) bool { return strings.HasPrefix(notice, "Retrying ") }

// selected tells whether the mailbox is open. absent is the error of one that does not exist.
func (d *doctor) selected(mbox *imapcompat.Connection, absent error) error {
	if absent != nil {
		return d.fail("select", reasonOf(absent), cmp.Or(advise(d.request.about(d.name, absent)), `"imapcompat list" shows the names of the mailboxes.`), absent)
	}
	if _, err := mbox.NumMsg(); err != nil {
		return d.fail("select", reasonOf(err), advise(d.request.about(d.name, err)), err)
	}
	if d.name.Service == "pop3" {
		d.report(finding{Step: "stat", Result: stepOK, Text: "the maildrop is open"})
	} else {
		d.report(finding{Step: "select", Result: stepOK, Text: fmt.Sprintf("the mailbox %s is open", cmp.Or(d.name.Mailbox, "INBOX"))})
	}
	for _, alert := range mbox.Alerts() {
		d.report(finding{Step: "alert", Result: stepWarning, Text: "the server says: " + alert})
	}
	return nil
}

// conclude prints the document of --json, or what a report needs beside the steps.
func (d *doctor) conclude(code int) error {
	version, goVersion := buildVersion()
	system := runtime.GOOS + "/" + runtime.GOARCH
	if d.request.json {
		return d.printJSON(diagnosis{version, goVersion, system, d.shownMailbox(), d.steps, code})
	}
	fmt.Fprintf(d.stdout, "\nimapcompat %s, %s, %s, %s\n", version, goVersion, system, time.Now().UTC().Format(time.DateOnly))
	return nil
}

// shownMailbox is the name of the mailbox. mailboxname.Parse accepts no password in it.
func (d *doctor) shownMailbox() string { return clean(d.request.mailbox) }

// commas returns names with commas.
func commas(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

// reasonOf returns what the server or the library says about a failure, without the name of the
// function and of the mailbox, which doctor has shown.
func reasonOf(err error) string {
	var e *imapcompat.Error
	if !errors.As(err, &e) || len(e.Errors) == 0 {
		return describe(err)
	}
	var reasons []string
	for _, reason := range e.Errors {
		if !aboutTries(reason) && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	text := strings.Join(reasons, "; ")
	var said *backend.Error
	if errors.As(e.Err, &said) && said.Err != nil && !strings.Contains(text, said.Err.Error()) {
		text += " (" + said.Err.Error() + ")"
	}
	return text
}
