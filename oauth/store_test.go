package oauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

const address = "ada@example.com"

func sampleToken() *oauth2.Token {
	return &oauth2.Token{
		AccessToken: "secret-access", RefreshToken: "secret-refresh", TokenType: "Bearer",
		Expiry: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func TestEncodeToken(t *testing.T) {
	text, err := oauth.EncodeToken(address, sampleToken())
	check(t, err)
	got, err := oauth.DecodeToken(address, text)
	check(t, err)
	if want := sampleToken(); got.AccessToken != want.AccessToken || got.RefreshToken != want.RefreshToken || got.TokenType != want.TokenType || !got.Expiry.Equal(want.Expiry) {
		t.Error("another token comes back")
	}
	for name, token := range map[string]*oauth2.Token{"nil": nil, "empty": {}, "huge": {AccessToken: strings.Repeat("x", 1<<20)}} {
		if _, err := oauth.EncodeToken(address, token); err == nil {
			t.Errorf("a token that is %s", name)
		}
	}
	_, err = oauth.EncodeToken("", sampleToken())
	wantError(t, "no account", err, backend.ErrInvalidArgument)
	_, err = oauth.EncodeToken("ada\xff@example.com", sampleToken())
	wantError(t, "an account that is not UTF-8", err, backend.ErrInvalidArgument)

	// Each beginning, and whatever else is no token of the account, is an error.
	for n := range text {
		_, err := oauth.DecodeToken(address, text[:n])
		wantError(t, "a part", err, oauth.ErrStore)
		if errors.Is(err, oauth.ErrNoToken) || strings.Contains(err.Error(), "secret") {
			t.Errorf("a part of %d octets: %v", n, err)
		}
	}
	for name, text := range map[string]string{
		"another account": strings.Replace(string(text), "ada", "eve", 1),
		"a later version": strings.Replace(string(text), `"version":1`, `"version":2,"x":1`, 1),
		"twice":           string(text) + string(text),
		"an x/oauth2 one": `{"access_token":"secret","token_type":"Bearer"}`,
		"no token":        `{"version":1,"account":"ada@example.com"}`,
		"a list":          `[]`,
		"null":            `null`,
		"a login page":    `<html>secret</html>`,
	} {
		_, err := oauth.DecodeToken(address, []byte(text))
		wantError(t, name, err, oauth.ErrStore)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeToken(f *testing.F) {
	text, err := oauth.EncodeToken(address, sampleToken())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"version":1,"account":"ada@example.com","refresh_token":"r","refreshing":"2030-01-02T03:04:05Z"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		token, err := oauth.DecodeToken(address, text)
		if err != nil {
			if !errors.Is(err, oauth.ErrStore) || token != nil {
				t.Fatalf("%v, %v", token != nil, err)
			}
			return
		}
		again, err := oauth.EncodeToken(address, token)
		if errors.Is(err, backend.ErrTooLarge) || err != nil && strings.Contains(err.Error(), "year outside of range") {
			return
		}
		check(t, err)
		got, err := oauth.DecodeToken(address, again)
		check(t, err)
		if got.AccessToken != token.AccessToken || got.RefreshToken != token.RefreshToken || !got.Expiry.Equal(token.Expiry) {
			t.Error("the token has changed")
		}
	})
}

// A new login waits for a refresh of another process, which would overwrite its token.
func TestReplace(t *testing.T) {
	ctx := context.Background()
	store := oauth.File{Dir: t.TempDir()}
	unlock, err := store.Lock(ctx, address)
	check(t, err)
	late, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	wantError(t, "locked", oauth.Replace(late, store, address, sampleToken()), backend.ErrTimeout)
	unlock()
	check(t, oauth.Replace(ctx, store, address, sampleToken()))
	_, err = store.Load(ctx, address)
	check(t, err)
	check(t, oauth.Replace(ctx, store, address, nil))
	check(t, oauth.Replace(ctx, store, address, nil))
	_, err = store.Load(ctx, address)
	wantError(t, "removed", err, oauth.ErrNoToken)
	wantError(t, "removed", err, oauth.ErrConsent)
}
