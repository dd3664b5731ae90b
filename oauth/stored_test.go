package oauth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// loggedIn is an account that has logged in with a browser, and its store.
type loggedIn struct {
	t      *testing.T
	srv    *oauthtest.Server
	client *oauth.Client
	store  oauth.File
}

func logIn(t *testing.T, config oauthtest.Config) *loggedIn {
	t.Helper()
	srv := oauthtest.NewServer(t, config)
	l := &loggedIn{t, srv, srv.Client(), oauth.File{Dir: t.TempDir()}}
	token, err := l.client.Browser(context.Background(), srv.Browse)
	check(t, err)
	check(t, oauth.Replace(context.Background(), l.store, address, token))
	return l
}

// token is what a job gets that starts now.
func (l *loggedIn) token() (*oauth2.Token, error) {
	return l.client.Stored(context.Background(), l.store, address).Token()
}

func (l *loggedIn) wantRefreshes(want int) {
	l.t.Helper()
	if n := l.srv.Granted("refresh_token"); n != want {
		l.t.Errorf("%d refreshes, want %d", n, want)
	}
}

// works checks that a job gets a token that opens the mailbox.
func (l *loggedIn) works(what string) *oauth2.Token {
	l.t.Helper()
	token, err := l.token()
	if err != nil {
		l.t.Errorf("%s: %v", what, err)
		return nil
	}
	l.opens(what, token.AccessToken)
	return token
}

func (l *loggedIn) opens(what, access string) {
	l.t.Helper()
	err := l.srv.CheckToken(imaptest.TokenLogin{Protocol: "imap", Mechanism: imaptest.XOAuth2, User: address, Token: access})
	if err != nil {
		l.t.Errorf("%s: %v", what, err)
	}
}

// expire has the access tokens expire, for the server and in the store.
func (l *loggedIn) expire() {
	l.t.Helper()
	l.srv.Advance(2 * time.Hour)
	stored, err := l.store.Load(context.Background(), address)
	check(l.t, err)
	expired := *stored
	expired.Expiry = time.Now().Add(-time.Hour)
	check(l.t, oauth.Replace(context.Background(), l.store, address, &expired))
}

func forStyles(t *testing.T, rotate bool, f func(*loggedIn)) {
	for name, style := range map[string]oauthtest.Style{"Standard": oauthtest.Standard, "Google": oauthtest.Google, "Microsoft": oauthtest.Microsoft} {
		t.Run(name, func(t *testing.T) { f(logIn(t, oauthtest.Config{Style: style, Rotate: rotate})) })
	}
}

// Jobs that start one after the other refresh once in each life of an access token.
func TestStored(t *testing.T) {
	for _, rotate := range []bool{true, false} {
		forStyles(t, rotate, func(l *loggedIn) {
			l.works("the login's token")
			l.wantRefreshes(0)
			for round := 1; round <= 3; round++ {
				l.expire()
				for range 5 {
					l.works("a job")
				}
				l.wantRefreshes(round)
			}
		})
	}
}

// A process that lives long refreshes by its clock, a minute early.
func TestStoredClock(t *testing.T) {
	var mu sync.Mutex
	clock := time.Now()
	oauth.SetNow(func() time.Time { mu.Lock(); defer mu.Unlock(); return clock })
	t.Cleanup(func() { oauth.SetNow(time.Now) })
	l := logIn(t, oauthtest.Config{Rotate: true})
	source := l.client.Stored(context.Background(), l.store, address)
	first, err := source.Token()
	check(t, err)
	mu.Lock()
	clock = first.Expiry.Add(-2 * time.Minute)
	mu.Unlock()
	same, err := source.Token()
	check(t, err)
	if same.AccessToken != first.AccessToken {
		t.Error("refreshed two minutes early")
	}
	mu.Lock()
	clock = first.Expiry.Add(-30 * time.Second)
	mu.Unlock()
	next, err := source.Token()
	check(t, err)
	if next.AccessToken == first.AccessToken {
		t.Error("not refreshed half a minute before the end")
	}
	l.wantRefreshes(1)
}

