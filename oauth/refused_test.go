package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// A token that the mail server refuses before its end is refreshed in the same login, for both
// sources and protocols, even if a login is tried once only. One that is new is not.
func TestRefusedToken(t *testing.T) {
	ctx := context.Background()
	later := func() time.Time { return time.Now().Add(10 * time.Minute) }
	sources := map[string]func(*loggedIn) oauth2.TokenSource{
		"Stored": func(l *loggedIn) oauth2.TokenSource { return l.client.Stored(ctx, l.store, address) },
		"Source": func(l *loggedIn) oauth2.TokenSource {
			token, err := l.store.Load(ctx, address)
			check(l.t, err)
			return l.client.Source(ctx, token)
		},
	}
	for name, source := range sources {
		for protocol, mailbox := range map[string]func(*imaptest.Server) string{"imap": (*imaptest.Server).IMAP, "pop3": (*imaptest.Server).POP3} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				l := logIn(t, oauthtest.Config{Rotate: true})
				l.client.Scopes = l.client.Issuer.ScopesFor("imap", "pop3")
				both, err := l.client.Browser(ctx, l.srv.Browse)
				check(t, err)
				check(t, oauth.Replace(ctx, l.store, address, both))
				mail := imaptest.Config{User: address, CheckToken: l.srv.CheckToken}.NewServer(t)
				tokens := source(l)
				open := func() error {
					mbox, err := imapcompat.Open(mailbox(mail), address, "", imapcompat.WithTokenSource(tokens), imapcompat.WithRetries(1))
					if err == nil {
						mbox.Close()
					}
					return err
				}
				check(t, open())
				l.wantRefreshes(0)
				l.srv.Advance(2 * time.Hour) // the token ends, and nobody here knows
				oauth.SetNow(later)
				defer oauth.SetNow(time.Now)
				check(t, open())
				check(t, open())
				l.wantRefreshes(1)
				l.srv.Advance(2 * time.Hour)
				if err := open(); !errors.Is(err, imapcompat.ErrAuthentication) {
					t.Errorf("a new token: %v", err)
				}
				l.wantRefreshes(1)
			})
		}
	}
}

// The error of a token that cannot be renewed is that of the issuer, which says what to do.
func TestRefusedTokenOfNoConsent(t *testing.T) {
	l := logIn(t, oauthtest.Config{})
	mail := imaptest.Config{User: address, CheckToken: l.srv.CheckToken}.NewServer(t)
	token, err := l.store.Load(context.Background(), address)
	check(t, err)
	l.srv.Withdraw(address)
	_, err = imapcompat.Open(mail.IMAP(), address, "", imapcompat.WithTokenSource(l.client.Source(t.Context(), token)))
	if !errors.Is(err, oauth.ErrConsent) {
		t.Errorf("%v", err)
	}
	// Without a refresh token there is none, and the mail server's refusal stays.
	alone := &oauth2.Token{AccessToken: token.AccessToken}
	_, err = imapcompat.Open(mail.IMAP(), address, "", imapcompat.WithTokenSource(l.client.Source(t.Context(), alone)))
	if errors.Is(err, oauth.ErrConsent) || !errors.Is(err, imapcompat.ErrAuthentication) {
		t.Errorf("no refresh token: %v", err)
	}
}

// A token whose end the issuer does not tell is used for 10 minutes, if there can be another.
func TestNoLifetime(t *testing.T) {
	asked := 0
	client := &oauth.Client{
		Issuer: oauth.Issuer{Name: "X", TokenURL: "https://x.example/token", AuthURL: "https://x.example/authorize", AppScopes: []string{"imap"}},
		ID:     "client-id", Secret: clientSecret,
		HTTP: &http.Client{Transport: direct{func(w http.ResponseWriter, r *http.Request) {
			asked++
			refresh := `"refresh_token":"rt",`
			if r.FormValue("grant_type") == "client_credentials" || r.FormValue("code") == "code" && asked == 1 {
				refresh = ""
			}
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, fmt.Sprintf(`{"access_token":"at-%d",%s"token_type":"Bearer"}`, asked, refresh))
		}}},
	}
	ctx := context.Background()
	eternal, err := client.Browser(ctx, redirect) // the user's token, which nothing can replace
	check(t, err)
	if !eternal.Expiry.IsZero() {
		t.Errorf("the end of the only token is %v", eternal.Expiry)
	}
	user, err := client.Browser(ctx, redirect)
	check(t, err)
	for name, source := range map[string]oauth2.TokenSource{
		"app-only": client.AppOnly(ctx), "refreshed": client.Source(ctx, &oauth2.Token{AccessToken: "old", RefreshToken: "rt"}),
		"kept": oauth.Kept(ctx, oauth.File{Dir: t.TempDir()}, address, "test", oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "static"})),
		"user": client.Source(ctx, user),
	} {
		token, err := source.Token()
		check(t, err)
		if left := time.Until(token.Expiry); left > 10*time.Minute || left < 9*time.Minute || token.AccessToken == "old" {
			t.Errorf("%s: %v until the end", name, left)
		}
	}
}
