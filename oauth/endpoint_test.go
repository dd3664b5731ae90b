package oauth_test

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

func rawURL(part string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(part) }

const (
	refreshSecret = "1//Marker-refresh-token"
	clientSecret  = "GOCSPX-Marker-client-secret"
)

// refreshed refreshes a token at a token endpoint, once.
func refreshed(t *testing.T, handler http.HandlerFunc) (*oauth2.Token, error) {
	t.Helper()
	requests := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests++; requests > 1 {
			t.Error("the refresh token was sent twice")
		}
		if r.FormValue("refresh_token") != refreshSecret || r.FormValue("client_secret") != clientSecret || r.Form.Has("code") {
			t.Errorf("asked with %v", r.Form)
		}
		handler(w, r)
	}))
	defer srv.Close()
	c := &oauth.Client{Issuer: oauth.Microsoft("contoso.example"), ID: "client-id", Secret: clientSecret, Address: "ada@example.org",
		HTTP: &http.Client{Timeout: 5 * time.Second}}
	c.Issuer.TokenURL = srv.URL + "/token"
	return c.Source(t.Context(), &oauth2.Token{RefreshToken: refreshSecret}).Token()
}

// Whatever a token endpoint answers, there is a token that can be used, or an error that says what
// to do, and that has no secret.
func TestTokenEndpoint(t *testing.T) {
	says := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	aadsts := func(code, number string) http.HandlerFunc {
		return says(400, "application/json", fmt.Sprintf(`{"error":%q,"error_description":"AADSTS%s: you sent %s and %s.\r\nTrace ID: 0000","error_codes":[%s]}`,
			code, number, refreshSecret, clientSecret, number))
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		is      error
		text    string
	}{
		{"a token", says(200, "application/json", `{"access_token":"at","token_type":"bearer","expires_in":3600}`), nil, ""},
		{"a token as a form", says(200, "text/plain", `access_token=at&expires_in=3600`), nil, ""},
		{"invalid_grant", says(400, "application/json", `{"error":"invalid_grant"}`), oauth.ErrConsent, "imapcompat login ada@example.org"},
		{"200 with an error", says(200, "application/json", `{"error":"invalid_grant"}`), oauth.ErrConsent, "imapcompat login"},
		{"error as HTML type", says(400, "text/html", `{"error":"invalid_client"}`), oauth.ErrClient, "secret"},
		{"AADSTS50076", aadsts("interaction_required", "50076"), oauth.ErrConsent, "second factor"},
		{"AADSTS700082", aadsts("invalid_grant", "700082"), oauth.ErrConsent, "not used for a long time"},
		{"AADSTS7000222", aadsts("invalid_client", "7000222"), oauth.ErrClient, "expired"},
		{"AADSTS53003", aadsts("access_denied", "53003"), oauth.ErrDenied, "Conditional Access"},
		{"AADSTS50196", aadsts("invalid_grant", "50196"), backend.ErrTemporary, "too often"},
		{"unknown AADSTS", aadsts("invalid_grant", "999999"), oauth.ErrConsent, "login.microsoftonline.com/error?code=999999"},
		{"admin_policy_enforced", says(400, "application/json", `{"error":"admin_policy_enforced"}`), oauth.ErrDenied, "trust the client ID"},
		{"invalid_rapt", says(400, "application/json", `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`), oauth.ErrConsent, "session"},
		{"500", says(500, "text/html", "<html>"+refreshSecret), backend.ErrTemporary, "Try again later"},
		{"429", says(429, "application/json", `{"error":"invalid_grant"}`), backend.ErrTemporary, "Try again later"},
		{"temporarily_unavailable", says(400, "application/json", `{"error":"temporarily_unavailable"}`), backend.ErrTemporary, "Try again later"},
		{"400 HTML", says(400, "text/html", "<html>"+refreshSecret), backend.ErrProtocol, "proxy"},
		{"HTML", says(200, "text/html", "<html>"+refreshSecret), backend.ErrProtocol, "not a token"},
		{"empty", says(200, "application/json", ""), backend.ErrProtocol, "not a token"},
		{"no token", says(200, "application/json", "{}"), backend.ErrProtocol, "not a token"},
		{"quoted secrets", says(400, "application/json", `{"error":"`+refreshSecret+`","error_description":"`+clientSecret+" "+base64.StdEncoding.EncodeToString([]byte(refreshSecret))+`"}`), backend.ErrAuthentication, ""},
		{"terminal sequences", says(400, "application/json", `{"error":"\u001b[2J","error_description":"\u001b]0;x\u0007\u202e no\r\nno"}`), backend.ErrAuthentication, "no no"},
		{"token with CR LF", says(200, "application/json", `{"access_token":"at\r\nA1 NOOP","token_type":"bearer"}`), backend.ErrProtocol, "octets"},
		{"refresh token with NUL", says(200, "application/json", `{"access_token":"at","refresh_token":"a\u0000b"}`), backend.ErrProtocol, "octets"},
		{"endless token", says(200, "application/json", `{"access_token":"`+strings.Repeat("a", 40<<10)+`"}`), backend.ErrProtocol, "too long"},
		{"another type", says(200, "application/json", `{"access_token":"at","token_type":"mac"}`), backend.ErrProtocol, "bearer"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, backend.ErrProtocol, ""},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for chunk := `{"access_token":"at","x":"` + strings.Repeat("x", 64<<10); ; chunk = strings.Repeat("x", 64<<10) {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		}, backend.ErrProtocol, "not a token"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, backend.ErrTemporary, "cannot be reached"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, err := refreshed(t, tt.handler)
			if !errors.Is(err, tt.is) || (err == nil) != (tt.is == nil) || err != nil && !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v", err)
			}
			if err == nil && (token.AccessToken != "at" || token.RefreshToken != refreshSecret) {
				t.Error("another token")
			}
			if errors.Is(err, backend.ErrTemporary) && errors.Is(err, backend.ErrPermanent) {
				t.Errorf("%v is temporary and permanent", err)
			}
			noSecret(t, err, "Marker", "\x1b", "\u202e", "\r")
		})
	}
}

