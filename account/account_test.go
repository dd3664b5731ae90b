package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

const ada = "ada@example.com"

func newBook(t *testing.T) *account.Book {
	t.Helper()
	return &account.Book{Dir: filepath.Join(t.TempDir(), "accounts"), NoKeyring: true}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func withPassword(address string) account.Account {
	return account.Account{Address: address, Mailbox: "{imap.example.com/ssl}INBOX", Kind: account.Password, Secrets: account.InFiles}
}

func TestBook(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	if list, err := b.List(); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	_, err := b.Get(ada)
	if !errors.Is(err, account.ErrNoAccount) || !errors.Is(err, imapcompat.ErrPermanent) || !strings.Contains(err.Error(), "imapcompat login "+ada) {
		t.Errorf("%v", err)
	}
	must(t, b.Put(ctx, withPassword("bob@example.com")))
	must(t, b.Put(ctx, withPassword(ada)))
	changed := withPassword("Ada@Example.com")
	changed.Login = "ada"
	must(t, b.Put(ctx, changed))
	list, err := b.List()
	must(t, err)
	if len(list) != 2 || list[0].Address != "Ada@Example.com" {
		t.Errorf("%v", list)
	}
	if a, err := b.Get(ada); err != nil || a.LoginName() != "ada" {
		t.Errorf("%v, %v", a, err)
	}
	must(t, b.SavePassword(ctx, changed, "secret"))
	must(t, b.Remove(ctx, ada))
	if _, err := b.Password(ctx, changed); !errors.Is(err, oauth.ErrNoToken) {
		t.Errorf("the password is left: %v", err)
	}
	if err := b.Remove(ctx, ada); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("%v", err)
	}
}

// Accounts that nothing could open are refused before anything is written.
func TestPutRefuses(t *testing.T) {
	b := newBook(t)
	for _, a := range []account.Account{
		{}, {Address: ada}, {Address: ada, Mailbox: "INBOX", Kind: account.Password}, {Address: ada, Mailbox: "{h}INBOX", Kind: "x"},
		{Address: ada, Mailbox: "{h/nonsense}INBOX", Kind: account.Password}, {Address: ada, Mailbox: "{h}INBOX", Kind: account.User},
		{Address: ada, Mailbox: "{h}INBOX", Kind: account.ServiceAccount}, {Address: "ada\r\n@example.com", Mailbox: "{h}INBOX", Kind: account.Password},
		{Address: ada, Mailbox: "{h}INBOX", Kind: account.User, ClientID: "c", Issuer: "https://x.example", Metadata: &oauth.Metadata{Issuer: "https://x.example", TokenEndpoint: "http://x.example/token"}},
		{Address: ada, Mailbox: "{h}INBOX", Kind: account.User, ClientID: "c", Issuer: "google", Metadata: &oauth.Metadata{Issuer: "https://x.example", TokenEndpoint: "https://x.example/token"}},
	} {
		if err := b.Put(context.Background(), a); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("%v: %v", a, err)
		}
	}
	if _, err := os.Stat(b.Dir); err == nil {
		t.Error("something was written")
	}
}