func TestStoredNobody(t *testing.T) {
	l := logIn(t, oauthtest.Config{})
	check(t, oauth.Replace(context.Background(), l.store, address, nil))
	_, err := l.token()
	wantError(t, "nobody", err, oauth.ErrNoToken)
	wantError(t, "nobody", err, oauth.ErrConsent)
	if err == nil || !strings.Contains(err.Error(), "imapcompat login "+address) {
		t.Errorf("nobody: %v", err)
	}
	_, err = l.client.Stored(context.Background(), nil, address).Token()
	wantError(t, "no store", err, backend.ErrInvalidArgument)
	_, err = l.client.Stored(context.Background(), l.store, "").Token()
	wantError(t, "no account", err, backend.ErrInvalidArgument)
}

// What is no token is an error, and no login.
func TestStoredForeignFile(t *testing.T) {
	l := logIn(t, oauthtest.Config{})
	check(t, os.WriteFile(l.store.Dir+"/"+oauth.FileName(address), []byte(`{"version":1,"acc`), 0o600))
	_, err := l.token()
	wantError(t, "half a file", err, oauth.ErrStore)
	if errors.Is(err, oauth.ErrConsent) || len(l.srv.Transcript()) != 2 {
		t.Errorf("%v, %v", err, l.srv.Transcript())
	}
}

// The consent is gone, and nothing was lost.
func TestStoredWithdrawn(t *testing.T) {
	forStyles(t, true, func(l *loggedIn) {
		l.expire()
		l.srv.Withdraw(address)
		for range 3 {
			_, err := l.token()
			wantError(l.t, "withdrawn", err, oauth.ErrConsent)
			if err == nil || strings.Contains(err.Error(), "was lost") || errors.Is(err, backend.ErrTemporary) {
				l.t.Errorf("withdrawn: %v", err)
			}
		}
		// A new login helps, also a process that is running.
		source := l.client.Stored(context.Background(), l.store, address)
		if _, err := source.Token(); err == nil {
			l.t.Error("a token without consent")
		}
		token, err := l.client.Browser(context.Background(), l.srv.Browse)
		check(l.t, err)
		check(l.t, oauth.Replace(context.Background(), l.store, address, token))
		if _, err := source.Token(); err != nil {
			l.t.Error(err)
		}
	})
}

// A server in trouble costs nothing.
func TestStoredTrouble(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	for _, fault := range []oauthtest.Fault{oauthtest.Unavailable, oauthtest.TooMany, oauthtest.Closed} {
		l.srv.Fail(oauthtest.TokenPath, fault, 1)
		_, err := l.token()
		wantError(t, fmt.Sprint("fault ", fault), err, backend.ErrTemporary)
	}
	l.srv.Fail(oauthtest.TokenPath, oauthtest.Page, 1)
	if _, err := l.token(); err == nil {
		t.Error("a page is a token")
	}
	l.works("after the trouble")
	l.wantRefreshes(1)
}

// The issuer has replaced the token, and the answer is lost: the error says so each time.
func TestStoredLost(t *testing.T) {
	forStyles(t, true, func(l *loggedIn) {
		l.expire()
		l.srv.Fail(oauthtest.TokenPath, oauthtest.Lost, 1)
		_, err := l.token()
		wantError(l.t, "lost", err, backend.ErrTemporary)
		for range 2 {
			_, err = l.token()
			wantError(l.t, "after it", err, oauth.ErrConsent)
			if err == nil || !strings.Contains(err.Error(), "was lost before it was stored") {
				l.t.Errorf("after it: %v", err)
			}
		}
	})
	// Without rotation nothing is lost.
	l := logIn(t, oauthtest.Config{})
	l.expire()
	l.srv.Fail(oauthtest.TokenPath, oauthtest.Lost, 1)
	_, err := l.token()
	wantError(t, "lost", err, backend.ErrTemporary)
	l.works("without rotation")
}