// An endpoint that cannot be reached, or does not answer, says nothing about the consent.
func TestTokenEndpointUnreachable(t *testing.T) {
	c := &oauth.Client{Issuer: oauth.Microsoft("contoso.example"), ID: "client-id", HTTP: &http.Client{Transport: silent{}, Timeout: time.Millisecond}}
	_, err := c.Source(t.Context(), &oauth2.Token{RefreshToken: refreshSecret}).Token()
	if !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrTemporary) || errors.Is(err, oauth.ErrConsent) {
		t.Errorf("silent: %v", err)
	}
	if _, err = c.Source(t.Context(), nil).Token(); !errors.Is(err, oauth.ErrConsent) {
		t.Errorf("no token: %v", err)
	}
}

// The error of a source is found in that of Open, and is told there.
func TestOpenWithoutConsent(t *testing.T) {
	mail := imaptest.Config{Token: "token"}.NewServer(t)
	for _, tt := range []struct {
		body      string
		status    int
		is        []error
		temporary bool
		text      string
	}{
		{`{"error":"invalid_grant","error_description":"AADSTS50173: ` + refreshSecret + `"}`, 400,
			[]error{oauth.ErrConsent, imapcompat.ErrAuthentication, imapcompat.ErrPermanent}, false, "imapcompat login ada@example.org"},
		{`{"error":"invalid_client"}`, 401, []error{oauth.ErrClient, imapcompat.ErrAuthentication, imapcompat.ErrPermanent}, false, "secret"},
		{`no`, 503, []error{imapcompat.ErrRefused, imapcompat.ErrTemporary}, true, "Try again later"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(tt.status)
			io.WriteString(w, tt.body)
		}))
		c := &oauth.Client{Issuer: oauth.Microsoft("contoso.example"), ID: "client-id", Address: "ada@example.org"}
		c.Issuer.TokenURL = srv.URL
		source := c.Source(t.Context(), &oauth2.Token{RefreshToken: refreshSecret})
		_, err := imapcompat.Open(mail.IMAP(), mail.User, "", imapcompat.WithTokenSource(source))
		srv.Close()
		for _, is := range tt.is {
			if !errors.Is(err, is) {
				t.Errorf("%v is not %v", err, is)
			}
		}
		var e *oauth.Error
		var answer *oauth2.RetrieveError
		if !errors.As(err, &e) || !errors.As(err, &answer) || errors.Is(err, imapcompat.ErrTemporary) != tt.temporary {
			t.Errorf("got %v", err)
		}
		if !strings.Contains(err.Error(), tt.text) || !strings.Contains(oauth.Advice(err), tt.text) {
			t.Errorf("%v does not say %q", err, tt.text)
		}
		noSecret(t, err, "Marker")
	}
}

