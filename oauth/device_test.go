package oauth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
)

// direct reaches a handler without a network, so that the clock of synctest counts.
type direct struct{ handler http.HandlerFunc }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	d.handler(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

const (
	deviceCode = "Marker-device-code"
	userCode   = "WDJB-MJHT"
)

// device is a client of a server that answers a request for codes, and then the polls in turn.
func device(t *testing.T, code string, polls ...string) (c *oauth.Client, times *[]time.Time) {
	t.Helper()
	times = new([]time.Time)
	handler := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/device" {
			io.WriteString(w, code)
			return
		}
		if r.FormValue("device_code") != deviceCode || r.FormValue("client_id") != "client-id" {
			t.Errorf("polled with %v", r.Form)
		}
		*times = append(*times, time.Now())
		answer := polls[min(len(*times), len(polls))-1]
		status, body, _ := strings.Cut(answer, " ")
		switch status {
		case "503":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "400":
			w.WriteHeader(http.StatusBadRequest)
		}
		io.WriteString(w, body)
	}
	return &oauth.Client{
		Issuer: oauth.Issuer{ID: "x", Name: "X", TokenURL: "https://x.example/token", DeviceURL: "https://x.example/device"},
		ID:     "client-id", Address: "ada@example.org", HTTP: &http.Client{Transport: direct{handler}},
	}, times
}

func failed(code string) string { return `400 {"error":"` + code + `"}` }

const (
	goodCode = `{"device_code":"` + deviceCode + `","user_code":"` + userCode + `","verification_uri":"https://x.example/enter","expires_in":900,"interval":5}`
	granted  = `200 {"access_token":"at","refresh_token":"rt","token_type":"Bearer","expires_in":3600}`
)

// Device waits as RFC 8628 section 3.5 says, and ends with what the issuer decides.
func TestDevice(t *testing.T) {
	for _, tt := range []struct {
		name  string
		code  string
		polls []string
		waits []time.Duration // before each poll
		is    error
		text  string
	}{
		{"at once", goodCode, []string{granted}, []time.Duration{5 * time.Second}, nil, ""},
		{"pending", goodCode, []string{failed("authorization_pending"), failed("authorization_pending"), granted},
			[]time.Duration{5 * time.Second, 5 * time.Second, 5 * time.Second}, nil, ""},
		{"slow down", goodCode, []string{failed("slow_down"), failed("authorization_pending"), granted},
			[]time.Duration{5 * time.Second, 10 * time.Second, 10 * time.Second}, nil, ""},
		{"in trouble", goodCode, []string{`503 <html>`, failed("temporarily_unavailable"), granted},
			[]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second}, nil, ""},
		{"no interval", strings.Replace(goodCode, `"interval":5`, `"interval":0`, 1), []string{granted}, []time.Duration{5 * time.Second}, nil, ""},
		{"negative interval", strings.Replace(goodCode, `"interval":5`, `"interval":-9`, 1), []string{granted}, []time.Duration{time.Second}, nil, ""},
		{"endless interval", strings.Replace(goodCode, `"interval":5`, `"interval":9223372036854775807`, 1), []string{granted}, []time.Duration{time.Minute}, nil, ""},
		{"denied", goodCode, []string{failed("access_denied")}, []time.Duration{5 * time.Second}, oauth.ErrDenied, "refused"},
		{"declined", goodCode, []string{failed("authorization_declined")}, []time.Duration{5 * time.Second}, oauth.ErrDenied, "declined"},
		{"expired", goodCode, []string{failed("authorization_pending"), failed("expired_token")}, []time.Duration{5 * time.Second, 5 * time.Second}, backend.ErrTimeout, "imapcompat login ada@example.org"},
		{"never", strings.Replace(goodCode, "900", "12", 1), []string{failed("authorization_pending")}, []time.Duration{5 * time.Second, 5 * time.Second}, backend.ErrTimeout, "imapcompat login ada@example.org"},
		{"invalid client", goodCode, []string{failed("invalid_client")}, []time.Duration{5 * time.Second}, oauth.ErrClient, "secret"},
		{"a page", goodCode, []string{"200 <html>"}, []time.Duration{5 * time.Second}, backend.ErrProtocol, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, times := device(t, tt.code, tt.polls...)
				start := time.Now()
				token, err := c.Device(t.Context(), func(d *oauth2.DeviceAuthResponse) error {
					if d.UserCode != userCode || d.VerificationURI != "https://x.example/enter" || d.DeviceCode != "" {
						t.Errorf("shown: %+v", d)
					}
					return nil
				})
				if !errors.Is(err, tt.is) || (err == nil) != (tt.is == nil) || err != nil && !strings.Contains(err.Error(), tt.text) {
					t.Errorf("got %v", err)
				}
				if err == nil && (token.AccessToken != "at" || token.RefreshToken != "rt") {
					t.Errorf("got another token")
				}
				noSecret(t, err, deviceCode, "Marker")
				last := start
				if len(*times) != len(tt.waits) {
					t.Fatalf("%d polls, want %d", len(*times), len(tt.waits))
				}
				for i, at := range *times {
					if got := at.Sub(last); got != tt.waits[i] {
						t.Errorf("poll %d after %s, want %s", i, got, tt.waits[i])
					}
					last = at
				}
			})
		})
	}
}

