package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// A user logs in once. Jobs that run later open the mailbox with the stored token.
func ExampleClient_Stored() {
	ctx := context.Background()
	issuer, err := oauthtest.Start(oauthtest.Config{Style: oauthtest.Google}) // a program has IssuerByID("google")
	if err != nil {
		panic(err)
	}
	defer issuer.Close()
	mail, err := imaptest.Start(imaptest.Config{CheckToken: issuer.CheckToken, Mechanisms: []string{imaptest.XOAuth2}})
	if err != nil {
		panic(err)
	}
	defer mail.Close()
	dir, err := os.MkdirTemp("", "tokens")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	const account = "ada@example.com"
	client, store := issuer.Client(), oauth.File{Dir: filepath.Join(dir, "tokens")}
	job := func() error {
		source := client.Stored(ctx, store, account)
		mbox, err := imapcompat.Open(mail.IMAP(), account, "", imapcompat.WithTokenSource(source))
		if err != nil {
			return err
		}
		return mbox.Close()
	}
	_, err = client.Stored(ctx, store, account).Token()
	fmt.Println("nobody has logged in:", errors.Is(err, oauth.ErrNoToken))

	token, err := client.Browser(ctx, issuer.Browse)
	if err != nil {
		panic(err)
	}
	if err := oauth.Replace(ctx, store, account, token); err != nil {
		panic(err)
	}
	for range 3 {
		if err := job(); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("refreshes:", issuer.Granted("refresh_token"))
	// Output:
	// nobody has logged in: true
	// refreshes: 0
}

// table is a program's own store.
type table map[string][]byte

func (s table) Load(_ context.Context, account string) (*oauth2.Token, error) {
	row, ok := s[account]
	if !ok {
		return nil, oauth.ErrNoToken
	}
	return oauth.DecodeToken(account, row)
}

func (s table) Save(_ context.Context, account string, t *oauth2.Token) error {
	if t == nil {
		delete(s, account)
		return nil
	}
	row, err := oauth.EncodeToken(account, t)
	if err == nil {
		s[account] = row
	}
	return err
}

func ExampleStore() {
	ctx := context.Background()
	store := table{}
	token := &oauth2.Token{AccessToken: "access", RefreshToken: "refresh", Expiry: time.Now().Add(time.Hour)}
	if err := oauth.Replace(ctx, store, "ada@example.com", token); err != nil {
		panic(err)
	}
	client := &oauth.Client{Issuer: oauth.Microsoft(""), ID: "11111111-2222-3333-4444-555555555555"}
	stored, err := client.Stored(ctx, store, "ada@example.com").Token()
	if err != nil {
		panic(err)
	}
	fmt.Println(stored.AccessToken)
	// Output: access
}

// Jobs of an application, which has no user, ask for one token.
func ExampleKept() {
	ctx := context.Background()
	issuer, err := oauthtest.Start(oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{
		{ID: "shop", Secret: "secret", Roles: []string{"IMAP.AccessAsApp"}},
	}}) // a program has oauth.Microsoft("contoso.onmicrosoft.com")
	if err != nil {
		panic(err)
	}
	defer issuer.Close()
	store := table{}
	for range 3 {
		source := oauth.Kept(ctx, store, "shop", "shop at contoso.onmicrosoft.com", issuer.Client().AppOnly(ctx))
		if _, err := source.Token(); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("requests:", issuer.Granted("client_credentials"))
	// Output: requests: 1
}

func ExampleClient_Withdraw() {
	ctx := context.Background()
	issuer, err := oauthtest.Start(oauthtest.Config{}) // a program has IssuerByID("google")
	if err != nil {
		panic(err)
	}
	defer issuer.Close()
	client, store := issuer.Client(), table{}
	token, err := client.Browser(ctx, issuer.Browse)
	if err != nil {
		panic(err)
	}
	if err := oauth.Replace(ctx, store, "ada@example.com", token); err != nil {
		panic(err)
	}
	fmt.Println(client.Withdraw(ctx, store, "ada@example.com"))
	_, err = client.Stored(ctx, store, "ada@example.com").Token()
	fmt.Println(errors.Is(err, oauth.ErrNoToken))
	// Output:
	// <nil>
	// true
}