// An application logs in by itself with a secret or a certificate.
func TestAppOnly(t *testing.T) {
	certificate, err := oauthtest.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Microsoft, Clients: []oauthtest.Client{
		{ID: "secretive", Secret: clientSecret, Roles: []string{"IMAP.AccessAsApp"}},
		{ID: "certified", Certificate: certificate.Leaf, Roles: []string{"IMAP.AccessAsApp"}},
	}})
	issuer := at(srv, oauth.Microsoft("contoso.example"))
	for _, tt := range []struct {
		name   string
		client oauth.Client
		is     error
		text   string
	}{
		{"secret", oauth.Client{Issuer: issuer, ID: "secretive", Secret: clientSecret}, nil, ""},
		{"certificate", oauth.Client{Issuer: issuer, ID: "certified", Certificate: &certificate}, nil, ""},
		{"wrong secret", oauth.Client{Issuer: issuer, ID: "secretive", Secret: "Marker-wrong"}, oauth.ErrClient, "AADSTS7000215"},
		{"unknown client", oauth.Client{Issuer: issuer, ID: "unknown", Secret: clientSecret}, oauth.ErrClient, "AADSTS700016"},
		{"nothing", oauth.Client{Issuer: issuer, ID: "secretive"}, backend.ErrInvalidArgument, "needs a secret"},
		{"no tenant", oauth.Client{Issuer: oauth.Microsoft(""), ID: "secretive", Secret: clientSecret}, backend.ErrInvalidArgument, "--tenant"},
		{"not supported", oauth.Client{Issuer: google(t), ID: "x", Secret: clientSecret}, backend.ErrNotSupported, ""},
		{"empty certificate", oauth.Client{Issuer: issuer, ID: "certified", Certificate: &tls.Certificate{}}, backend.ErrInvalidArgument, "empty"},
	} {
		source := tt.client.AppOnly(t.Context())
		token, err := source.Token()
		if !errors.Is(err, tt.is) || (err == nil) != (tt.is == nil) || err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil {
			again, err := source.Token()
			if err != nil || again.AccessToken != token.AccessToken {
				t.Errorf("%s: a valid token is not kept: %v", tt.name, err)
			}
			noSecret(t, source, token.AccessToken)
		}
		noSecret(t, err, "Marker")
		noSecret(t, source, "Marker")
		noSecret(t, tt.client, "Marker")
	}
}

