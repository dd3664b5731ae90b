package oauth_test

import (
	"errors"
	"fmt"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// The refusals of mail servers, as users have reported them, have advice.
func TestAdvice(t *testing.T) {
	for _, tt := range []struct{ server, text, want string }{
		{"outlook.office365.com", "BAD User is authenticated but not connected.", "Add-MailboxPermission"},
		{"outlook.office365.com", "AUTHENTICATE failed.", "Get-CASMailbox"},
		{"outlook.office365.com", "LOGIN failed.", "no passwords"},
		{"imap.example.org", "LOGIN failed.", ""},
		{"outlook.office365.com", "Basic authentication is disabled.", "no passwords"},
		{"outlook.office365.com", "LOGIN failed. Account is blocked. Login to your account via a web browser to verify your identity.", "locked"},
		{"imap.gmail.com", "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)", "app password"},
		{"imap.gmail.com", "[WEBALERT https://accounts.google.com/signin/continue] Web login required. (Failure)", "browser"},
		{"imap.gmail.com", "[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)", "browser"},
		{"imap.gmail.com", "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page. (Failure)", "Forwarding and POP/IMAP"},
		{"imap.gmail.com", "[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator. (Failure)", "administrator"},
		{"pop.gmail.com", "[SYS/PERM] Your account is not enabled for POP access.", "Forwarding and POP/IMAP"},
		{"smtp.office365.com", "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.", "Set-TransportConfig"},
		{"smtp.office365.com", "5.7.139 Authentication unsuccessful, basic authentication is disabled.", "no passwords"},
		{"imap.example.org", "[AUTHENTICATIONFAILED] Authentication failed.", ""},
	} {
		for _, err := range []error{
			&imapcompat.Error{Func: "imap_open", Text: "Couldn't open stream {" + tt.server + ":993/imap/ssl}INBOX", Errors: []string{tt.text, "the last entry"}},
			fmt.Errorf("%s: %w", tt.server, &textproto.Error{Code: 535, Msg: tt.text}),
		} {
			got := oauth.Advice(err)
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("%s: %q", tt.text, got)
			}
		}
	}
	if oauth.Advice(nil) != "" || oauth.Advice(errors.New("x")) != "" {
		t.Error("there is advice about nothing")
	}
	for _, a := range oauth.Advisories() {
		if len(a.Says) == 0 || a.Advice == "" || !strings.HasPrefix(a.Source, "https://") {
			t.Errorf("%+v lacks something", a)
		}
	}
}

// The refusal of a token by a server is told with the status of its answer (RFC 7628).
func TestAdviceOfRefusedToken(t *testing.T) {
	srv := imaptest.Config{Token: "token"}.NewServer(t)
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "wrong"})
	_, err := imapcompat.Open(srv.IMAP(), srv.User, "", imapcompat.WithTokenSource(source))
	if got := oauth.Advice(err); err == nil || got == "" {
		t.Errorf("%v: %q", err, got)
	}
}

// Servers that behave as Exchange and Gmail do are told apart: a mailbox to which the program has
// no right, and a token with another scope.
func TestAdviceOfProviders(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{
		{ID: "shop", Secret: "secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{"orders@example.com"}},
		{ID: "pop", Secret: "secret", Roles: []string{"POP.AccessAsApp"}, Mailboxes: []string{"orders@example.com"}},
	}})
	mail := imaptest.Config{Provider: imaptest.Exchange, User: "orders@example.com", CheckToken: srv.CheckToken}.NewServer(t)
	for _, tt := range []struct{ id, user, want string }{
		{"shop", "orders@example.com", ""},
		{"shop", "boss@example.com", "Add-MailboxPermission"},
		{"pop", "orders@example.com", "Get-CASMailbox"},
	} {
		c := &oauth.Client{Issuer: at(srv, oauth.Microsoft("contoso.example")), ID: tt.id, Secret: "secret"}
		mbox, err := imapcompat.Open(mail.IMAP(), tt.user, "", imapcompat.WithTokenSource(c.AppOnly(t.Context())))
		if err == nil {
			// As in PHP, the connection is open without a mailbox if that is refused.
			if text := mbox.LastError(); text != "" {
				err = errors.New(text)
			}
			mbox.Close()
		} else if tt.id == "pop" { // the name of the server tells that it is Exchange
			err = fmt.Errorf("{outlook.office365.com:993}: %w", err)
		}
		if got := oauth.Advice(err); (err == nil) != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s as %s: %v: %q", tt.id, tt.user, err, got)
		}
	}
}

// Each issuer has what a login needs, and says where it is from; provider.TestSources checks the
// sources.
func TestIssuers(t *testing.T) {
	for _, i := range oauth.Issuers() {
		if found, ok := oauth.IssuerByID(i.ID); !ok || found.TokenURL != i.TokenURL {
			t.Errorf("%s is not found", i.ID)
		}
		for _, address := range []string{i.AuthURL, i.TokenURL, i.DeviceURL, i.RevokeURL, i.Consents, i.Console} {
			u, err := url.Parse(address)
			if err != nil || address != "" && (u.Scheme != "https" || u.Host == "") {
				t.Errorf("%s: %q", i.ID, address)
			}
		}
		if i.Name == "" || i.AuthURL == "" || i.TokenURL == "" || len(i.Scopes["imap"]) == 0 || len(i.Facts) == 0 {
			t.Errorf("%s lacks something", i.ID)
		}
		// What a caller changes does not stay.
		i.Scopes["imap"][0] = "changed"
		if again, _ := oauth.IssuerByID(i.ID); again.Scopes["imap"][0] == "changed" {
			t.Errorf("%s can be changed", i.ID)
		}
	}
	for tenant, want := range map[string]string{
		"":            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
		"consumers":   "https://login.microsoftonline.com/consumers/oauth2/v2.0/token",
		"a/../b?c#d%": "https://login.microsoftonline.com/a%2F..%2Fb%3Fc%23d%25/oauth2/v2.0/token",
	} {
		if got := oauth.Microsoft(tenant).TokenURL; got != want {
			t.Errorf("%q: %s", tenant, got)
		}
	}
}

// The commands of advice have the address of the mailbox, unless a shell would not take it as a word.
func TestAdviceFor(t *testing.T) {
	seen := 0
	for _, a := range oauth.Advisories() {
		err := errors.New(strings.Join(a.Says, " "))
		for _, own := range []string{"ada@example.org", "ada.l+mail@example.org"} {
			advice := oauth.AdviceFor(err, own)
			if strings.Contains(advice, "ADDRESS") {
				t.Errorf("%q: %s", a.Says, advice)
			}
			seen += strings.Count(advice, own)
		}
		for _, odd := range []string{"", "$(reboot)@example.org", "a b@example.org", "-x@example.org", "a`b@example.org", "a*@example.org", "ada\r\n@example.org"} {
			if got := oauth.AdviceFor(err, odd); got != oauth.Advice(err) {
				t.Errorf("%q: %s", odd, got)
			}
		}
	}
	if seen == 0 {
		t.Error("no advice has an address")
	}
}
