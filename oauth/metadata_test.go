package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

const keycloak = `{"issuer":"https://login.example.org/realms/staff",
	"authorization_endpoint":"https://login.example.org/realms/staff/protocol/openid-connect/auth",
	"token_endpoint":"https://login.example.org/realms/staff/protocol/openid-connect/token",
	"device_authorization_endpoint":"https://login.example.org/realms/staff/protocol/openid-connect/auth/device",
	"revocation_endpoint":"https://login.example.org/realms/staff/protocol/openid-connect/revoke",
	"authorization_response_iss_parameter_supported":true,
	"scopes_supported":["openid","profile","offline_access","email","roles"],
	"token_endpoint_auth_methods_supported":["private_key_jwt","client_secret_basic","client_secret_post"],
	"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.org/"}}`

func TestParseMetadata(t *testing.T) {
	m, err := oauth.ParseMetadata([]byte(keycloak))
	check(t, err)
	issuer := m.AsIssuer()
	if issuer.ID != "https://login.example.org/realms/staff" || issuer.Identifier != issuer.ID || !issuer.NamesItself || issuer.Name != "login.example.org" ||
		!strings.HasSuffix(issuer.DeviceURL, "/auth/device") || issuer.AuthStyle != oauth2.AuthStyleInParams ||
		strings.Join(issuer.ScopesFor("imap"), " ") != "openid email offline_access" {
		t.Errorf("%+v", issuer)
	}
	for what, text := range map[string]string{
		"no JSON":               "<html>",
		"null":                  "null",
		"a list":                "[" + keycloak + "]",
		"another type":          strings.Replace(keycloak, "true", `"yes"`, 1),
		"too long":              keycloak + strings.Repeat(" ", 300<<10),
		"cut off":               keycloak[:100],
		"no token endpoint":     strings.Replace(keycloak, `"token_endpoint"`, `"x"`, 1),
		"no issuer":             strings.Replace(keycloak, `"issuer"`, `"x"`, 1),
		"issuer with a query":   strings.Replace(keycloak, `realms/staff",`, `realms/staff?x=1",`, 1),
		"issuer in the clear":   strings.Replace(keycloak, `"issuer":"https:`, `"issuer":"http:`, 1),
		"token in the clear":    strings.Replace(keycloak, `"token_endpoint":"https:`, `"token_endpoint":"http:`, 1),
		"token to this machine": strings.Replace(keycloak, `"token_endpoint":"https://login.example.org`, `"token_endpoint":"http://127.0.0.1`, 1),
		"the same in capitals":  strings.Replace(keycloak, `"token_endpoint":"https://login.example.org`, `"token_endpoint":"HTTP://127.0.0.1`, 1),
		"login at a file":       strings.Replace(keycloak, `"authorization_endpoint":"https:`, `"authorization_endpoint":"file:`, 1),
		"login by a script":     strings.Replace(keycloak, `"authorization_endpoint":"https:`, `"authorization_endpoint":"javascript:`, 1),
		"a user in an address":  strings.Replace(keycloak, `"revocation_endpoint":"https://`, `"revocation_endpoint":"https://a:b@`, 1),
		"a line end":            strings.Replace(keycloak, `/auth/device`, `/auth\r\nX: y`, 1),
		"an endless address":    strings.Replace(keycloak, `/auth/device`, strings.Repeat("/x", 2000), 1),
		"terminal sequence":     strings.Replace(keycloak, `/auth/device`, `/\u001b[2J`, 1),
		"relative":              strings.Replace(keycloak, `"device_authorization_endpoint":"https://login.example.org`, `"device_authorization_endpoint":"`, 1),
	} {
		if _, err := oauth.ParseMetadata([]byte(text)); !errors.Is(err, backend.ErrProtocol) || !errors.Is(err, backend.ErrPermanent) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is read is valid, and is read again as it is.
func FuzzParseMetadata(f *testing.F) {
	f.Add([]byte(keycloak))
	f.Add([]byte(`{"issuer":"http://localhost:1","token_endpoint":"http://[::1]:1/t"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := oauth.ParseMetadata(text)
		if err != nil {
			if !errors.Is(err, backend.ErrProtocol) {
				t.Fatal(err)
			}
			return
		}
		issuer := m.AsIssuer()
		for _, address := range []string{issuer.TokenURL, issuer.AuthURL, issuer.DeviceURL, issuer.RevokeURL} {
			if address != "" && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(issuer.ID, "http://") || strings.ContainsAny(address, "\r\n\x1b ") {
				t.Errorf("%q of %q", address, issuer.ID)
			}
		}
	})
}

// An issuer is found at either address, and its metadata is enough for a login.
func TestDiscover(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{})
	for _, identifier := range []string{srv.URL(), srv.URL() + "/"} {
		m, err := oauth.Discover(t.Context(), nil, identifier)
		check(t, err)
		c := &oauth.Client{Issuer: m.AsIssuer(), ID: "client-id", Scopes: []string{"imap"}}
		token, err := c.Browser(t.Context(), srv.Browse)
		check(t, err)
		if token.AccessToken == "" {
			t.Error("no token")
		}
		srv.Answer("/.well-known/openid-configuration", 404, "{}", 1) // then it is at the address of RFC 8414
	}
	if _, err := oauth.Discover(t.Context(), nil, "http://login.example.org"); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Errorf("in the clear: %v", err)
	}
}

// Metadata of a hostile or broken issuer is not used.
func TestDiscoverFails(t *testing.T) {
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		is      error
	}{
		"nothing":        {http.NotFound, backend.ErrProtocol},
		"a page":         {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) }, backend.ErrProtocol},
		"another issuer": {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(keycloak)) }, backend.ErrProtocol},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect was followed")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, backend.ErrProtocol},
		"in trouble": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, backend.ErrTemporary},
		"hangs up":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, backend.ErrTemporary},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := w.Write([]byte(strings.Repeat(" ", 64<<10))); err != nil {
					return
				}
			}
		}, backend.ErrProtocol},
	} {
		srv := httptest.NewServer(tt.handler)
		if _, err := oauth.Discover(t.Context(), nil, srv.URL+"/realms/staff"); !errors.Is(err, tt.is) {
			t.Errorf("%s: %v", name, err)
		}
		srv.Close()
	}
}

// A secret is sent as the issuer wants it.
func TestMetadataSecret(t *testing.T) {
	for methods, want := range map[string]string{"": "header", `"client_secret_basic"`: "header", `"client_secret_post","client_secret_basic"`: "form"} {
		for _, secret := range []string{clientSecret, ""} {
			got := ""
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, password, ok := r.BasicAuth(); ok && password != "" {
					got = "header"
				} else if r.FormValue("client_secret") != "" {
					got = "form"
				}
				if r.FormValue("client_id") == "" && got != "header" {
					t.Error("no client ID")
				}
				w.Header().Set("Content-Type", "application/json")
				w.Write([]byte(`{"access_token":"at","token_type":"Bearer","expires_in":3600}`))
			}))
			m, err := oauth.ParseMetadata([]byte(`{"issuer":"` + srv.URL + `","token_endpoint":"` + srv.URL + `/t","token_endpoint_auth_methods_supported":[` + methods + `]}`))
			check(t, err)
			c := &oauth.Client{Issuer: m.AsIssuer(), ID: "client-id", Secret: secret}
			_, err = c.Source(t.Context(), &oauth2.Token{RefreshToken: "rt"}).Token()
			check(t, err)
			if secret == "" && got != "" || secret != "" && got != want {
				t.Errorf("%s: in the %s", methods, got)
			}
			srv.Close()
		}
	}
}
