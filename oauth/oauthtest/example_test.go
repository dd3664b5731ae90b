package oauthtest_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// A program of Microsoft 365 gets a token for itself, and with it opens the one mailbox that it may
// open.
func Example() {
	srv, err := oauthtest.Start(oauthtest.Config{
		Style: oauthtest.Microsoft,
		Clients: []oauthtest.Client{{
			ID: "shop", Secret: "secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{"orders@example.com"},
		}},
	})
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	for _, secret := range []string{"wrong", "secret"} {
		resp, err := http.PostForm(srv.URL()+oauthtest.TokenPath, url.Values{
			"grant_type": {"client_credentials"}, "scope": {"https://outlook.office365.com/.default"},
			"client_id": {"shop"}, "client_secret": {secret},
		})
		if err != nil {
			panic(err)
		}
		resp.Body.Close()
	}
	for _, request := range srv.Transcript() {
		fmt.Println(request)
	}
	// A test passes CheckToken to imaptest.
	mail := imaptest.Config{Provider: imaptest.Exchange, CheckToken: srv.CheckToken}
	err = mail.CheckToken(imaptest.TokenLogin{Protocol: "imap", User: "orders@example.com", Token: "stolen"})
	var refused *imaptest.TokenError
	fmt.Println("refused:", errors.As(err, &refused))
	// Output:
	// /token client_credentials shop: 401 invalid_client AADSTS7000215
	// /token client_credentials shop: 200
	// refused: true
}
