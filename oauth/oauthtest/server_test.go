package oauthtest_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

var mailScope = map[oauthtest.Style]string{
	oauthtest.Standard:  "imap",
	oauthtest.Google:    "https://mail.google.com/",
	oauthtest.Microsoft: "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// program is a mail program that redirects to itself.
type program struct {
	t        *testing.T
	srv      *oauthtest.Server
	config   *oauth2.Config
	verifier string
	answers  chan url.Values
}

// newProgram returns a program whose redirect goes to a host of loopback.
func newProgram(t *testing.T, srv *oauthtest.Server, style oauthtest.Style) *program {
	t.Helper()
	p := &program{t: t, srv: srv, verifier: oauth2.GenerateVerifier(), answers: make(chan url.Values, 1)}
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { p.answers <- r.URL.Query() }))
	t.Cleanup(listener.Close)
	redirect := listener.URL
	if style == oauthtest.Microsoft {
		redirect = strings.Replace(redirect, "127.0.0.1", "localhost", 1)
	}
	p.config = &oauth2.Config{
		ClientID:    "client-id",
		RedirectURL: redirect,
		Scopes:      strings.Fields(mailScope[style]),
		Endpoint: oauth2.Endpoint{
			AuthURL: srv.URL() + oauthtest.AuthorizePath, TokenURL: srv.URL() + oauthtest.TokenPath,
			DeviceAuthURL: srv.URL() + oauthtest.DevicePath, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	if style == oauthtest.Google {
		p.config.ClientSecret = "client-secret"
	}
	return p
}

// ask opens the authorization endpoint, and returns what comes back.
func (p *program) ask(options ...oauth2.AuthCodeOption) (url.Values, error) {
	p.t.Helper()
	options = append([]oauth2.AuthCodeOption{oauth2.S256ChallengeOption(p.verifier), oauth2.AccessTypeOffline}, options...)
	if err := p.srv.Browse(p.config.AuthCodeURL("state", options...)); err != nil {
		return nil, err
	}
	got := <-p.answers
	if got.Get("state") != "state" {
		p.t.Errorf("state %q", got.Get("state"))
	}
	return got, nil
}

func (p *program) login() *oauth2.Token {
	p.t.Helper()
	got, err := p.ask()
	must(p.t, err)
	token, err := p.config.Exchange(context.Background(), got.Get("code"), oauth2.VerifierOption(p.verifier))
	must(p.t, err)
	return token
}

// refresh returns the token that a refresh token gives.
func (p *program) refresh(refreshToken string) (*oauth2.Token, error) {
	return p.config.TokenSource(context.Background(), &oauth2.Token{RefreshToken: refreshToken}).Token()
}

// code is the error of a failed request.
func code(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		var body struct{ Error string }
		if json.Unmarshal(e.Body, &body) != nil {
			return "no JSON"
		}
		return body.Error
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func styles(t *testing.T, f func(t *testing.T, style oauthtest.Style)) {
	for name, style := range map[string]oauthtest.Style{"Standard": oauthtest.Standard, "Google": oauthtest.Google, "Microsoft": oauthtest.Microsoft} {
		t.Run(name, func(t *testing.T) { f(t, style) })
	}
}

func TestAuthorizationCode(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style})
		p := newProgram(t, srv, style)
		token := p.login()
		if token.RefreshToken == "" || time.Until(token.Expiry) < 50*time.Minute {
			t.Errorf("no refresh token, or it expires at %v", token.Expiry)
		}
		opens := imaptest.TokenLogin{Protocol: "imap", Mechanism: imaptest.XOAuth2, User: "ada@example.com", Token: token.AccessToken}
		must(t, srv.CheckToken(opens))
		srv.Advance(2 * time.Hour)
		if srv.CheckToken(opens) == nil {
			t.Error("an expired token is good")
		}
		next, err := p.refresh(token.RefreshToken)
		must(t, err)
		opens.Token = next.AccessToken
		must(t, srv.CheckToken(opens))
		if rotated := next.RefreshToken != token.RefreshToken; rotated != (style == oauthtest.Microsoft) {
			t.Errorf("the refresh token changes: %v", rotated)
		}
		if _, err := p.refresh(token.RefreshToken); err != nil {
			t.Errorf("the old refresh token: %v", err)
		}
		srv.Withdraw("ada@example.com")
		_, err = p.refresh(next.RefreshToken)
		wantCode(t, err, "invalid_grant")
		if alive := srv.CheckToken(opens) == nil; alive != (style == oauthtest.Microsoft) {
			t.Errorf("the access token is good after the consent has gone: %v", alive)
		}
	})
}