// The assertion of a client is what Microsoft documents.
func TestAssertion(t *testing.T) {
	certificate, err := oauthtest.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || r.Form.Has("client_secret") {
			t.Errorf("asked with %v", r.Form)
		}
		seen = append(seen, r.FormValue("client_assertion"))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"AADSTS700027: %s"}`, r.FormValue("client_assertion"))
	}))
	defer srv.Close()
	c := &oauth.Client{Issuer: oauth.Microsoft("contoso.example"), ID: "client-id", Certificate: &certificate}
	c.Issuer.TokenURL = srv.URL + "/token"
	for range 2 {
		_, err := c.AppOnly(t.Context()).Token()
		if !errors.Is(err, oauth.ErrClient) || !strings.Contains(oauth.Advice(err), "certificate") {
			t.Errorf("got %v", err)
		}
		noSecret(t, err, seen[len(seen)-1])
	}
	parts := strings.Split(seen[0], ".")
	header, claims := decoded(t, parts[0]), decoded(t, parts[1])
	if header["alg"] != "PS256" || header["typ"] != "JWT" || len(header["x5t#S256"].(string)) != 43 {
		t.Errorf("header %v", header)
	}
	if claims["iss"] != "client-id" || claims["sub"] != "client-id" || fmt.Sprint(claims["aud"]) != "["+c.Issuer.TokenURL+"]" || claims["exp"].(float64)-claims["nbf"].(float64) > 600 {
		t.Errorf("claims %v", claims)
	}
	if seen[0] == seen[1] || claims["jti"] == decoded(t, strings.Split(seen[1], ".")[1])["jti"] {
		t.Error("an assertion was used twice")
	}
}

// A service account acts for a user of its domain, if an administrator allows it.
func TestServiceAccount(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Google})
	key, err := srv.ServiceAccount("https://mail.google.com/")
	if err != nil {
		t.Fatal(err)
	}
	powerless, err := srv.ServiceAccount()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		key     []byte
		subject string
		is      error
		text    string
	}{
		{"delegated", key, "ada@example.com", nil, ""},
		{"no delegation", powerless, "ada@example.com", oauth.ErrClient, "Domain-wide delegation"},
		{"unknown user", key, "bob@elsewhere.example", oauth.ErrClient, "bob@elsewhere.example"},
		{"no address", key, "ada", backend.ErrInvalidArgument, "mail address"},
		{"no JSON", []byte("Marker"), "ada@example.com", backend.ErrInvalidArgument, "not JSON"},
		{"another file", []byte(`{"installed":{"client_secret":"Marker"}}`), "ada@example.com", backend.ErrInvalidArgument, "service_account"},
		{"no key", []byte(`{"type":"service_account","client_email":"a@b","private_key":"Marker","token_uri":"https://x.example/"}`), "ada@example.com", backend.ErrInvalidArgument, "PEM"},
		{"token in the clear", []byte(`{"type":"service_account","client_email":"a@b","private_key":"Marker","token_uri":"http://x.example/"}`), "ada@example.com", backend.ErrInvalidArgument, "complete"},
	} {
		var token *oauth2.Token
		source, err := oauth.ServiceAccount(t.Context(), tt.key, tt.subject)
		if err == nil {
			token, err = source.Token()
			noSecret(t, source, "PRIVATE")
		}
		if !errors.Is(err, tt.is) || (err == nil) != (tt.is == nil) || err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil && token.AccessToken == "" {
			t.Errorf("%s: no token", tt.name)
		}
		noSecret(t, err, "Marker", "PRIVATE")
	}
}

// Revoke ends the consent, also if it has ended before.
func TestRevoke(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Google})
	c := &oauth.Client{Issuer: at(srv, google(t)), ID: "client-id", Secret: "client-secret", Address: "ada@example.com"}
	token, err := c.Browser(t.Context(), srv.Browse)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Revoke(t.Context(), token); err != nil {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.Source(t.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token(); !errors.Is(err, oauth.ErrConsent) {
		t.Errorf("after it: %v", err)
	}
	srv.Fail(oauthtest.RevokePath, oauthtest.Unavailable, 1)
	if err := c.Revoke(t.Context(), token); !errors.Is(err, backend.ErrTemporary) {
		t.Errorf("in trouble: %v", err)
	}
	if err := c.Revoke(t.Context(), nil); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Errorf("no token: %v", err)
	}
	c.Issuer = oauth.Microsoft("")
	if err := c.Revoke(t.Context(), token); !errors.Is(err, backend.ErrNotSupported) || !strings.Contains(oauth.Advice(err), "https://") {
		t.Errorf("no endpoint: %v", err)
	}
}
