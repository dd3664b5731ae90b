package account_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// robot is an account that logs in without a user, and its servers.
type robot struct {
	t     *testing.T
	auth  *oauthtest.Server
	mail  *imaptest.Server
	dir   string
	owner account.Account
	grant string
}

// robots are accounts of each kind that logs in without a user.
func robots(t *testing.T, f func(*testing.T, *robot)) {
	t.Run("app-only", func(t *testing.T) {
		client := oauthtest.Client{ID: "client-id", Secret: "client-secret", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{ada, bob}}
		other := client
		other.ID = "other-id"
		r := newRobot(t, oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{client, other}}, "client_credentials")
		r.owner = account.Account{Address: ada, Mailbox: r.mail.IMAP(), Kind: account.App, Issuer: "microsoft", Tenant: "example.com", ClientID: client.ID, Secrets: account.InFiles}
		r.put(r.owner)
		must(t, r.book().SaveClientSecret(context.Background(), r.owner, client.Secret))
		f(t, r)
	})
	t.Run("service account", func(t *testing.T) {
		r := newRobot(t, oauthtest.Config{Style: oauthtest.Google, Users: []oauthtest.User{{Address: ada}, {Address: bob}}}, "urn:ietf:params:oauth:grant-type:jwt-bearer")
		r.owner = account.Account{Address: ada, Mailbox: r.mail.IMAP(), Kind: account.ServiceAccount, KeyFile: r.newKey(), Secrets: account.InFiles}
		r.put(r.owner)
		f(t, r)
	})
}

const bob = "bob@example.com"

func newRobot(t *testing.T, config oauthtest.Config, grant string) *robot {
	auth := oauthtest.NewServer(t, config)
	mail := imaptest.Config{User: ada, CheckToken: auth.CheckToken}.NewServer(t, "Subject: x\n\n")
	return &robot{t: t, auth: auth, mail: mail, dir: filepath.Join(t.TempDir(), "accounts"), grant: grant}
}

// newKey writes the key of a new service account.
func (r *robot) newKey() string {
	r.t.Helper()
	key, err := r.auth.ServiceAccount("https://mail.google.com/")
	must(r.t, err)
	path := filepath.Join(r.t.TempDir(), "key.json")
	must(r.t, os.WriteFile(path, key, 0o600))
	return path
}

// book is the book of another process.
func (r *robot) book() *account.Book {
	return &account.Book{Dir: r.dir, NoKeyring: true, Issuer: func(id, tenant string) (oauth.Issuer, bool) {
		issuer := oauth.Microsoft(tenant)
		issuer.TokenURL = r.auth.URL() + oauthtest.TokenPath
		return issuer, id == "microsoft"
	}}
}

func (r *robot) put(a account.Account) {
	r.t.Helper()
	must(r.t, r.book().Put(context.Background(), a))
}

// opens opens a mailbox in a process of its own.
func (r *robot) opens(address string) {
	r.t.Helper()
	mbox, err := r.book().Open(context.Background(), address)
	if err != nil {
		r.t.Errorf("%s: %v", address, err)
		return
	}
	if n, err := mbox.NumMsg(); err != nil || n != 1 {
		r.t.Errorf("%s: %d, %v", address, n, err)
	}
	mbox.Close()
}

func (r *robot) wantRequests(what string, want int) {
	r.t.Helper()
	if n := r.auth.Granted(r.grant); n != want {
		r.t.Errorf("%s: %d requests of a token, want %d", what, n, want)
	}
}

// Jobs without a user ask for a token once in its life, one after the other or at once.
func TestKept(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		for range 10 {
			r.opens(ada)
		}
		r.wantRequests("ten jobs", 1)
		r.put(r.owner) // a new login
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() { r.opens(ada) })
		}
		group.Wait()
		r.wantRequests("eight at once", 2)
	})
}