// What a client must not do is refused.
func TestStrictness(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style})
		p := newProgram(t, srv, style)
		for name, option := range map[string]oauth2.AuthCodeOption{
			"plain PKCE": oauth2.SetAuthURLParam("code_challenge_method", "plain"),
			"no PKCE":    oauth2.SetAuthURLParam("code_challenge", ""),
			"no scope":   oauth2.SetAuthURLParam("scope", ""),
			"scope":      oauth2.SetAuthURLParam("scope", "nonsense"),
			"implicit":   oauth2.SetAuthURLParam("response_type", "token"),
		} {
			if got, err := p.ask(option); err != nil || got.Get("error") == "" || got.Has("code") {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		for _, redirect := range []string{"http://192.0.2.1/", "https://localhost/", p.config.RedirectURL + "#f", "http://localhost.example.com", ""} {
			if _, err := p.ask(oauth2.SetAuthURLParam("redirect_uri", redirect)); err == nil {
				t.Errorf("a redirect to %q", redirect)
			}
		}
		if _, err := p.ask(oauth2.SetAuthURLParam("client_id", "other")); err == nil {
			t.Error("an unknown client")
		}

		exchange := func(options ...oauth2.AuthCodeOption) error {
			got, err := p.ask()
			must(t, err)
			_, err = p.config.Exchange(context.Background(), got.Get("code"), options...)
			return err
		}
		wantCode(t, exchange(), "invalid_grant")
		wantCode(t, exchange(oauth2.VerifierOption(oauth2.GenerateVerifier())), "invalid_grant")
		if err := exchange(oauth2.VerifierOption(p.verifier), oauth2.SetAuthURLParam("redirect_uri", p.config.RedirectURL+"/x")); err == nil {
			t.Error("another redirect_uri")
		}
		got, err := p.ask()
		must(t, err)
		srv.Advance(time.Hour)
		_, err = p.config.Exchange(context.Background(), got.Get("code"), oauth2.VerifierOption(p.verifier))
		wantCode(t, err, "invalid_grant")

		// A code that is used twice ends what it has given.
		got, err = p.ask(oauth2.SetAuthURLParam("prompt", "consent"))
		must(t, err)
		token, err := p.config.Exchange(context.Background(), got.Get("code"), oauth2.VerifierOption(p.verifier))
		must(t, err)
		_, err = p.config.Exchange(context.Background(), got.Get("code"), oauth2.VerifierOption(p.verifier))
		wantCode(t, err, "invalid_grant")
		_, err = p.refresh(token.RefreshToken)
		wantCode(t, err, "invalid_grant")
		p.config.ClientSecret = "wrong"
		_, err = p.refresh(token.RefreshToken)
		wantCode(t, err, "invalid_client")

		for name, send := range map[string]func() (*http.Response, error){
			"GET": func() (*http.Response, error) { return http.Get(srv.URL() + oauthtest.TokenPath) },
			"query": func() (*http.Response, error) {
				return http.PostForm(srv.URL()+oauthtest.TokenPath+"?client_id=client-id", nil)
			},
			"twice": func() (*http.Response, error) {
				return http.PostForm(srv.URL()+oauthtest.TokenPath, url.Values{"grant_type": {"refresh_token", "refresh_token"}})
			},
			"grant": func() (*http.Response, error) {
				return http.PostForm(srv.URL()+oauthtest.TokenPath, url.Values{"grant_type": {"password"}, "client_id": {"client-id"}})
			},
		} {
			resp, err := send()
			must(t, err)
			resp.Body.Close()
			if resp.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %s", name, resp.Status)
			}
		}
	})
}

