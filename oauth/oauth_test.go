package oauth_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// at returns an issuer whose endpoints are those of a server.
func at(srv *oauthtest.Server, i oauth.Issuer) oauth.Issuer {
	i.AuthURL, i.TokenURL = srv.URL()+oauthtest.AuthorizePath, srv.URL()+oauthtest.TokenPath
	i.DeviceURL, i.RevokeURL = srv.URL()+oauthtest.DevicePath, srv.URL()+oauthtest.RevokePath
	return i
}

func google(t *testing.T) oauth.Issuer {
	t.Helper()
	i, ok := oauth.IssuerByID("google")
	if !ok {
		t.Fatal("Google is not known")
	}
	return i
}

// get opens an address without following redirects, and returns the status and the page.
func get(t *testing.T, address string, header ...string) (status int, location, page string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(header) == 2 && header[0] == "Host" {
		r.Host = header[1]
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), string(text)
}

// noSecret fails if a text that any verb, JSON or slog makes of a value has one of the secrets.
func noSecret(t *testing.T, v any, secrets ...string) {
	t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "%v %+v %#v %s %q %x %X %d", v, v, v, v, v, v, v, v)
	encoded, _ := json.Marshal(v)
	text.Write(encoded)
	slog.New(slog.NewJSONHandler(&text, nil)).Info("x", "v", v)
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "v", v)
	for err, ok := v.(error); ok && err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&text, "%v %+v %#v", err, err, err)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(text.String(), s) {
			t.Errorf("%q is shown: %s", s, text.String())
		}
	}
}

// A user logs in with a browser at each style of server, and the token is refreshed.
func TestBrowser(t *testing.T) {
	for name, tt := range map[string]struct {
		style  oauthtest.Style
		issuer oauth.Issuer
		secret string
	}{
		"Google":    {oauthtest.Google, google(t), "client-secret"},
		"Microsoft": {oauthtest.Microsoft, oauth.Microsoft(""), ""},
		"standard":  {oauthtest.Standard, oauth.Issuer{ID: "x", Name: "X", Scopes: map[string][]string{"imap": {"imap"}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv := oauthtest.NewServer(t, oauthtest.Config{Style: tt.style, Rotate: true, Lifetime: time.Second})
			c := &oauth.Client{Issuer: at(srv, tt.issuer), ID: "client-id", Secret: tt.secret, Address: "ada@example.com"}
			token, err := c.Browser(t.Context(), srv.Browse)
			if err != nil {
				t.Fatal(err)
			}
			if token.AccessToken == "" || token.RefreshToken == "" {
				t.Error("no token")
			}
			source := c.Source(t.Context(), token) // a token of a second counts as expired
			for range 2 {
				fresh, err := source.Token()
				if err != nil || fresh.AccessToken == token.AccessToken || fresh.RefreshToken == token.RefreshToken {
					t.Errorf("refreshed: %v", err)
				}
			}
			noSecret(t, source, token.AccessToken, token.RefreshToken, tt.secret)
			noSecret(t, c, tt.secret)
			noSecret(t, *c, tt.secret)
			srv.Withdraw("ada@example.com")
			_, err = source.Token()
			if !errors.Is(err, oauth.ErrConsent) || !errors.Is(err, backend.ErrPermanent) || errors.Is(err, backend.ErrTemporary) ||
				!strings.Contains(oauth.Advice(err), "imapcompat login ada@example.com") {
				t.Errorf("withdrawn: %v", err)
			}
			noSecret(t, err, token.AccessToken, token.RefreshToken, tt.secret)
		})
	}
}

// Requests to the loopback port that are not the redirect neither end nor hijack the login.
func TestBrowserHostileRequests(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{})
	issuer := at(srv, oauth.Issuer{ID: "x", Name: "X", Scopes: map[string][]string{"imap": {"imap"}}})
	c := &oauth.Client{Issuer: issuer, ID: "client-id"}
	token, err := c.Browser(t.Context(), func(address string) error {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) < 43 || len(q.Get("state")) < 43 {
			t.Errorf("asked with %v", q)
		}
		landing := q.Get("redirect_uri")
		if !strings.HasPrefix(landing, "http://127.0.0.1:") {
			t.Errorf("redirected to %s", landing)
		}
		state := url.QueryEscape(q.Get("state"))
		for _, tt := range []struct {
			query string
			want  int
		}{
			{"", http.StatusBadRequest},
			{"?code=stolen", http.StatusBadRequest},
			{"?code=stolen&state=", http.StatusBadRequest},
			{"?code=stolen&state=" + state[1:], http.StatusBadRequest},
			{"?error=access_denied&state=x", http.StatusBadRequest},
			{"?state=" + state, http.StatusBadRequest},
			{"favicon.ico?code=stolen&state=" + state, http.StatusNotFound},
		} {
			status, _, page := get(t, landing+tt.query)
			if status != tt.want || strings.Contains(page, "stolen") {
				t.Errorf("%s: %d %s", tt.query, status, page)
			}
		}
		if status, _, _ := get(t, landing+"?code=stolen&state="+state, "Host", "evil.example"); status != http.StatusMisdirectedRequest {
			t.Errorf("another host: %d", status)
		}
		answer, err := http.Post(landing+"?code=stolen&state="+state, "text/plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: %d", answer.StatusCode)
		}
		return srv.Browse(address)
	})
	if err != nil || token.AccessToken == "" {
		t.Errorf("got %v", err)
	}
}

