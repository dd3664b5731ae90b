package oauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

const user = "ada@example.com" // oauthtest's

// A login at a provider from beginning to end: a user consents, a loop reads, the server ends the
// session as it does when the token expires, in the loop and during IDLE, a refresh fails and
// succeeds later, and the consent is withdrawn.
func TestMailboxOfProvider(t *testing.T) {
	for name, at := range map[string]struct {
		provider imaptest.Provider
		style    oauthtest.Style
		protocol string
	}{
		"Dovecot":            {imaptest.Dovecot, oauthtest.Standard, "imap"},
		"Dovecot over POP3":  {imaptest.Dovecot, oauthtest.Standard, "pop3"},
		"Gmail":              {imaptest.Gmail, oauthtest.Google, "imap"},
		"Gmail over POP3":    {imaptest.Gmail, oauthtest.Google, "pop3"},
		"Yahoo":              {imaptest.Yahoo, oauthtest.Standard, "imap"},
		"Yahoo over POP3":    {imaptest.Yahoo, oauthtest.Standard, "pop3"},
		"Mail.ru":            {imaptest.MailRu, oauthtest.Standard, "imap"},
		"Exchange":           {imaptest.Exchange, oauthtest.Microsoft, "imap"},
		"Exchange over POP3": {imaptest.Exchange, oauthtest.Microsoft, "pop3"},
	} {
		t.Run(name, func(t *testing.T) {
			// A token that lives half a minute is refreshed before each login.
			auth := oauthtest.NewServer(t, oauthtest.Config{Style: at.style, Lifetime: 30 * time.Second, Rotate: at.style != oauthtest.Google})
			srv := imaptest.Config{User: user, Provider: at.provider, CheckToken: auth.CheckToken}.NewServer(t,
				"Subject: 1\n\nfirst\n", "Subject: 2\n\nsecond\n", "Subject: 3\n\nthird\n")
			mailbox := map[string]string{"imap": srv.IMAP(), "pop3": srv.POP3()}[at.protocol]
			client := auth.Client()
			client.Address, client.Scopes = user, client.Issuer.ScopesFor(at.protocol)
			token, err := client.Browser(t.Context(), auth.Browse)
			if err != nil {
				t.Fatal(err)
			}
			store := oauth.File{Dir: t.TempDir()}
			if err := store.Save(t.Context(), user, token); err != nil {
				t.Fatal(err)
			}
			login := imapcompat.WithTokenSource(client.Stored(t.Context(), store, user))
			// A server without IDLE is asked.
			mbox, err := imapcompat.Open(mailbox, user, "", login, imapcompat.WithWaitInterval(20*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			defer mbox.Close()

			reopen := func() {
				t.Helper()
				before := auth.Granted("refresh_token")
				if err := mbox.Reopen(mailbox); err != nil {
					t.Fatal(err)
				}
				if auth.Granted("refresh_token") == before {
					t.Error("the token was not refreshed")
				}
			}
			var read []string
			for n := 1; n <= 3; n++ {
				text, err := mbox.Body(n)
				if errors.Is(err, imapcompat.ErrConnectionLost) {
					reopen()
					text, err = mbox.Body(n)
				}
				if err != nil {
					t.Fatal(err)
				}
				read = append(read, strings.TrimSpace(text))
				srv.DropConnections()
			}
			if got := strings.Join(read, " "); got != "first second third" {
				t.Errorf("%q", got)
			}
			reopen()

			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			dropped := make(chan struct{})
			time.AfterFunc(20*time.Millisecond, func() { // before or during the wait: both end it
				srv.DropConnections()
				close(dropped)
			})
			if err := mbox.Wait(ctx); !errors.Is(err, imapcompat.ErrConnectionLost) && !errors.Is(err, imapcompat.ErrNotSupported) {
				t.Errorf("Wait: %v", err)
			}
			<-dropped

			auth.Fail(oauthtest.TokenPath, oauthtest.Unavailable, 1)
			if _, err := imapcompat.Open(mailbox, user, "", login); !errors.Is(err, imapcompat.ErrTemporary) {
				t.Errorf("an endpoint in trouble: %v", err)
			}
			reopen()

			auth.Withdraw(user)
			_, err = imapcompat.Open(mailbox, user, "", login)
			if !errors.Is(err, oauth.ErrConsent) || !errors.Is(err, imapcompat.ErrPermanent) || !errors.Is(err, imapcompat.ErrAuthentication) ||
				!strings.Contains(oauth.Advice(err), "imapcompat login "+user) {
				t.Errorf("a consent that is gone: %v; %s", err, oauth.Advice(err))
			}
		})
	}
}