func TestRefusal(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style})
		p := newProgram(t, srv, style)
		srv.SignIn("nobody@example.com")
		if got, err := p.ask(); err != nil || got.Get("error") != "access_denied" {
			t.Errorf("nobody: %v, %v", got, err)
		}
		srv.SignIn("ada@example.com")
		srv.Refuse()
		if got, err := p.ask(); err != nil || got.Get("error") != "access_denied" {
			t.Errorf("refused: %v, %v", got, err)
		}
	})
}

// Whoever uses a refresh token that was replaced ends the grant.
func TestRotation(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style, Rotate: true, RefreshLifetime: time.Hour})
		p := newProgram(t, srv, style)
		first := p.login()
		second, err := p.refresh(first.RefreshToken)
		must(t, err)
		if second.RefreshToken == first.RefreshToken {
			t.Fatal("the refresh token stays")
		}
		_, err = p.refresh(first.RefreshToken)
		wantCode(t, err, "invalid_grant")
		_, err = p.refresh(second.RefreshToken)
		wantCode(t, err, "invalid_grant")

		srv.Withdraw("ada@example.com") // so that Google asks again
		idle := p.login()
		srv.Advance(2 * time.Hour)
		_, err = p.refresh(idle.RefreshToken)
		wantCode(t, err, "invalid_grant")
		if n := srv.Granted("refresh_token"); n != 1 {
			t.Errorf("%d refreshes", n)
		}
	})
}

// poll asks for the token of a device code once.
func (p *program) poll(d *oauth2.DeviceAuthResponse) error {
	resp, err := http.PostForm(p.srv.URL()+oauthtest.TokenPath, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {d.DeviceCode}, "client_id": {"client-id"},
	})
	must(p.t, err)
	defer resp.Body.Close()
	var answer struct {
		Error        string
		Access_token string
	}
	must(p.t, json.NewDecoder(resp.Body).Decode(&answer))
	if (resp.StatusCode == http.StatusOK) != (answer.Access_token != "") {
		p.t.Errorf("%s without a token", resp.Status)
	}
	if answer.Error == "" {
		return nil
	}
	return errors.New(answer.Error)
}

func TestDeviceCode(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		now := time.Now()
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style, Now: func() time.Time { return now }})
		p := newProgram(t, srv, style)
		start := func() *oauth2.DeviceAuthResponse {
			d, err := p.config.DeviceAuth(context.Background())
			if style == oauthtest.Google {
				wantCode(t, err, "invalid_scope")
				t.SkipNow()
			}
			must(t, err)
			return d
		}
		d := start()
		if d.Interval != 5 {
			t.Errorf("interval %d", d.Interval)
		}
		wantCode(t, p.poll(d), "authorization_pending")
		srv.Advance(4 * time.Second)
		wantCode(t, p.poll(d), "slow_down")
		srv.Advance(9 * time.Second) // five more are needed now
		wantCode(t, p.poll(d), "slow_down")
		srv.Advance(15 * time.Second)
		wantCode(t, p.poll(d), "authorization_pending")
		must(t, srv.BrowseDevice(d))
		srv.Advance(15 * time.Second)
		must(t, p.poll(d))
		if p.poll(d) == nil {
			t.Error("a device code is good twice")
		}

		late := start()
		srv.Advance(16 * time.Minute)
		if srv.BrowseDevice(late) == nil {
			t.Error("the page takes an expired code")
		}
		wantCode(t, p.poll(late), "expired_token")

		refused := start()
		srv.Refuse()
		must(t, srv.BrowseDevice(refused))
		want := "access_denied"
		if style == oauthtest.Microsoft {
			want = "authorization_declined"
		}
		wantCode(t, p.poll(refused), want)
	})
}

