package oauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// inMemory answers requests without a network.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	m.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// An endpoint that quotes what it was sent, in each field of its error, does not have it shown.
func TestQuotedSecrets(t *testing.T) {
	secretFields := []string{"client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "device_code", "assertion", "token"}
	var mu sync.Mutex
	var sent []string
	var field string // the parameter that the error quotes
	endpoints := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		mu.Lock()
		defer mu.Unlock()
		for _, name := range secretFields {
			if value := r.PostForm.Get(name); value != "" {
				sent = append(sent, value, value[:min(len(value), 40)])
			}
		}
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/device" && field != "" && r.PostForm.Get(field) == "" {
			_ = json.NewEncoder(w).Encode(map[string]any{"device_code": "Marker-device-code-0123456789", "user_code": "ABCD", "verification_uri": "https://example.org/", "interval": 1})
			return
		}
		quoted := r.PostForm.Get(field)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": quoted, "error_description": "you sent " + quoted, "error_subtype": quoted, "error_uri": quoted})
	})
	const at = "https://issuer.example"
	issuer := oauth.Issuer{ID: "x", Name: "X", AuthURL: at + "/authorize", TokenURL: at + "/token", DeviceURL: at + "/device", RevokeURL: at + "/revoke", Scopes: map[string][]string{"imap": {"imap"}}, AppScopes: []string{"app"}}
	certificate, err := oauthtest.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	show := func(address string) error {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		q := url.Values{"code": {"Marker-code-0123456789"}, "state": {u.Query().Get("state")}}
		answer, err := http.Get(u.Query().Get("redirect_uri") + "?" + q.Encode())
		if err == nil {
			answer.Body.Close()
		}
		return err
	}
	for name, login := range map[string]func(ctx context.Context, c *oauth.Client) error{
		"browser": func(ctx context.Context, c *oauth.Client) error { _, err := c.Browser(ctx, show); return err },
		"device": func(ctx context.Context, c *oauth.Client) error {
			_, err := c.Device(ctx, func(*oauth2.DeviceAuthResponse) error { return nil })
			return err
		},
		"refresh": func(ctx context.Context, c *oauth.Client) error {
			_, err := c.Source(ctx, &oauth2.Token{RefreshToken: "Marker-refresh-0123456789"}).Token()
			return err
		},
		"app-only": func(ctx context.Context, c *oauth.Client) error { _, err := c.AppOnly(ctx).Token(); return err },
		"revoke": func(ctx context.Context, c *oauth.Client) error {
			return c.Revoke(ctx, &oauth2.Token{RefreshToken: "Marker-refresh-0123456789"})
		},
	} {
		for _, withCertificate := range []bool{false, true} {
			for _, quoted := range secretFields {
				c := &oauth.Client{Issuer: issuer, ID: "client-id", Secret: "Marker-secret-0123456789", HTTP: &http.Client{Transport: inMemory{endpoints}}}
				if withCertificate {
					c.Secret, c.Certificate = "", &certificate
				}
				mu.Lock()
				sent, field = nil, quoted
				mu.Unlock()
				check := func(t *testing.T) {
					err := login(t.Context(), c)
					if err == nil {
						t.Error("no error")
					}
					noSecret(t, err, sent...)
				}
				t.Run(fmt.Sprintf("%s, certificate %t, quotes %s", name, withCertificate, quoted), func(t *testing.T) {
					if name == "device" { // waits for the interval
						synctest.Test(t, check)
						return
					}
					check(t)
				})
			}
		}
	}
}
