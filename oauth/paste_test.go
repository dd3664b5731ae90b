package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// landed returns the address at which a browser ends that opens the page of a login. Nothing answers
// there.
func landed(t *testing.T, address string) string {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(address)
	check(t, err)
	answer.Body.Close()
	return answer.Header.Get("Location")
}

// A user copies the address at which the browser ends, with and without mistakes.
func TestPaste(t *testing.T) {
	const done = "https://mail.example.org/done"
	for name, tt := range map[string]struct {
		style    oauthtest.Style
		redirect string
		begins   string
	}{
		"https":            {oauthtest.Standard, done, done + "?"},
		"default":          {oauthtest.Standard, "", "http://127.0.0.1/?"},
		"Google's default": {oauthtest.Google, "", "http://127.0.0.1/?"},
		"Microsoft's":      {oauthtest.Microsoft, "", "http://localhost?"},
	} {
		t.Run(name, func(t *testing.T) {
			config := oauthtest.Config{Style: tt.style}
			if tt.redirect != "" {
				config.Clients = []oauthtest.Client{{ID: "client-id", Redirects: []string{done}}}
			}
			srv := oauthtest.NewServer(t, config)
			c := srv.Client()
			c.Redirect = tt.redirect
			var page string
			var mistakes []string
			token, err := c.Paste(t.Context(), func(address string) error { page = address; return nil }, func(_ context.Context, mistake string) (string, error) {
				mistakes = append(mistakes, mistake)
				address := landed(t, page)
				if !strings.HasPrefix(address, tt.begins) {
					t.Errorf("the browser ends at %s", address)
				}
				asked, err := url.Parse(address)
				check(t, err)
				query := asked.Query()
				query.Set("state", "another")
				return []string{"", "code", page, tt.begins + query.Encode(), " " + address[:len(address)/2] + "\r\n  " + address[len(address)/2:] + "\n"}[len(mistakes)-1], nil
			})
			check(t, err)
			if token.AccessToken == "" || len(mistakes) != 5 || mistakes[0] != "" || !strings.Contains(mistakes[1], "not an address") ||
				!strings.Contains(mistakes[3], "not the address after the login") || !strings.Contains(mistakes[4], "another login") {
				t.Errorf("%q", mistakes)
			}
		})
	}
}

// A login by a copied address ends as one in a browser does.
func TestPasteFails(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{})
	var page string
	show := func(address string) error { page = address; return nil }
	paste := func(context.Context, string) (string, error) { return landed(t, page), nil }
	stop := errors.New("stop")
	for name, tt := range map[string]struct {
		change func(*oauth.Client)
		read   func(context.Context, string) (string, error)
		is     error
	}{
		"the verifier of another login": {func(*oauth.Client) {}, func(ctx context.Context, _ string) (string, error) {
			answer, err := url.Parse(landed(t, page))
			check(t, err)
			var other string
			// The code of another login, whose verifier is not the one that is sent.
			_, err = srv.Client().Paste(ctx, func(address string) error { other = landed(t, address); return stop }, nil)
			if !errors.Is(err, stop) {
				t.Errorf("%v", err)
			}
			stolen, err := url.Parse(other)
			check(t, err)
			query := answer.Query()
			query.Set("code", stolen.Query().Get("code"))
			answer.RawQuery = query.Encode()
			return answer.String(), nil
		}, oauth.ErrConsent},
		"http on another host": {func(c *oauth.Client) { c.Redirect = "http://mail.example.org/" }, paste, backend.ErrInvalidArgument},
		"a query":              {func(c *oauth.Client) { c.Redirect = "https://mail.example.org/?code=x" }, paste, backend.ErrInvalidArgument},
		"no page":              {func(c *oauth.Client) { c.Issuer.AuthURL = "" }, paste, backend.ErrNotSupported},
		"read fails":           {func(*oauth.Client) {}, func(context.Context, string) (string, error) { return "", stop }, stop},
	} {
		c := srv.Client()
		tt.change(c)
		if _, err := c.Paste(t.Context(), show, tt.read); !errors.Is(err, tt.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := srv.Client().Paste(ctx, show, func(ctx context.Context, _ string) (string, error) { cancel(); return "", ctx.Err() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	srv.Refuse()
	if _, err := srv.Client().Paste(t.Context(), show, paste); !errors.Is(err, oauth.ErrDenied) {
		t.Errorf("refused: %v", err)
	}
}

// The answer in the browser must come from the issuer, if the issuer says who it is.
func TestIssuerOfAnswer(t *testing.T) {
	for _, tt := range []struct {
		name       string
		identifier string // of Client.Issuer; "own" means the server's
		names      bool
		iss        []string // of the redirect; nil means as the server sends it
		ok         bool
	}{
		{"as the server says", "own", true, nil, true},
		{"may be missing", "own", false, []string{}, true},
		{"is checked when it is there", "own", false, []string{"https://evil.example"}, false},
		{"must be there", "own", true, []string{}, false},
		{"a slash more", "own", true, []string{"own/"}, false},
		{"twice", "own", true, []string{"own", "https://evil.example"}, false},
		{"empty", "own", false, []string{""}, false},
		{"not known", "", false, nil, true},
		{"must be there, and is not known", "", true, []string{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, refuses := range []bool{false, true} {
				srv := oauthtest.NewServer(t, oauthtest.Config{})
				if refuses {
					srv.Refuse()
				}
				own := func(s string) string { return strings.Replace(s, "own", srv.URL(), 1) }
				c := srv.Client()
				c.Issuer.Identifier, c.Issuer.NamesItself = own(tt.identifier), tt.names
				var page string
				_, err := c.Paste(t.Context(), func(address string) error { page = address; return nil }, func(context.Context, string) (string, error) {
					answer, err := url.Parse(landed(t, page))
					check(t, err)
					query := answer.Query()
					if tt.iss != nil {
						query.Del("iss")
					}
					for _, iss := range tt.iss {
						query.Add("iss", own(iss))
					}
					answer.RawQuery = query.Encode()
					return answer.String(), nil
				})
				want := map[bool]error{true: oauth.ErrDenied}[refuses]
				if !tt.ok {
					want = backend.ErrProtocol
				}
				if !errors.Is(err, want) || (err == nil) != (want == nil) {
					t.Errorf("refuses %t: %v", refuses, err)
				}
				if exchanged := srv.Granted("authorization_code") > 0; exchanged != (err == nil) {
					t.Errorf("refuses %t: the code was sent", refuses)
				}
			}
		})
	}
}