func appClient(clients ...oauthtest.Client) oauthtest.Config {
	return oauthtest.Config{Style: oauthtest.Microsoft, Clients: clients}
}

func post(t *testing.T, srv *oauthtest.Server, form url.Values) (map[string]any, int) {
	t.Helper()
	resp, err := http.PostForm(srv.URL()+oauthtest.TokenPath, form)
	must(t, err)
	defer resp.Body.Close()
	var answer map[string]any
	must(t, json.NewDecoder(resp.Body).Decode(&answer))
	return answer, resp.StatusCode
}

func TestClientSecret(t *testing.T) {
	srv := oauthtest.NewServer(t, appClient(
		oauthtest.Client{ID: "client-id", Secret: "right", Roles: []string{"IMAP.AccessAsApp"}, Mailboxes: []string{"shop@example.com"}},
		oauthtest.Client{ID: "public"}))
	for _, tt := range []struct {
		client, secret, scope string
		code                  float64 // AADSTS
	}{
		{"client-id", "right", "https://outlook.office365.com/.default", 0},
		{"client-id", "wrong", "https://outlook.office365.com/.default", 7000215},
		{"client-id", "", "https://outlook.office365.com/.default", 7000218},
		{"client-id", "right", "https://outlook.office365.com/IMAP.AccessAsApp", 1002012},
		{"client-id", "right", "https://example.com/.default", 70011},
		{"other", "right", "https://outlook.office365.com/.default", 700016},
		{"public", "right", "https://outlook.office365.com/.default", 700025},
		{"public", "", "https://outlook.office365.com/.default", 7000218},
	} {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {tt.client}, "scope": {tt.scope}}
		if tt.secret != "" {
			form.Set("client_secret", tt.secret)
		}
		answer, status := post(t, srv, form)
		if tt.code == 0 {
			if status != http.StatusOK || answer["refresh_token"] != nil {
				t.Errorf("%v: %d", tt, status)
			}
			token, _ := answer["access_token"].(string)
			must(t, srv.CheckToken(imaptest.TokenLogin{Protocol: "imap", User: "shop@example.com", Token: token}))
			if err := srv.CheckToken(imaptest.TokenLogin{Protocol: "imap", User: "ada@example.com", Token: token}); !errors.Is(err, imaptest.ErrNotConnected) {
				t.Errorf("another mailbox: %v", err)
			}
			if srv.CheckToken(imaptest.TokenLogin{Protocol: "pop3", User: "shop@example.com", Token: token}) == nil {
				t.Error("POP3 without its role")
			}
			continue
		}
		codes, _ := answer["error_codes"].([]any)
		if len(codes) != 1 || codes[0] != tt.code || answer["trace_id"] == nil || !strings.HasPrefix(answer["error_description"].(string), "AADSTS") {
			t.Errorf("%v: %d %v", tt, status, answer)
		}
	}
}