// A process that waits for the lock of another gives up in time.
func TestStoredLocked(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	unlock, err := l.store.Lock(context.Background(), address)
	check(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = l.client.Stored(ctx, l.store, address).Token()
	wantError(t, "locked", err, backend.ErrTemporary)
	wantError(t, "locked", err, backend.ErrTimeout)
	l.wantRefreshes(0)
	unlock()
	l.works("unlocked")
}

// Whoever gives up while a refresh is on its way, or its answer is not saved yet, does not lose the
// token.
func TestStoredCancelled(t *testing.T) {
	for _, at := range []string{"noted", "answered"} {
		l := logIn(t, oauthtest.Config{Rotate: true})
		l.expire()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		failpoint.Set(func(name string) {
			if name == at {
				cancel()
			}
		})
		t.Cleanup(func() { failpoint.Set(func(string) {}) })
		if token, err := l.client.Stored(ctx, l.store, address).Token(); err != nil {
			wantError(t, "cancelled", err, context.Canceled)
		} else {
			l.opens("cancelled", token.AccessToken) // the answer was faster
		}
		unlock, err := l.store.Lock(context.Background(), address) // after the refresh has ended
		check(t, err)
		unlock()
		l.wantRefreshes(1)
		l.works("afterwards")
		l.wantRefreshes(1)
	}
}

// ownStore is a store of a program. Its functions may be nil.
type ownStore struct {
	oauth.Store
	save func(t *oauth2.Token) error
}

func (o *ownStore) Save(ctx context.Context, account string, t *oauth2.Token) error {
	if o.save != nil {
		if err := o.save(t); err != nil {
			return err
		}
	}
	return o.Store.Save(ctx, account, t)
}

// lockingStore is one that can lock.
type lockingStore struct {
	*ownStore
	oauth.Locker
}

// A new token that cannot be stored is an error that says so. The process keeps it, and stores it
// when it can.
func TestStoredUnsaved(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	full := errors.New("disk full")
	saves := 0
	own := &ownStore{l.store, func(*oauth2.Token) error {
		if saves++; saves == 2 || saves == 3 {
			return full // the note before the refresh was saved
		}
		return nil
	}}
	source := l.client.Stored(context.Background(), lockingStore{own, l.store}, address)
	for range 2 {
		_, err := source.Token()
		wantError(t, "full", err, oauth.ErrStore)
		wantError(t, "full", err, full)
		if err == nil || !strings.Contains(err.Error(), "could not be stored") || errors.Is(err, oauth.ErrConsent) {
			t.Errorf("full: %v", err)
		}
	}
	token, err := source.Token()
	check(t, err)
	l.opens("saved later", token.AccessToken)
	if again := l.works("another job"); again != nil && again.AccessToken != token.AccessToken {
		t.Error("another token is in the store")
	}
	l.wantRefreshes(1)

	// A store that cannot be written to costs no refresh token: it is not sent.
	l.expire()
	own.save = func(*oauth2.Token) error { return full }
	_, err = l.client.Stored(context.Background(), lockingStore{own, l.store}, address).Token()
	wantError(t, "full", err, full)
	l.wantRefreshes(1)
	l.works("when there is room")
	l.wantRefreshes(2)
}

// A new login replaces what could not be saved.
func TestStoredUnsavedReplaced(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	saves := 0
	own := &ownStore{l.store, func(*oauth2.Token) error {
		if saves++; saves == 2 {
			return errors.New("disk full")
		}
		return nil
	}}
	source := l.client.Stored(context.Background(), lockingStore{own, l.store}, address)
	_, err := source.Token()
	wantError(t, "full", err, oauth.ErrStore)
	login, err := l.client.Browser(context.Background(), l.srv.Browse)
	check(t, err)
	check(t, oauth.Replace(context.Background(), l.store, address, login))
	token, err := source.Token()
	check(t, err)
	if token.AccessToken != login.AccessToken {
		t.Error("the token is not the new login's")
	}
}

// A store that cannot lock may have the newer token of another process when the issuer refuses.
func TestStoredWithoutLock(t *testing.T) {
	l := logIn(t, oauthtest.Config{})
	l.expire()
	own := &ownStore{Store: l.store}
	var begun atomic.Bool
	failpoint.Set(func(name string) {
		if name != "noted" || begun.Swap(true) {
			return
		}
		if _, err := l.client.Stored(context.Background(), own, address).Token(); err != nil {
			t.Error(err)
		}
		l.srv.Answer(oauthtest.TokenPath, 400, `{"error":"invalid_grant"}`, 1)
		// As if the issuer had replaced the refresh token.
		other, err := l.store.Load(context.Background(), address)
		if err != nil {
			t.Error(err)
			return
		}
		replaced := *other
		replaced.RefreshToken += "x"
		if err := l.store.Save(context.Background(), address, &replaced); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { failpoint.Set(func(string) {}) })
	token, err := l.client.Stored(context.Background(), own, address).Token()
	check(t, err)
	l.opens("the other's", token.AccessToken)
	l.wantRefreshes(1)
}

// Many goroutines of a process refresh once.
func TestStoredGoroutines(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	shared := l.client.Stored(context.Background(), l.store, address)
	var group sync.WaitGroup
	for i := range 16 {
		source := shared
		if i%2 == 0 {
			source = l.client.Stored(context.Background(), l.store, address)
		}
		group.Go(func() {
			if token, err := source.Token(); err != nil {
				t.Error(err)
			} else {
				l.opens("a goroutine", token.AccessToken)
			}
		})
	}
	group.Wait()
	l.wantRefreshes(1)
}

// A token without an end is refreshed if it can be, and one without a refresh token needs a login.
func TestStoredWithoutExpiry(t *testing.T) {
	ctx := context.Background()
	l := logIn(t, oauthtest.Config{Rotate: true})
	stored, err := l.store.Load(ctx, address)
	check(t, err)
	check(t, l.store.Save(ctx, address, &oauth2.Token{AccessToken: "old", RefreshToken: stored.RefreshToken}))
	l.works("no expiry")
	l.wantRefreshes(1)

	check(t, l.store.Save(ctx, address, &oauth2.Token{AccessToken: "for-ever"}))
	token, err := l.token()
	check(t, err)
	if token.AccessToken != "for-ever" {
		t.Error("another token")
	}
	check(t, l.store.Save(ctx, address, &oauth2.Token{AccessToken: "old", Expiry: time.Now()}))
	_, err = l.token()
	wantError(t, "no refresh token", err, oauth.ErrConsent)
	l.wantRefreshes(1)
}

// No error and no text has a token, whatever a program's store says.
func TestStoredSecrets(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	l.expire()
	before, err := l.store.Load(context.Background(), address)
	check(t, err)
	secrets := []string{before.AccessToken, before.RefreshToken}
	saves := 0
	own := &ownStore{l.store, func(token *oauth2.Token) error {
		secrets = append(secrets, token.AccessToken, token.RefreshToken)
		if saves++; saves == 2 || saves == 3 {
			return fmt.Errorf("INSERT INTO tokens VALUES ('%s', '%s') failed\r\nX", token.AccessToken, token.RefreshToken)
		}
		return nil
	}}
	source := l.client.Stored(context.Background(), lockingStore{own, l.store}, address)
	var texts bytes.Buffer
	show := func(values ...any) {
		for _, v := range values {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
				fmt.Fprintf(&texts, verb+"\n", v)
			}
			if text, err := json.Marshal(v); err == nil {
				texts.Write(text)
			}
		}
	}
	for range 2 {
		_, err := source.Token()
		wantError(t, "the store", err, oauth.ErrStore)
		show(err)
		if err != nil && strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("more than a line: %q", err)
		}
	}
	_, err = source.Token()
	check(t, err)
	show(source, l.client, l.store)
	l.srv.Withdraw(address)
	l.expire()
	_, err = l.token()
	show(err)
	for _, secret := range slices.Compact(secrets) {
		for _, form := range []string{secret, fmt.Sprintf("%x", secret)} {
			if strings.Contains(texts.String(), form) {
				t.Errorf("a token is in\n%s", &texts)
			}
		}
	}
}