// The page after the redirect says how the login ended, and cannot be used for anything else.
func TestBrowserPage(t *testing.T) {
	for _, tt := range []struct {
		name, query string // of the redirect, after the state
		page        string
		kind        error
	}{
		{"refused", "&error=access_denied&error_description=" + url.QueryEscape("<script>alert(1)</script>"), "The login has failed", oauth.ErrDenied},
		{"admin", "&error=access_denied&error_subtype=admin_policy_enforced", "Ask the administrator", oauth.ErrDenied},
		{"in trouble", "&error=temporarily_unavailable", "Try again later", backend.ErrTemporary},
		{"wrong code", "&code=guessed-code-0123456789", "The login has failed", oauth.ErrConsent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := oauthtest.NewServer(t, oauthtest.Config{})
			c := &oauth.Client{Issuer: at(srv, oauth.Issuer{ID: "x", Name: "X", Scopes: map[string][]string{"imap": {"imap"}}}), ID: "client-id"}
			pages := make(chan string, 1)
			_, err := c.Browser(t.Context(), func(address string) error {
				u, _ := url.Parse(address)
				go func() {
					_, _, page := get(t, u.Query().Get("redirect_uri")+"?state="+u.Query().Get("state")+tt.query)
					pages <- page
				}()
				return nil
			})
			page := <-pages
			if !errors.Is(err, tt.kind) || !strings.Contains(page, tt.page) || strings.Contains(page, "<script") {
				t.Errorf("%v\n%s", err, page)
			}
			noSecret(t, err, "guessed-code-0123456789")
		})
	}
}

// A login with a browser ends with its context, and with the error of whoever shows the address.
func TestBrowserEnds(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{})
	issuer := at(srv, oauth.Issuer{ID: "x", Name: "X", Scopes: map[string][]string{"imap": {"imap"}}})
	c := &oauth.Client{Issuer: issuer, ID: "client-id", Address: "ada@example.com"}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Browser(ctx, func(string) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || errors.Is(err, backend.ErrTemporary) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = c.Browser(ctx, func(string) error { return nil })
	if !errors.Is(err, backend.ErrTimeout) || !strings.Contains(err.Error(), "imapcompat login ada@example.com") {
		t.Errorf("late: %v", err)
	}
	wrong := errors.New("no browser")
	if _, err = c.Browser(t.Context(), func(string) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("not shown: %v", err)
	}
}

// Settings with which a secret could go astray are errors before anything is sent.
func TestClientSettings(t *testing.T) {
	good := google(t)
	for name, c := range map[string]oauth.Client{
		"no ID":               {Issuer: good},
		"ID with a line":      {Issuer: good, ID: "a\r\nb"},
		"no issuer":           {ID: "a"},
		"token in the clear":  {Issuer: oauth.Issuer{AuthURL: "https://a.example", TokenURL: "http://a.example/token"}, ID: "a"},
		"login in the clear":  {Issuer: oauth.Issuer{AuthURL: "http://a.example", TokenURL: "https://a.example/token"}, ID: "a"},
		"user in the address": {Issuer: oauth.Issuer{AuthURL: "https://a.example", TokenURL: "https://u:p@a.example/token"}, ID: "a"},
		"foreign redirect":    {Issuer: good, ID: "a", Redirect: "http://evil.example/"},
		"redirect not http":   {Issuer: good, ID: "a", Redirect: "https://127.0.0.1/"},
		"redirect with query": {Issuer: good, ID: "a", Redirect: "http://127.0.0.1:1/?a=b"},
		"certificate, no key": {Issuer: good, ID: "a", Certificate: &tls.Certificate{}},
	} {
		_, err := c.Browser(t.Context(), func(string) error { return errors.New("shown") })
		if name == "certificate, no key" {
			_, err = c.Source(t.Context(), &oauth2.Token{RefreshToken: "r"}).Token()
		}
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
