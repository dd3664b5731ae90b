package oauth_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// enter enters a code at the server's page, as the user who is signed in.
func enter(t *testing.T, srv *oauthtest.Server, d *oauth2.DeviceAuthResponse) {
	browser := &http.Client{Transport: srv.Transport()}
	answer, err := browser.Get(d.VerificationURI + "?" + url.Values{"user_code": {d.UserCode}}.Encode())
	if err != nil {
		t.Error(err)
		return
	}
	answer.Body.Close()
}

// A login with a device code at a server that counts the seconds between polls. The server never has
// to ask for fewer.
func TestDeviceAtServer(t *testing.T) {
	const slow = `{"error":"slow_down"}`
	for _, tt := range []struct {
		name   string
		style  oauthtest.Style
		before func(*oauthtest.Server) // what happens before the first poll
		enters time.Duration           // when the user enters the code; 0 means never
		is     error
		code   string
		polls  int
		took   time.Duration
	}{
		{"authorization_pending", oauthtest.Standard, nil, 12 * time.Second, nil, "", 3, 15 * time.Second},
		{"authorization_pending", oauthtest.Microsoft, nil, 12 * time.Second, nil, "", 3, 15 * time.Second},
		{"slow_down", oauthtest.Standard, func(s *oauthtest.Server) { s.Answer(oauthtest.TokenPath, 400, slow, 2) }, 12 * time.Second, nil, "", 3, 30 * time.Second},
		{"slow_down and trouble", oauthtest.Standard, func(s *oauthtest.Server) {
			s.Answer(oauthtest.TokenPath, 400, slow, 2)
			s.Answer(oauthtest.TokenPath, 500, "oops", 1)
		}, 12 * time.Second, nil, "", 4, (5 + 10 + 15 + 30) * time.Second},
		{"500 twice", oauthtest.Standard, func(s *oauthtest.Server) { s.Answer(oauthtest.TokenPath, 500, "oops", 2) }, 12 * time.Second, nil, "", 3, 35 * time.Second},
		{"500 twice", oauthtest.Microsoft, func(s *oauthtest.Server) { s.Answer(oauthtest.TokenPath, 500, "oops", 2) }, 12 * time.Second, nil, "", 3, 35 * time.Second},
		{"connection closes twice", oauthtest.Standard, func(s *oauthtest.Server) { s.Fail(oauthtest.TokenPath, oauthtest.Closed, 2) }, 12 * time.Second, nil, "", 3, 35 * time.Second},
		{"503 with Retry-After", oauthtest.Standard, func(s *oauthtest.Server) { s.FailAfter(oauthtest.TokenPath, 503, 2*time.Minute, 1) }, 12 * time.Second, nil, "", 2, 125 * time.Second},
		{"Retry-After of a day", oauthtest.Standard, func(s *oauthtest.Server) { s.FailAfter(oauthtest.TokenPath, 429, 24*time.Hour, 1) }, time.Second, backend.ErrTimeout, "expired_token", 1, 15 * time.Minute},
		{"access_denied", oauthtest.Standard, (*oauthtest.Server).Refuse, 7 * time.Second, oauth.ErrDenied, "access_denied", 2, 10 * time.Second},
		{"authorization_declined", oauthtest.Microsoft, (*oauthtest.Server).Refuse, 7 * time.Second, oauth.ErrDenied, "authorization_declined", 2, 10 * time.Second},
		{"expired_token", oauthtest.Standard, func(s *oauthtest.Server) { s.Advance(16 * time.Minute) }, 0, backend.ErrTimeout, "expired_token", 1, 5 * time.Second},
		{"expired_token", oauthtest.Microsoft, func(s *oauthtest.Server) { s.Advance(16 * time.Minute) }, 0, backend.ErrTimeout, "expired_token", 1, 5 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := oauthtest.NewServer(t, oauthtest.Config{Style: tt.style})
			synctest.Test(t, func(t *testing.T) {
				c := srv.Client()
				c.HTTP = &http.Client{Transport: srv.Transport()}
				start := time.Now()
				token, err := c.Device(t.Context(), func(d *oauth2.DeviceAuthResponse) error {
					if tt.before != nil {
						tt.before(srv)
					}
					if tt.enters > 0 {
						time.AfterFunc(tt.enters, func() { enter(t, srv, d) })
					}
					return nil
				})
				var e *oauth.Error
				if !errors.Is(err, tt.is) || (err == nil) != (tt.is == nil) || errors.As(err, &e) && e.Code != tt.code {
					t.Errorf("got %v", err)
				}
				if (token != nil && token.AccessToken != "") != (tt.is == nil) {
					t.Errorf("the token is %v", token != nil)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				polls := 0
				for _, r := range srv.Transcript() {
					if r.Endpoint == oauthtest.TokenPath {
						polls++
					}
					if r.Error == "slow_down" {
						t.Error("the server had to ask for fewer polls")
					}
				}
				if polls != tt.polls {
					t.Errorf("%d polls, want %d", polls, tt.polls)
				}
			})
		})
	}
}

// An endpoint that asks to wait says for how long, also to who opens a mailbox.
func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		status    int
		asks, got time.Duration
	}{{429, 7 * time.Second, 7 * time.Second}, {503, time.Hour, time.Hour}, {503, 1000 * time.Hour, 24 * time.Hour}, {400, time.Hour, 0}} {
		srv := oauthtest.NewServer(t, oauthtest.Config{})
		srv.FailAfter(oauthtest.TokenPath, tt.status, tt.asks, 1)
		_, err := srv.Client().Source(t.Context(), &oauth2.Token{RefreshToken: refreshSecret}).Token()
		var e *oauth.Error
		if !errors.As(err, &e) || e.RetryAfter != tt.got || errors.Is(err, backend.ErrTemporary) != (tt.got > 0) {
			t.Errorf("%d, %v: %v", tt.status, tt.asks, err)
		}
	}
}
