package account

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/oauth"
)

// Open opens a mailbox of the default book: see [Book.Open].
func Open(ctx context.Context, name string, opts ...imapcompat.Option) (*imapcompat.Connection, error) {
	b, err := Default()
	if err != nil {
		return nil, err
	}
	return b.Open(ctx, name, opts...)
}

// Open opens the INBOX of an address, or another mailbox of it: "ada@example.org/Archive", in
// modified UTF-7 and with the server's delimiter. ctx bounds the opening only, as for
// [imapcompat.OpenContext].
//
// The error matches [ErrNoAccount] if nobody has logged in, and says so. Else it is one of OpenContext:
// [oauth.ErrConsent] if the user has to log in again, [imapcompat.ErrTemporary] if a later try may
// succeed. [oauth.AdviceFor] says what to do.
func (b *Book) Open(ctx context.Context, name string, opts ...imapcompat.Option) (*imapcompat.Connection, error) {
	address, mailbox, ok := Split(name)
	if !ok {
		return nil, invalid("%.80q is no mail address", name)
	}
	a, err := b.Get(address)
	if err != nil {
		return nil, err
	}
	if mailbox == "" {
		mailbox = "INBOX"
	}
	password, own, err := b.login(ctx, a)
	if err != nil {
		return nil, err
	}
	return imapcompat.OpenContext(ctx, a.Name(mailbox), a.LoginName(), password, append(own, opts...)...)
}

// login returns the password or the options that log in to an account.
func (b *Book) login(ctx context.Context, a Account) (password string, opts []imapcompat.Option, err error) {
	switch a.Kind {
	case Password:
		password, err = b.Password(ctx, a)
		return password, nil, err
	case Kerberos:
		return "", []imapcompat.Option{imapcompat.WithMechanism(a.Mechanism())}, nil
	case Certificate:
		pair, err := a.ClientCertificate()
		return "", []imapcompat.Option{imapcompat.WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{pair}})}, err
	}
	// Reopen and Clone ask the source after ctx has ended.
	source, err := b.SourceOf(context.WithoutCancel(ctx), a)
	return "", []imapcompat.Option{imapcompat.WithTokenSource(source)}, err
}

// Source returns the source of the access tokens of an address, for imapcompat.WithTokenSource and
// sendmail.SMTP. It refreshes them, and keeps a refresh token that the issuer replaces. Access tokens
// are kept too, those of the kinds App and ServiceAccount as well: programs that run often do not ask
// the issuer each time. ctx bounds all its requests.
//
// The error matches [ErrNoAccount] if nobody has logged in, and imapcompat.ErrNotSupported if the
// account logs in without a token.
func (b *Book) Source(ctx context.Context, address string) (oauth2.TokenSource, error) {
	a, err := b.Get(address)
	if err != nil {
		return nil, err
	}
	return b.SourceOf(ctx, a)
}

// SourceOf is [Book.Source] for an account.
func (b *Book) SourceOf(ctx context.Context, a Account) (oauth2.TokenSource, error) {
	switch a.Kind {
	case User:
		c, err := b.Client(ctx, a)
		if err != nil {
			return nil, err
		}
		return c.Stored(ctx, b.secrets(a), a.tokenKey()), nil
	case App:
		c, err := b.Client(ctx, a)
		if err != nil {
			return nil, err
		}
		return b.kept(ctx, a, c.AppOnly(ctx), c.Issuer.TokenURL, c.ID, strings.Join(scopesOf(c), " ")), nil
	case ServiceAccount:
		key, err := a.readKey()
		if err != nil {
			return nil, err
		}
		source, err := oauth.ServiceAccount(ctx, key, a.TokenUser(), a.Scopes...)
		if err != nil {
			return nil, err
		}
		return b.kept(ctx, a, source, string(key), a.TokenUser(), strings.Join(a.Scopes, " ")), nil
	}
	return nil, &imapcompat.Error{Func: "Book.Source", Text: a.Address + " logs in by " + string(a.Kind) + ", without a token", Err: imapcompat.ErrNotSupported}
}

// kept returns a source that keeps its tokens with the secrets of an account. The purpose of the tokens
// is what the account was when they were issued: one that is recorded anew does not get those before.
func (b *Book) kept(ctx context.Context, a Account, source oauth2.TokenSource, purpose ...string) oauth2.TokenSource {
	return oauth.Kept(ctx, b.secrets(a), a.accessKey(), fmt.Sprintf("%s %q", a.Kind, purpose), source)
}

// scopesOf returns the scopes of a program that logs in by itself.
func scopesOf(c *oauth.Client) []string {
	if c.Scopes != nil {
		return c.Scopes
	}
	return c.Issuer.AppScopes
}

// readKey reads KeyFile.
func (a Account) readKey() ([]byte, error) {
	key, err := files.Read(a.KeyFile, maxKey)
	if err != nil {
		err = fmt.Errorf("the key with which %s logs in cannot be read, and another login records a new place: %w", a.Address, err)
	}
	return key, err
}

// Client returns the registered program of an account, with its secret or certificate.
func (b *Book) Client(ctx context.Context, a Account) (*oauth.Client, error) {
	issuer, ok := b.IssuerOf(a)
	if !ok {
		return nil, invalid("%s: there is no issuer %q", a.Address, a.Issuer)
	}
	c := &oauth.Client{Issuer: issuer, ID: a.ClientID, Scopes: a.Scopes, Address: a.TokenUser()}
	if a.KeyFile != "" {
		pem, err := a.readKey()
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(pem, pem)
		if err != nil {
			return nil, invalid("%s has no certificate with its key in PEM", a.KeyFile)
		}
		c.Certificate = &pair
		return c, nil
	}
	secret, err := b.clientSecret(ctx, a)
	c.Secret = secret
	return c, err
}

// IssuerOf returns the issuer of an account: that of its metadata, or a known one.
func (b *Book) IssuerOf(a Account) (oauth.Issuer, bool) {
	if a.Metadata != nil {
		return a.Metadata.AsIssuer(), true
	}
	return b.FindIssuer(a.Issuer, a.Tenant)
}

// FindIssuer returns the issuer with an ID, of a tenant if that is not "".
func (b *Book) FindIssuer(id, tenant string) (oauth.Issuer, bool) {
	if b.Issuer != nil {
		return b.Issuer(id, tenant)
	}
	issuer, ok := oauth.IssuerByID(id)
	return issuer.ForTenant(tenant), ok
}

// maxKey bounds a file with a key, in octets.
const maxKey = 1 << 20
