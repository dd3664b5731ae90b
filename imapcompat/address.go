package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/oauth"
)

// resolve replaces an address in place of the name of the mailbox by what "imapcompat login" has
// recorded for it. A name that begins with "{" is none.
func (c *cli) resolve(r *request) error {
	if strings.HasPrefix(strings.TrimSpace(r.mailbox), "{") {
		return nil
	}
	if err := r.refuseURL(); err != nil {
		return err
	}
	address, mailbox, ok := account.Split(r.mailbox)
	if !ok {
		return r.usage("a mailbox is named {host/flags}name, as %q, or is an address, as ada@example.org; mind the quotes", "{imap.example.org/ssl}INBOX")
	}
	if err := account.CheckAddress(address); err != nil {
		return r.usage("%v", err)
	}
	book, err := c.accounts()
	if err != nil {
		return err
	}
	a, err := book.Get(address)
	if err != nil {
		return err
	}
	if mailbox == "" && r.subcommand.name != "list" { // of list it is the beginning of the names
		mailbox = "INBOX"
	}
	r.account, r.mailbox = &a, a.Name(mailbox)
	if r.user == "" {
		r.user = a.LoginName()
	}
	return nil
}

// refuseURL refuses a URL in place of the name of a mailbox, and does not show it: it may have a
// password, and people send what doctor prints to others.
func (r *request) refuseURL() error {
	if strings.Contains(r.mailbox, "://") && !strings.HasPrefix(strings.TrimSpace(r.mailbox), "{") {
		return r.usage("a mailbox is named {host/flags}name, as %q, or is an address, as ada@example.org, and is no URL", "{imap.example.org/ssl}INBOX")
	}
	return nil
}

// recorded returns the account whose user is named in the name of a mailbox: the one of /authuser,
// or of /user. A password or token in the environment goes first, and so does --user. The account is
// only for its own server, with no weaker encryption.
func (c *cli) recorded(r *request, name mailboxname.Name) (*account.Account, error) {
	owner := name.AuthUser
	if owner == "" {
		owner = name.User
	}
	_, password := c.lookupEnv("IMAPCOMPAT_PASSWORD")
	if owner == "" || r.user != "" || r.login != nil || password || c.getenv("IMAPCOMPAT_TOKEN") != "" || account.CheckAddress(owner) != nil {
		return nil, nil
	}
	book, err := c.accounts()
	if err != nil {
		return nil, nil // a machine without a folder for accounts has none
	}
	a, err := book.Get(owner)
	switch {
	case errors.Is(err, account.ErrNoAccount):
		return nil, nil
	case err != nil:
		return nil, err
	}
	own, err := mailboxname.Parse(a.Mailbox)
	if err != nil || !strings.EqualFold(own.Host, name.Host) || own.Service != name.Service ||
		own.ConnectPort(own.TLSMode()) != name.ConnectPort(name.TLSMode()) ||
		own.TLSMode() != name.TLSMode() || own.NoValidateCert != name.NoValidateCert || name.TrySSL {
		return nil, nil
	}
	return &a, nil
}

// accountAccess returns the secret of a recorded account.
func (c *cli) accountAccess(ctx context.Context, a *account.Account) (access, error) {
	book, err := c.accounts()
	if err != nil {
		return access{}, err
	}
	switch a.Kind {
	case account.Password:
		password, err := book.Password(ctx, *a)
		return access{password: password}, err
	case account.Kerberos:
		return access{mechanism: a.Mechanism()}, nil
	case account.Certificate:
		pair, err := a.ClientCertificate()
		return access{certificate: &pair}, err
	}
	source, err := book.SourceOf(ctx, *a)
	return access{source: source}, err
}

// mailboxError is an error about the mailbox of somebody.
type mailboxError struct {
	error
	address  string // "" if it is not known
	delegate string // whose token opens it, if that is another's
}

func (e mailboxError) Unwrap() error { return e.error }

// about returns an error of a mailbox with whose mailbox it is, for advise.
func (r *request) about(name mailboxname.Name, err error) error {
	if err == nil {
		return nil
	}
	if a := r.account; a != nil {
		return mailboxError{err, a.Address, a.Delegate}
	}
	of := mailboxError{err, cmp.Or(r.user, name.User), name.AuthUser}
	if account.CheckAddress(of.address) != nil {
		of.address = ""
	}
	if account.CheckAddress(of.delegate) != nil {
		of.delegate = ""
	}
	return of
}

// advise returns what to do about an error, "" if nothing is known.
func advise(err error) string {
	var with advised
	if errors.As(err, &with) {
		return with.advice
	}
	var of mailboxError
	errors.As(err, &of)
	if advice := oauth.AdviceFor(err, of.address); advice != "" {
		if of.delegate != "" {
			return strings.ReplaceAll(advice, "imapcompat login "+of.address, "imapcompat login --mailbox "+of.address+" "+of.delegate)
		}
		return advice
	}
	var said *imapcompat.Error
	if errors.As(err, &said) && errors.Is(err, backend.ErrCertificate) {
		return "Run \"imapcompat doctor\" with the same arguments: it explains the certificate."
	}
	return ""
}

// withAdvice returns an error in one line, and what to do about it.
func withAdvice(err error) string {
	text := describe(err)
	if advice := strings.Join(strings.Fields(advise(err)), " "); advice != "" && !strings.Contains(text, advice) {
		text += ". " + advice
	}
	return text
}

// sayAdvice prints what to do about an error, a line for each step, unless the error has said it.
func (c *cli) sayAdvice(err error) {
	said := strings.Join(strings.Fields(err.Error()), " ")
	advice := advise(err)
	if strings.Contains(said, strings.Join(strings.Fields(advice), " ")) {
		return
	}
	for line := range strings.Lines(advice) {
		c.say("%s", strings.TrimSpace(line))
	}
}
