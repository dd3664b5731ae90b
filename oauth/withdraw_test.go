package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// beforeLock does something before it locks, as another process that comes first.
type beforeLock struct {
	oauth.File
	do func()
}

func (b beforeLock) Lock(ctx context.Context, account string) (func(), error) {
	b.do()
	return b.File.Lock(ctx, account)
}

// Withdraw revokes the token that is in the store when it has the lock, and keeps the lock until the
// token is removed.
func TestWithdraw(t *testing.T) {
	l := logIn(t, oauthtest.Config{Rotate: true})
	ctx := context.Background()
	var newer *oauth2.Token
	store := beforeLock{l.store, func() {
		var err error
		newer, err = l.client.Browser(ctx, l.srv.Browse)
		check(t, err)
		check(t, oauth.Replace(ctx, l.store, address, newer))
	}}
	asked := 0
	l.client.HTTP = &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == oauthtest.RevokePath {
			asked++
			short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			if unlock, err := l.store.Lock(short, address); err == nil {
				unlock()
				t.Error("another process can refresh the token while it is revoked")
			}
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	check(t, l.client.Withdraw(ctx, store, address))
	if _, err := l.client.Source(ctx, &oauth2.Token{RefreshToken: newer.RefreshToken}).Token(); !errors.Is(err, oauth.ErrConsent) {
		t.Errorf("the newer token lives: %v", err)
	}
	if _, err := l.token(); !errors.Is(err, oauth.ErrNoToken) || asked != 1 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	if err := l.client.Withdraw(ctx, l.store, address); !errors.Is(err, oauth.ErrNoToken) {
		t.Errorf("no token: %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The token is removed even if the issuer does not revoke it.
func TestWithdrawFails(t *testing.T) {
	for want, fail := range map[error]func(*loggedIn){
		backend.ErrTemporary:    func(l *loggedIn) { l.srv.Fail(oauthtest.RevokePath, oauthtest.Unavailable, 1) },
		backend.ErrNotSupported: func(l *loggedIn) { l.client.Issuer.RevokeURL = "" },
	} {
		l := logIn(t, oauthtest.Config{})
		fail(l)
		if err := l.client.Withdraw(context.Background(), l.store, address); !errors.Is(err, want) {
			t.Errorf("%v: %v", want, err)
		}
		if _, err := l.store.Load(context.Background(), address); !errors.Is(err, oauth.ErrNoToken) {
			t.Errorf("%v: the token is left: %v", want, err)
		}
	}
}
