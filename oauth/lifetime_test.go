package oauth_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/oauth"
)

// No token is used for longer than a day without a refresh, whatever expires_in says.
func TestLifetime(t *testing.T) {
	const day = 24 * time.Hour
	for expiresIn, want := range map[string]time.Duration{
		"3600": time.Hour, "86400": day, "86401": day, "2147483647": day, `"2147483647"`: day, "9223372036854775807": day,
	} {
		client := &oauth.Client{
			Issuer: oauth.Issuer{Name: "X", TokenURL: "https://x.example/token", AuthURL: "https://x.example/authorize",
				DeviceURL: "https://x.example/device", AppScopes: []string{"imap"}},
			ID: "client-id", Secret: clientSecret,
			HTTP: &http.Client{Transport: direct{func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				answer := `{"access_token":"at","refresh_token":"rt","token_type":"Bearer","expires_in":` + expiresIn + `}`
				if r.URL.Path == "/device" {
					answer = goodCode
				}
				io.WriteString(w, answer)
			}}},
		}
		store := oauth.File{Dir: t.TempDir()}
		spent := &oauth2.Token{RefreshToken: "rt"}
		check(t, oauth.Replace(context.Background(), store, address, spent))
		for name, login := range map[string]func(context.Context) (*oauth2.Token, error){
			"browser":          func(ctx context.Context) (*oauth2.Token, error) { return client.Browser(ctx, redirect) },
			"refresh":          func(ctx context.Context) (*oauth2.Token, error) { return client.Source(ctx, spent).Token() },
			"app-only":         func(ctx context.Context) (*oauth2.Token, error) { return client.AppOnly(ctx).Token() },
			"a token in store": func(ctx context.Context) (*oauth2.Token, error) { return client.Stored(ctx, store, address).Token() },
		} {
			before := time.Now()
			token, err := login(t.Context())
			check(t, err)
			if earliest, latest := before.Add(want), time.Now().Add(want); token.Expiry.Before(earliest) || token.Expiry.After(latest) {
				t.Errorf("%s, expires_in %s: %v, want %v later than now", name, expiresIn, token.Expiry, want)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			token, err := client.Device(t.Context(), func(*oauth2.DeviceAuthResponse) error { return nil })
			check(t, err)
			if got := time.Until(token.Expiry); got != want {
				t.Errorf("device, expires_in %s: %v, want %v", expiresIn, got, want)
			}
		})
	}
}

// redirect does what the issuer and a browser do, for a user who agrees.
func redirect(address string) error {
	asked, err := url.Parse(address)
	if err != nil {
		return err
	}
	query := asked.Query()
	answer := query.Get("redirect_uri") + "?" + url.Values{"state": {query.Get("state")}, "code": {"code"}}.Encode()
	go func() {
		if response, err := http.Get(answer); err == nil {
			response.Body.Close()
		}
	}()
	return nil
}