func TestClientAssertion(t *testing.T) {
	certificate, err := oauthtest.NewCertificate()
	must(t, err)
	srv := oauthtest.NewServer(t, appClient(oauthtest.Client{ID: "client-id", Certificate: certificate.Leaf}))
	key := certificate.PrivateKey.(*rsa.PrivateKey)
	thumbprint := sha1.Sum(certificate.Leaf.Raw)
	long := sha256.Sum256(certificate.Leaf.Raw)
	encode := base64.RawURLEncoding.EncodeToString
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)

	type assertion struct {
		header, claims map[string]any
		key            *rsa.PrivateKey
	}
	for _, tt := range []struct {
		name   string
		change func(*assertion)
		code   float64
	}{
		{"right", func(*assertion) {}, 0},
		{"used again", func(a *assertion) { a.claims["jti"] = "first" }, 50027},
		{"x5t#S256", func(a *assertion) { a.header["x5t#S256"] = encode(long[:]); delete(a.header, "x5t") }, 0},
		{"list of audiences", func(a *assertion) { a.claims["aud"] = []string{"x", srv.URL() + oauthtest.TokenPath} }, 0},
		{"no thumbprint", func(a *assertion) { delete(a.header, "x5t") }, 700027},
		{"another thumbprint", func(a *assertion) { a.header["x5t"] = encode(long[:20]) }, 700027},
		{"another key", func(a *assertion) { a.key = other }, 700027},
		{"algorithm none", func(a *assertion) { a.header["alg"] = "none" }, 700027},
		{"audience", func(a *assertion) { a.claims["aud"] = srv.URL() }, 700023},
		{"expired", func(a *assertion) { a.claims["exp"] = time.Now().Add(-time.Hour).Unix() }, 700024},
		{"not yet", func(a *assertion) { a.claims["nbf"] = time.Now().Add(time.Hour).Unix() }, 700024},
		{"for ever", func(a *assertion) { delete(a.claims, "exp") }, 700024},
		{"issuer", func(a *assertion) { a.claims["iss"] = "x" }, 50027},
		{"subject", func(a *assertion) { a.claims["sub"] = "x" }, 50027},
		{"no jti", func(a *assertion) { delete(a.claims, "jti") }, 50027},
	} {
		id := rand.Text()
		if tt.name == "right" {
			id = "first"
		}
		a := &assertion{
			header: map[string]any{"alg": "RS256", "typ": "JWT", "x5t": encode(thumbprint[:])},
			claims: map[string]any{"iss": "client-id", "sub": "client-id", "aud": srv.URL() + oauthtest.TokenPath, "jti": id,
				"exp": time.Now().Add(time.Minute).Unix(), "nbf": time.Now().Unix()},
			key: key,
		}
		tt.change(a)
		answer, status := post(t, srv, url.Values{
			"grant_type": {"client_credentials"}, "client_id": {"client-id"}, "scope": {"https://outlook.office365.com/.default"},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {oauthtest.Sign(a.key, a.header, a.claims)},
		})
		codes, _ := answer["error_codes"].([]any)
		if tt.code == 0 && status != http.StatusOK || tt.code != 0 && (len(codes) != 1 || codes[0] != tt.code) {
			t.Errorf("%s: %d %v", tt.name, status, answer)
		}
	}
}

func TestServiceAccount(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Google})
	file, err := srv.ServiceAccount("https://mail.google.com/")
	must(t, err)
	var key struct{ Client_email, Private_key, Private_key_id, Token_uri string }
	must(t, json.Unmarshal(file, &key))
	ask := func(subject, scope string) (*oauth2.Token, error) {
		config := &jwt.Config{Email: key.Client_email, PrivateKey: []byte(key.Private_key), PrivateKeyID: key.Private_key_id,
			TokenURL: key.Token_uri, Subject: subject, Scopes: strings.Fields(scope)}
		return config.TokenSource(context.Background()).Token()
	}
	token, err := ask("ada@example.com", "https://mail.google.com/")
	must(t, err)
	must(t, srv.CheckToken(imaptest.TokenLogin{Protocol: "imap", User: "ada@example.com", Token: token.AccessToken}))
	_, err = ask("eve@example.com", "https://mail.google.com/")
	wantCode(t, err, "invalid_grant")
	_, err = ask("ada@example.com", "https://mail.google.com/ email")
	wantCode(t, err, "unauthorized_client")
	token, err = ask("", "https://mail.google.com/")
	must(t, err)
	if srv.CheckToken(imaptest.TokenLogin{Protocol: "imap", User: "ada@example.com", Token: token.AccessToken}) == nil {
		t.Error("an account without a user opens a mailbox")
	}
	if _, err := oauthtest.NewServer(t, oauthtest.Config{}).ServiceAccount(); err == nil {
		t.Error("only Google has service accounts")
	}

	for name, claim := range map[string]struct {
		name  string
		value any
	}{
		"two hours": {"exp", time.Now().Add(2 * time.Hour).Unix()},
		"expired":   {"exp", time.Now().Add(-time.Hour).Unix()},
		"audience":  {"aud", "https://example.com/"},
		"issuer":    {"iss", "x"},
	} {
		claims := map[string]any{"iss": key.Client_email, "scope": "https://mail.google.com/", "aud": key.Token_uri, "sub": "ada@example.com",
			"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		claims[claim.name] = claim.value
		answer, _ := post(t, srv, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
			"assertion": {oauthtest.Sign(oauthtest.AccountKey(), map[string]any{"alg": "RS256", "typ": "JWT"}, claims)}})
		if answer["error"] != "invalid_grant" {
			t.Errorf("%s: %v", name, answer)
		}
	}
}