// A token is not used for another client, tenant, scope, user or key than it was issued for.
func TestKeptForOne(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		token := func() string {
			source, err := r.book().Source(context.Background(), ada)
			must(t, err)
			token, err := source.Token()
			must(t, err)
			return token.AccessToken
		}
		seen := map[string]bool{token(): true}
		changes := map[string]func(*account.Account){"nothing": func(*account.Account) {}}
		if r.owner.Kind == account.App {
			changes["client"] = func(a *account.Account) { a.ClientID = "other-id" }
			changes["tenant"] = func(a *account.Account) { a.Tenant = "other.example" }
			changes["scope"] = func(a *account.Account) { a.Scopes = []string{"https://outlook.office.com/.default"} }
		} else {
			changes["key"] = func(a *account.Account) { a.KeyFile = r.newKey() }
			changes["user"] = func(a *account.Account) { a.Delegate = bob }
			changes["scope"] = func(a *account.Account) { a.Scopes = []string{"https://mail.google.com/", "openid"} }
		}
		if r.owner.Kind == account.ServiceAccount {
			key, err := r.auth.ServiceAccount("https://mail.google.com/", "openid")
			must(t, err)
			must(t, os.WriteFile(r.owner.KeyFile, key, 0o600)) // the file is replaced without a login
			seen[token()] = true
			if len(seen) != 2 {
				t.Error("the token of another key")
			}
		}
		for what, change := range changes {
			a := r.owner
			change(&a)
			if a.Kind == account.App {
				must(t, r.book().SaveClientSecret(context.Background(), a, "client-secret"))
			}
			r.put(a)
			// A process that began before keeps what it gets.
			if r.owner.Kind == account.App {
				must(t, r.book().SaveClientSecret(context.Background(), r.owner, "client-secret"))
			}
			old, err := r.book().SourceOf(context.Background(), r.owner)
			must(t, err)
			before, err := old.Token()
			must(t, err)
			now := token()
			if seen[now] || what != "nothing" && now == before.AccessToken {
				t.Errorf("%s: the token of the login before", what)
			}
			seen[now], seen[before.AccessToken] = true, true
		}
	})
}

// age has the token that is kept be of another time.
func (r *robot) age(by time.Duration) {
	r.t.Helper()
	kept, err := filepath.Glob(filepath.Join(r.dir, "secrets", "*.json"))
	must(r.t, err)
	for _, path := range kept {
		text, err := os.ReadFile(path)
		must(r.t, err)
		issued := regexp.MustCompile(`"issued":"[^"]*"`)
		then := `"issued":"` + time.Now().Add(-by).UTC().Format(time.RFC3339) + `"`
		must(r.t, os.WriteFile(path, issued.ReplaceAll(text, []byte(then)), 0o600))
	}
}

// A token that the mail server refuses before its end is replaced in the same login, for all. One
// that the issuer has sent just now is not.
func TestKeptRefused(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		r.opens(ada)
		if r.owner.Kind == account.App { // the token ends, and nobody here knows
			r.auth.Advance(2 * time.Hour)
		} else {
			r.auth.Withdraw(ada)
		}
		if _, err := r.book().Open(context.Background(), ada); !errors.Is(err, imapcompat.ErrAuthentication) {
			t.Errorf("%v", err)
		}
		r.wantRequests("a new token", 1)
		r.age(10 * time.Minute)
		for range 3 {
			r.opens(ada)
		}
		r.wantRequests("an older token", 2)
	})
}

// A logout leaves no token.
func TestKeptRemoved(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		r.opens(ada)
		must(t, r.book().Remove(context.Background(), ada))
		if left, _ := filepath.Glob(filepath.Join(r.dir, "secrets", "*.json")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

// An application opens several mailboxes with one token; a service account has one for each user.
func TestKeptForMailboxes(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		other := r.owner
		other.Address = bob
		r.put(other)
		for range 3 {
			r.opens(ada)
			source, err := r.book().Source(context.Background(), bob)
			must(t, err)
			token, err := source.Token()
			must(t, err)
			if err := r.auth.CheckToken(imaptest.TokenLogin{Protocol: "imap", Mechanism: imaptest.XOAuth2, User: bob, Token: token.AccessToken}); err != nil {
				t.Error(err)
			}
		}
		r.wantRequests("two mailboxes", map[account.Kind]int{account.App: 1, account.ServiceAccount: 2}[r.owner.Kind])
	})
}

// readOnly is a store that cannot be written, as secrets that are mounted.
type readOnly struct{ oauth.File }

func (readOnly) Save(context.Context, string, *oauth2.Token) error { return oauth.ErrStore }
func (readOnly) Lock(context.Context, string) (func(), error)      { return nil, oauth.ErrStore }

// Without a store that can be written each job asks.
func TestKeptReadOnly(t *testing.T) {
	robots(t, func(t *testing.T, r *robot) {
		for range 2 {
			b := r.book()
			b.Store = readOnly{oauth.File{Dir: filepath.Join(r.dir, "secrets")}}
			mbox, err := b.Open(context.Background(), ada)
			must(t, err)
			mbox.Close()
		}
		r.wantRequests("two jobs", 2)
	})
}