// Writers at the same time lose nothing, and readers see whole files.
func TestBookConcurrently(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			own := account.Book{Dir: b.Dir, NoKeyring: true}
			for j := range 4 {
				if err := own.Put(ctx, withPassword(fmt.Sprintf("u%d-%d@example.com", i, j))); err != nil {
					t.Error(err)
				}
				if _, err := own.List(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if list, err := b.List(); err != nil || len(list) != 32 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.Dir, "*.new")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestForeignFiles(t *testing.T) {
	for _, text := range []string{
		"", "x", "{}", `{"format":2,"accounts":[]}`, `{"format":1,"accounts":[{"address":"ada"}]}`,
		`{"format":1,"accounts":[{"address":"ada@example.com","kind":"password","mailbox":"{h\r\n}INBOX"}]}`, strings.Repeat(" ", 5<<20) + "{}",
	} {
		b := newBook(t)
		must(t, os.MkdirAll(b.Dir, 0o700))
		must(t, os.WriteFile(filepath.Join(b.Dir, "accounts.json"), []byte(text), 0o600))
		if list, err := b.List(); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("%.40q: %v, %v", text, list, err)
		}
		if err := b.Put(context.Background(), withPassword(ada)); err == nil {
			t.Errorf("%.40q was overwritten", text)
		}
	}
}

func TestSplit(t *testing.T) {
	for name, want := range map[string]string{
		"ada@example.com": "ada@example.com ", "ada@example.com/": "ada@example.com ", "ada@example.com/Archive/2026": "ada@example.com Archive/2026",
		"a/b@example.com/x@y": "a/b@example.com x@y", "INBOX": "", "{imap.example.com/user=ada@example.com}INBOX": "",
	} {
		address, mailbox, ok := account.Split(name)
		if got := address + " " + mailbox; ok && got != want || ok != (want != "") {
			t.Errorf("%s: %q, %t", name, got, ok)
		}
	}
}

// A source refreshes, and the book keeps what the issuer replaces, also for another program.
func TestSource(t *testing.T) {
	ctx := context.Background()
	auth := oauthtest.NewServer(t, oauthtest.Config{Rotate: true, Lifetime: 30 * time.Second})
	srv := imaptest.Config{User: ada, CheckToken: auth.CheckToken}.NewServer(t, "Subject: x\n\n")
	b := newBook(t)
	b.Issuer = func(id, _ string) (oauth.Issuer, bool) {
		return oauth.Issuer{ID: id, Name: "Example", AuthURL: auth.URL() + oauthtest.AuthorizePath, TokenURL: auth.URL() + oauthtest.TokenPath}, id == "example"
	}
	a := account.Account{Address: ada, Mailbox: srv.IMAP(), Kind: account.User, Issuer: "example", ClientID: "client-id", Scopes: []string{"imap"}, Secrets: account.InFiles}
	must(t, b.Put(ctx, a))
	if _, err := b.Open(ctx, ada); !errors.Is(err, oauth.ErrNoToken) || !errors.Is(err, imapcompat.ErrAuthentication) {
		t.Errorf("no token: %v", err)
	}
	client, err := b.Client(ctx, a)
	must(t, err)
	token, err := client.Browser(ctx, auth.Browse)
	must(t, err)
	must(t, b.SaveToken(ctx, a, token))
	for range 3 { // each is a new program with a token that has expired
		auth.Advance(time.Minute)
		other := &account.Book{Dir: b.Dir, NoKeyring: true, Issuer: b.Issuer}
		short, cancel := context.WithCancel(ctx)
		mbox, err := other.Open(short, ada)
		must(t, err)
		cancel()
		auth.Advance(time.Minute)
		again, err := mbox.Clone(ctx) // logs in again after the context has ended
		must(t, err)
		again.Close()
		mbox.Close()
	}
	if n := auth.Granted("refresh_token"); n < 6 {
		t.Errorf("%d refreshes", n)
	}
	kept, err := b.Token(ctx, a)
	must(t, err)
	if kept.RefreshToken == token.RefreshToken {
		t.Error("the new refresh token is not kept")
	}
	a.Issuer = "nobody"
	must(t, b.Put(ctx, a))
	if _, err := b.Open(ctx, ada); !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Errorf("unknown issuer: %v", err)
	}
	if _, err := b.Source(ctx, "bob@example.com"); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("%v", err)
	}
}