func TestFaults(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Rotate: true})
	p := newProgram(t, srv, oauthtest.Standard)
	token := p.login()
	for _, tt := range []struct {
		fault  oauthtest.Fault
		status int
	}{{oauthtest.Unavailable, 503}, {oauthtest.TooMany, 429}, {oauthtest.Page, 200}, {oauthtest.Closed, 0}, {oauthtest.Endless, 0}, {oauthtest.Silent, 0}} {
		srv.Fail(oauthtest.TokenPath, tt.fault, 1)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/4)
		_, err := p.config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		cancel()
		if err == nil {
			t.Errorf("fault %d: a token", tt.fault)
		}
		if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok && e.Response.StatusCode != tt.status {
			t.Errorf("fault %d: %s", tt.fault, e.Response.Status)
		}
	}
	srv.Answer(oauthtest.TokenPath, 400, `{"error":"interaction_required"}`, 1)
	_, err := p.refresh(token.RefreshToken)
	wantCode(t, err, "interaction_required")

	// The request has its effect, and nobody gets the answer.
	srv.Fail(oauthtest.TokenPath, oauthtest.Lost, 1)
	if _, err := p.refresh(token.RefreshToken); err == nil {
		t.Error("a lost answer")
	}
	if n := srv.Granted("refresh_token"); n != 1 {
		t.Errorf("%d grants", n)
	}
	_, err = p.refresh(token.RefreshToken)
	wantCode(t, err, "invalid_grant")
}

func TestRevoke(t *testing.T) {
	styles(t, func(t *testing.T, style oauthtest.Style) {
		srv := oauthtest.NewServer(t, oauthtest.Config{Style: style})
		p := newProgram(t, srv, style)
		token := p.login()
		resp, err := http.PostForm(srv.URL()+oauthtest.RevokePath, url.Values{"client_id": {"client-id"}, "token": {token.RefreshToken}})
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Error(resp.Status)
		}
		_, err = p.refresh(token.RefreshToken)
		wantCode(t, err, "invalid_grant")
	})
}

// The key at the JWKS endpoint verifies Microsoft's access tokens.
func TestKeys(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Microsoft})
	token := newProgram(t, srv, oauthtest.Microsoft).login()
	resp, err := http.Get(srv.URL() + oauthtest.KeysPath)
	must(t, err)
	defer resp.Body.Close()
	var set struct{ Keys []struct{ N, E string } }
	must(t, json.NewDecoder(resp.Body).Decode(&set))
	n, err := base64.RawURLEncoding.DecodeString(set.Keys[0].N)
	must(t, err)
	end := strings.LastIndexByte(token.AccessToken, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token.AccessToken[end+1:])
	must(t, err)
	digest := sha256.Sum256([]byte(token.AccessToken[:end]))
	if err := rsa.VerifyPKCS1v15(&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}, crypto.SHA256, digest[:], signature); err != nil {
		t.Error(err)
	}
}