// What the device endpoint of a hostile issuer sends is not shown to the user.
func TestDeviceHostile(t *testing.T) {
	for _, code := range []string{
		`{}`, `[]`, `<html>`, `{"device_code":"` + deviceCode + `"}`, `null`,
		strings.Replace(goodCode, "https://x.example/enter", "javascript:alert(1)", 1),
		strings.Replace(goodCode, "https://x.example/enter", "http://x.example/enter", 1),
		strings.Replace(goodCode, "https://x.example/enter", `https://x.example/\u001b]8`, 1),
		strings.Replace(goodCode, "https://x.example/enter", "https://user:password@x.example/", 1),
		strings.Replace(goodCode, userCode, `\u001b[2J`, 1),
		strings.Replace(goodCode, userCode, strings.Repeat("A", 1000), 1),
		strings.Replace(goodCode, `"interval"`, `"verification_uri_complete":"file:///etc/passwd","interval"`, 1),
	} {
		c, _ := device(t, code, granted)
		_, err := c.Device(t.Context(), func(d *oauth2.DeviceAuthResponse) error {
			t.Errorf("shown for %s: %+v", code, d)
			return nil
		})
		if !errors.Is(err, backend.ErrProtocol) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Device ends with its context, also while the device endpoint does not answer.
func TestDeviceEnds(t *testing.T) {
	c, _ := device(t, goodCode, failed("authorization_pending"))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Device(ctx, func(*oauth2.DeviceAuthResponse) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	c.HTTP = &http.Client{Transport: silent{}}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Device(ctx, nil); !errors.Is(err, backend.ErrTimeout) {
		t.Errorf("late: %v", err)
	}
	c.Issuer.DeviceURL = ""
	if _, err := c.Device(t.Context(), nil); !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("no endpoint: %v", err)
	}
}

// silent answers nothing until the request ends.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// decoded returns a part of a JWT.
func decoded(t *testing.T, part string) map[string]any {
	t.Helper()
	m := map[string]any{}
	text, err := rawURL(part)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A user who leaves a box unticked learns it at the login.
func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		granted string
		ok      bool
	}{
		{"", true},
		{"https://outlook.office365.com/imap.accessasuser.all openid", true},
		{"https://outlook.office.com/SMTP.Send https://outlook.office.com/IMAP.AccessAsUser.All", true},
		{"openid email", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := device(t, goodCode, `200 {"access_token":"at","scope":"`+tt.granted+`"}`)
			c.Scopes = oauth.Microsoft("").ScopesFor("imap")
			token, err := c.Device(t.Context(), func(*oauth2.DeviceAuthResponse) error { return nil })
			if (err == nil) != tt.ok || !tt.ok && (!errors.Is(err, oauth.ErrDenied) || token != nil) {
				t.Errorf("%q: %v", tt.granted, err)
			}
		})
	}
}
