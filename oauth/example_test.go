package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// provider is an authorization server in the place of Google's or Microsoft's.
func provider(c oauthtest.Config, i oauth.Issuer) (*oauthtest.Server, oauth.Issuer) {
	srv, err := oauthtest.Start(c)
	if err != nil {
		panic(err)
	}
	return srv, at(srv, i)
}

// A user logs in with the browser. The second login asks for IMAP and for sending.
func ExampleClient_Browser() {
	srv, issuer := provider(oauthtest.Config{Style: oauthtest.Microsoft}, oauth.Microsoft(""))
	defer srv.Close()
	client := &oauth.Client{
		Issuer:  issuer, // oauth.Microsoft("")
		ID:      "client-id",
		Scopes:  issuer.ScopesFor("imap", "smtp"),
		Address: "ada@example.com",
	}
	token, err := client.Browser(context.Background(), func(address string) error {
		// A program opens the address, or prints it.
		return srv.Browse(address)
	})
	fmt.Println(err, token.RefreshToken != "")
	// Output: <nil> true
}

// A user logs in on another machine with a code.
func ExampleClient_Device() {
	client := &oauth.Client{Issuer: oauth.Microsoft("contoso.onmicrosoft.com"), ID: "client-id"}
	token, err := client.Device(context.Background(), func(d *oauth2.DeviceAuthResponse) error {
		fmt.Printf("Open %s and enter %s\n", d.VerificationURI, d.UserCode)
		return nil
	})
	if err != nil {
		log.Fatal(oauth.Advice(err))
	}
	mbox, err := imapcompat.Open("{outlook.office365.com:993/imap/ssl}INBOX", "ada@contoso.com", "",
		imapcompat.WithTokenSource(client.Source(context.Background(), token)))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
}

// A refresh token gives access tokens until the user withdraws the consent.
func ExampleClient_Source() {
	srv, issuer := provider(oauthtest.Config{Style: oauthtest.Google}, mustIssuer("google"))
	defer srv.Close()
	client := &oauth.Client{Issuer: issuer, ID: "client-id", Secret: "client-secret", Address: "ada@example.com"}
	token, err := client.Browser(context.Background(), srv.Browse)
	if err != nil {
		fmt.Println(err)
		return
	}
	source := client.Source(context.Background(), &oauth2.Token{RefreshToken: token.RefreshToken})
	_, err = source.Token()
	fmt.Println(err)

	srv.Withdraw("ada@example.com")
	source = client.Source(context.Background(), &oauth2.Token{RefreshToken: token.RefreshToken})
	_, err = source.Token()
	fmt.Println(errors.Is(err, oauth.ErrConsent), errors.Is(err, imapcompat.ErrTemporary))
	// Output:
	// <nil>
	// true false
}

// An application of Microsoft 365 logs in by itself.
func ExampleClient_AppOnly() {
	srv, issuer := provider(oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{
		{ID: "shop", Secret: "secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{"orders@example.com"}},
	}}, oauth.Microsoft("contoso.onmicrosoft.com"))
	defer srv.Close()
	client := &oauth.Client{Issuer: issuer, ID: "shop", Secret: "secret"}
	_, err := client.AppOnly(context.Background()).Token()
	fmt.Println(err)
	// Output: <nil>
}

// A service account of Google reads the mailbox of a user of its domain.
func ExampleServiceAccount() {
	srv, _ := provider(oauthtest.Config{Style: oauthtest.Google}, mustIssuer("google"))
	defer srv.Close()
	key, err := srv.ServiceAccount("https://mail.google.com/") // the JSON file from the console
	if err != nil {
		fmt.Println(err)
		return
	}
	source, err := oauth.ServiceAccount(context.Background(), key, "ada@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = source.Token()
	fmt.Println(source, err)
	// Output: token source of service account robot-1@project.iam.gserviceaccount.com for ada@example.com <nil>
}

func ExampleClient_Revoke() {
	srv, issuer := provider(oauthtest.Config{Style: oauthtest.Google}, mustIssuer("google"))
	defer srv.Close()
	client := &oauth.Client{Issuer: issuer, ID: "client-id", Secret: "client-secret"}
	token, err := client.Browser(context.Background(), srv.Browse)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.Revoke(context.Background(), token))
	// Output: <nil>
}

func ExampleAdviceFor() {
	err := errors.New("[ALERT] Application-specific password required")
	_, command, _ := strings.Cut(oauth.AdviceFor(err, "ada@example.org"), "run ")
	fmt.Println(command)
	// Output: `imapcompat login ada@example.org`
}

// Advice also knows the errors of mail servers.
func ExampleAdvice() {
	err := errors.New("[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)")
	fmt.Println(oauth.Advice(err))
	// Output: The server takes an app password in place of the account's password: make one in the security settings of the account. Or use OAuth2: run `imapcompat login ADDRESS`
}

func ExampleIssuerByID() {
	yandex, _ := oauth.IssuerByID("yandex")
	fmt.Println(yandex.Name, yandex.ScopesFor("imap", "smtp"))
	for _, i := range oauth.Issuers() {
		fmt.Print(i.ID, " ")
	}
	// Output:
	// Yandex [mail:imap_full mail:smtp]
	// aol comcast fastmail google mailru microsoft microsoft-cn microsoft-us yahoo yandex
}

// The mailboxes of the US government are in another cloud.
func ExampleIssuer_ForTenant() {
	us, _ := oauth.IssuerByID("microsoft-us")
	fmt.Println(us.ForTenant("contoso.onmicrosoft.us").TokenURL)
	// Output: https://login.microsoftonline.us/contoso.onmicrosoft.us/oauth2/v2.0/token
}

func mustIssuer(id string) oauth.Issuer {
	i, ok := oauth.IssuerByID(id)
	if !ok {
		panic(id)
	}
	return i
}

// A program on a server, whose user has a browser elsewhere.
func ExampleClient_Paste() {
	srv, issuer := provider(oauthtest.Config{Clients: []oauthtest.Client{
		{ID: "shop", Redirects: []string{"https://localhost/"}},
	}}, oauth.Issuer{Name: "Example", Scopes: map[string][]string{"imap": {"imap"}}})
	defer srv.Close()
	client := &oauth.Client{Issuer: issuer, ID: "shop", Redirect: "https://localhost/"}
	var page string
	show := func(address string) error { page = address; return nil } // a program prints it
	read := func(_ context.Context, mistake string) (string, error) {
		browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := browser.Get(page)
		if err != nil {
			return "", err
		}
		answer.Body.Close()
		return answer.Header.Get("Location"), nil // a user copies it from the address bar
	}
	token, err := client.Paste(context.Background(), show, read)
	fmt.Println(token.Valid(), err)
	// Output: true <nil>
}

// A company's own issuer.
func ExampleDiscover() {
	srv, err := oauthtest.Start(oauthtest.Config{})
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	m, err := oauth.Discover(context.Background(), nil, srv.URL()) // "https://login.example.org/realms/staff"
	if err != nil {
		fmt.Println(err)
		return
	}
	client := &oauth.Client{Issuer: m.AsIssuer(), ID: "client-id", Scopes: []string{"imap"}}
	_, err = client.Browser(context.Background(), srv.Browse)
	fmt.Println(err)
	// Output: <nil>
}

// Metadata from a file.
func ExampleParseMetadata() {
	_, err := oauth.ParseMetadata([]byte(`{"issuer":"https://login.example.org","token_endpoint":"http://login.example.org/token"}`))
	fmt.Println(err)
	// Output: the token endpoint of the metadata is not an https address
}