// What a test prints has no token.
func TestTranscript(t *testing.T) {
	srv := oauthtest.NewServer(t, oauthtest.Config{Rotate: true})
	p := newProgram(t, srv, oauthtest.Standard)
	first := p.login()
	second, err := p.refresh(first.RefreshToken)
	must(t, err)
	if _, err := p.refresh(first.RefreshToken); err == nil {
		t.Error("used twice")
	}
	var text strings.Builder
	for _, r := range srv.Transcript() {
		io.WriteString(&text, r.String()+"\n")
	}
	const want = "/authorize  client-id: 302\n/token authorization_code client-id: 200\n/token refresh_token client-id: 200\n/token refresh_token client-id: 400 invalid_grant\n"
	if text.String() != want {
		t.Errorf("transcript:\n%s", &text)
	}
	for _, secret := range []string{first.AccessToken, first.RefreshToken, second.AccessToken, second.RefreshToken} {
		if strings.Contains(text.String(), secret) {
			t.Error("the transcript has a token")
		}
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []oauthtest.Config{{Style: 9}, {Style: -1}, {Lifetime: time.Millisecond}, {Interval: -time.Second}} {
		if srv, err := oauthtest.Start(c); err == nil {
			srv.Close()
			t.Errorf("%+v", c)
		}
	}
}

// The servers of imaptest take the tokens of a server, over both protocols.
func TestMailServers(t *testing.T) {
	for name, tt := range map[string]struct {
		style    oauthtest.Style
		provider imaptest.Provider
		scope    string
		refusal  string
	}{
		"Standard":  {oauthtest.Standard, imaptest.Dovecot, "imap pop", "invalid_token"},
		"Google":    {oauthtest.Google, imaptest.Gmail, "https://mail.google.com/", "400"},
		"Microsoft": {oauthtest.Microsoft, imaptest.Exchange, mailScope[oauthtest.Microsoft] + " https://outlook.office.com/POP.AccessAsUser.All", "AUTHENTICATE failed."},
	} {
		t.Run(name, func(t *testing.T) {
			users := []oauthtest.User{{Address: "ada@example.com", Mailboxes: []string{"shop@example.com"}}, {Address: "eve@example.com"}}
			srv := oauthtest.NewServer(t, oauthtest.Config{Style: tt.style, Users: users})
			p := newProgram(t, srv, tt.style)
			p.config.Scopes = strings.Fields(tt.scope)
			token := p.login()
			mail := imaptest.Config{Provider: tt.provider, CheckToken: srv.CheckToken, Mechanisms: []string{imaptest.XOAuth2}}.NewServer(t, "Subject: one\r\n\r\nbody\r\n")
			open := func(mailbox, user string) error {
				mbox, err := imapcompat.Open(mailbox, user, "", imapcompat.WithTokenSource(oauth2.StaticTokenSource(token)), imapcompat.WithRetries(1))
				if err != nil {
					return err
				}
				defer mbox.Close()
				for _, text := range mbox.Errors() { // the connection is open and has no mailbox, as in PHP
					return errors.New(text)
				}
				return nil
			}
			for _, mailbox := range []string{mail.IMAP(), mail.POP3()} {
				for _, user := range []string{"ada@example.com", "shop@example.com"} {
					if err := open(mailbox, user); err != nil {
						t.Errorf("%s %s: %v", mailbox, user, err)
					}
				}
			}
			other := open(mail.IMAP(), "eve@example.com")
			if tt.style == oauthtest.Microsoft {
				if other == nil || !strings.Contains(other.Error(), "User is authenticated but not connected.") {
					t.Errorf("another's mailbox: %v", other)
				}
				if err := open(mail.POP3(), "eve@example.com"); err == nil {
					t.Error("another's mailbox over POP3")
				}
			} else if !errors.Is(other, imapcompat.ErrAuthentication) {
				t.Errorf("another's mailbox: %v", other)
			}
			srv.Advance(2 * time.Hour)
			for _, mailbox := range []string{mail.IMAP(), mail.POP3()} {
				err := open(mailbox, "ada@example.com")
				if !errors.Is(err, imapcompat.ErrAuthentication) || mailbox == mail.IMAP() && !strings.Contains(err.Error(), tt.refusal) {
					t.Errorf("%s, expired: %v", mailbox, err)
				}
			}
		})
	}
}