// A program can have a store of its own.
func TestOwnStore(t *testing.T) {
	ctx, store := context.Background(), &memory{}
	srv := imaptest.Config{Password: "geheim-123"}.NewServer(t)
	b := &account.Book{Dir: t.TempDir(), Store: store}
	a := account.Account{Address: ada, Login: srv.User, Mailbox: srv.IMAP(), Kind: account.Password, Secrets: b.Place(ctx)}
	must(t, b.Put(ctx, a))
	must(t, b.SavePassword(ctx, a, srv.Password))
	must(t, srv.CreateMailbox("Archive"))
	mbox, err := b.Open(ctx, ada+"/Archive")
	must(t, err)
	if check, err := mbox.Check(); err != nil || !strings.HasSuffix(check.Mailbox, "}Archive") {
		t.Errorf("%v, %v", check, err)
	}
	mbox.Close()
	if files, _ := filepath.Glob(filepath.Join(b.Dir, "secrets", "*.json")); len(files) > 0 || len(store.tokens) != 1 {
		t.Errorf("%v, %d in the store", files, len(store.tokens))
	}
	if _, err := b.Source(ctx, ada); !errors.Is(err, imapcompat.ErrNotSupported) {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(filepath.Join(b.Dir, "accounts.json"))
	if err != nil || strings.Contains(string(text), srv.Password) || !json.Valid(text) {
		t.Errorf("%s, %v", text, err)
	}
}

type memory struct{ tokens map[string]*oauth2.Token }

func (m *memory) Load(_ context.Context, key string) (*oauth2.Token, error) {
	if t := m.tokens[key]; t != nil {
		return t, nil
	}
	return nil, oauth.ErrNoToken
}

func (m *memory) Save(_ context.Context, key string, t *oauth2.Token) error {
	if m.tokens == nil {
		m.tokens = map[string]*oauth2.Token{}
	}
	m.tokens[key] = t
	return nil
}

// Two programs of a user have two tokens. A program that takes another's place takes its token away,
// unless another account uses it.
func TestTokensOfPrograms(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	with := func(address, client string) account.Account {
		return account.Account{Address: address, Delegate: ada, Mailbox: "{imap.example.com/ssl}INBOX", Kind: account.User,
			Issuer: "google", ClientID: client, Secrets: account.InFiles}
	}
	one, two := with("one@example.com", "first"), with("two@example.com", "second")
	for _, a := range []account.Account{one, two} {
		must(t, b.SaveToken(ctx, a, &oauth2.Token{AccessToken: "at-" + a.ClientID, RefreshToken: "rt"}))
		must(t, b.Put(ctx, a))
	}
	if got, err := b.Token(ctx, one); err != nil || got.AccessToken != "at-first" {
		t.Errorf("%v", err)
	}
	three := with("three@example.com", "second")
	must(t, b.Put(ctx, three))
	if shares, err := b.SharesToken(two); err != nil || !shares {
		t.Errorf("%t, %v", shares, err)
	}
	must(t, b.Put(ctx, with("two@example.com", "first")))
	if _, err := b.Token(ctx, three); err != nil {
		t.Errorf("the token of another account is gone: %v", err)
	}
	must(t, b.Remove(ctx, three.Address))
	if _, err := b.Token(ctx, three); !errors.Is(err, oauth.ErrNoToken) {
		t.Errorf("a token without an account is left: %v", err)
	}
	long := with(strings.Repeat("a", 200)+"@example.com", strings.Repeat("c", 100))
	must(t, b.SaveToken(ctx, long, &oauth2.Token{AccessToken: "long"}))
	if got, err := b.Token(ctx, long); err != nil || got.AccessToken != "long" {
		t.Errorf("%v", err)
	}
}

// What is no file is refused, and nothing waits for it.
func TestNoFile(t *testing.T) {
	b := newBook(t)
	must(t, os.MkdirAll(filepath.Join(b.Dir, "accounts.json"), 0o700))
	if list, err := b.List(); !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Errorf("%v, %v", list, err)
	}
}

// A file that others can write may name their server.
func TestFileOfOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the folder decides")
	}
	ctx, b := context.Background(), newBook(t)
	must(t, b.Put(ctx, withPassword(ada)))
	path := filepath.Join(b.Dir, "accounts.json")
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	must(t, os.Chmod(path, 0o622))
	if _, err := b.Open(ctx, ada); !errors.Is(err, imapcompat.ErrInvalidArgument) || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("%v", err)
	}
	if os.Geteuid() != 0 {
		return
	}
	const other = 12345
	must(t, os.Chmod(path, 0o644))
	must(t, os.Chown(path, other, other))
	if _, err := b.Open(ctx, ada); !errors.Is(err, imapcompat.ErrInvalidArgument) || !strings.Contains(err.Error(), "another user") {
		t.Errorf("%v", err)
	}
	must(t, os.Chown(b.Dir, other, other)) // root works in a user's folder
	if _, err := b.List(); err != nil {
		t.Errorf("%v", err)
	}
}

// A file that could not be read again is not written: it has the accounts of all others.
func TestBookFull(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	must(t, b.Put(ctx, withPassword(ada)))
	large := withPassword("bob@example.com")
	large.Scopes = []string{strings.Repeat("x", 16<<20)}
	if err := b.Put(ctx, large); !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Errorf("%v", err)
	}
	if list, err := b.List(); err != nil || len(list) != 1 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
}

// Each cloud of Microsoft has the tenant of the account.
func TestTenantOfClouds(t *testing.T) {
	b := newBook(t)
	for id, host := range map[string]string{"microsoft": "login.microsoftonline.com", "microsoft-us": "login.microsoftonline.us", "microsoft-cn": "login.partner.microsoftonline.cn"} {
		for tenant, path := range map[string]string{"contoso.example": "/contoso.example/", "": "/common/"} {
			issuer, ok := b.FindIssuer(id, tenant)
			if want := "https://" + host + path; !ok || !strings.HasPrefix(issuer.TokenURL, want) {
				t.Errorf("%s of %q: %s", id, tenant, issuer.TokenURL)
			}
		}
	}
	if issuer, ok := b.FindIssuer("google", "contoso.example"); !ok || issuer.ID != "google" {
		t.Errorf("%v, %t", issuer.ID, ok)
	}
	if _, ok := b.FindIssuer("nobody", ""); ok {
		t.Error("an unknown issuer")
	}
}
