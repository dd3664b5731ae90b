package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/oauth"
)

// The places of secrets, in Account.Secrets.
const (
	InKeyring = "keyring"
	InFiles   = "files"
)

// files is the store of files.
func (b *Book) files() oauth.File { return oauth.File{Dir: filepath.Join(b.Dir, "secrets")} }

// secrets returns the store with the secrets of an account.
func (b *Book) secrets(a Account) oauth.Store {
	switch {
	case b.Store != nil:
		return b.Store
	case a.Secrets == InKeyring:
		return b.keyring()
	}
	return b.files()
}

// Place returns where the secrets of a new account go: InKeyring if the keyring works, else
// InFiles. Where the book has a Store of its own, it is "".
func (b *Book) Place(ctx context.Context) string {
	if b.Store != nil {
		return ""
	}
	if !b.NoKeyring && b.keyringWorks(ctx) {
		return InKeyring
	}
	return InFiles
}

// DescribePlace tells a user where the secrets of an account are.
func (b *Book) DescribePlace(a Account) string {
	switch {
	case b.Store != nil:
		return "in the program's own store"
	case a.Secrets == InKeyring:
		return "in the keyring of the operating system"
	}
	return fmt.Sprintf("in files that only you can read, not encrypted, in %s", b.files().Dir)
}

// The keys of the store. A token belongs to a user and a registered program, so that two programs of
// the same user do not replace each other's.
func (a Account) tokenKey() string {
	return key(strings.ToLower(a.TokenUser()), "at", a.Issuer, a.Tenant, "with", a.ClientID)
}
func (a Account) passwordKey() string { return key("password of", strings.ToLower(forDNS(a.Address))) }
func (a Account) clientKey() string   { return key("client", a.ClientID, "at", a.Issuer, a.Tenant) }

// accessKey is that of an access token without a refresh token. That of a program opens all of its
// mailboxes.
func (a Account) accessKey() string {
	if a.Kind == App {
		return key("access of client", a.ClientID, "at", a.Issuer, a.Tenant)
	}
	return key("access for", strings.ToLower(a.TokenUser()))
}

// maxKeyName is less than the longest name that package keyring takes, in octets.
const maxKeyName = 200

func key(words ...string) string {
	name := strings.Join(words, " ")
	if len(name) > maxKeyName {
		return fmt.Sprintf("sha256 %x", sha256.Sum256([]byte(name)))
	}
	return name
}

// keys are what an account has in the store.
func (a Account) keys() []string {
	switch a.Kind {
	case User:
		return []string{a.tokenKey(), a.clientKey()}
	case App:
		return []string{a.clientKey(), a.accessKey()}
	case ServiceAccount:
		return []string{a.accessKey()}
	case Password:
		return []string{a.passwordKey()}
	}
	return nil
}

// SaveToken keeps the token that a user has consented to.
func (b *Book) SaveToken(ctx context.Context, a Account, t *oauth2.Token) error {
	return oauth.Replace(ctx, b.secrets(a), a.tokenKey(), t)
}

// Token returns the token as it was kept last. It may have expired. The error matches
// oauth.ErrNoToken if there is none.
func (b *Book) Token(ctx context.Context, a Account) (*oauth2.Token, error) {
	return b.secrets(a).Load(ctx, a.tokenKey())
}

// Withdraw has the issuer revoke the token of an account, and removes it, as
// [oauth.Client.Withdraw] does. The account stays: see [Book.Remove] and [Book.SharesToken].
func (b *Book) Withdraw(ctx context.Context, a Account) error {
	client, err := b.Client(ctx, a)
	if err != nil {
		return err
	}
	return client.Withdraw(ctx, b.secrets(a), a.tokenKey())
}

// SavePassword keeps the password of an account.
func (b *Book) SavePassword(ctx context.Context, a Account, password string) error {
	return oauth.Replace(ctx, b.secrets(a), a.passwordKey(), text(password))
}

// Password returns the password of an account of the kind Password.
func (b *Book) Password(ctx context.Context, a Account) (string, error) {
	t, err := b.secrets(a).Load(ctx, a.passwordKey())
	if err != nil {
		return "", fmt.Errorf("the password of %s: %w", a.Address, err)
	}
	return t.AccessToken, nil
}

// SaveClientSecret keeps the secret of the registered program.
func (b *Book) SaveClientSecret(ctx context.Context, a Account, secret string) error {
	return oauth.Replace(ctx, b.secrets(a), a.clientKey(), text(secret))
}

// clientSecret returns the secret of the registered program, "" if there is none.
func (b *Book) clientSecret(ctx context.Context, a Account) (string, error) {
	t, err := b.secrets(a).Load(ctx, a.clientKey())
	if errors.Is(err, oauth.ErrNoToken) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the secret of the client: %w", err)
	}
	return t.AccessToken, nil
}

// text is a secret that is no token, in the form of the store.
func text(secret string) *oauth2.Token { return &oauth2.Token{AccessToken: secret, TokenType: "text"} }
