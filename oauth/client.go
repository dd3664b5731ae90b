package oauth

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Client is a program that is registered with an issuer. Its fields must not change while it is
// in use. Several goroutines may use it.
type Client struct {
	Issuer Issuer
	ID     string // the client ID
	// Secret is the client's secret. Programs on users' machines have none that is secret; Google
	// wants the one of its registration all the same.
	Secret string `json:"-"`
	// Certificate takes the place of Secret: the client signs an assertion with its key
	// (private_key_jwt, RFC 7523 section 2.2). The key is RSA or ECDSA.
	Certificate *tls.Certificate `json:"-"`
	// Scopes are what the client asks for. The default is the issuer's scopes of IMAP.
	Scopes []string
	// Address is the user's mail address, which the issuer's page shows (login_hint), and the
	// advice of errors.
	Address string
	// Redirect is the registered redirect, if it must be a certain one: "http://127.0.0.1:8080/done".
	// For Browser the host is a loopback address, and the default is a random port. Paste takes https
	// on any host, too.
	Redirect string
	// HTTP reaches the issuer. The default is the context's [oauth2.HTTPClient], or
	// [http.DefaultTransport]. It follows no redirects in any case.
	HTTP *http.Client `json:"-"`

	delegate *serviceAccount // a service account has no client ID
}

// String returns the client's ID and its issuer.
func (c Client) String() string {
	return "OAuth2 client " + c.ID + " of " + cmp.Or(c.Issuer.Name, c.Issuer.ID, "no issuer")
}

// Format writes the client's ID and its issuer, for every verb, because the secret is secret.
func (c Client) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, c.String())
}

// maxRequest limits a request to an endpoint, with its answer.
const maxRequest = 30 * time.Second

// config returns the client for package oauth2.
func (c *Client) config() (*oauth2.Config, error) {
	if c.ID == "" && c.delegate == nil || strings.ContainsFunc(c.ID, unprintable) {
		return nil, c.invalid("the client has no valid ID")
	}
	for what, address := range map[string]string{
		"authorization": c.Issuer.AuthURL, "token": c.Issuer.TokenURL, "device": c.Issuer.DeviceURL, "revocation": c.Issuer.RevokeURL,
	} {
		if address != "" && !secure(address) {
			return nil, c.invalid("the " + what + " endpoint is not an https address")
		}
	}
	if c.Issuer.TokenURL == "" {
		return nil, c.invalid("the issuer has no token endpoint")
	}
	style := c.Issuer.AuthStyle
	if style == oauth2.AuthStyleAutoDetect {
		style = oauth2.AuthStyleInParams
	}
	secret := c.Secret
	if c.Certificate != nil {
		secret = ""
	}
	if secret == "" {
		style = oauth2.AuthStyleInParams // which has the ID then (RFC 6749 section 3.2.1)
	}
	return &oauth2.Config{
		ClientID: c.ID, ClientSecret: secret, Scopes: c.scopes(),
		Endpoint: oauth2.Endpoint{
			AuthURL: c.Issuer.AuthURL, TokenURL: c.Issuer.TokenURL, DeviceAuthURL: c.Issuer.DeviceURL, AuthStyle: style,
		},
	}, nil
}

func (c *Client) scopes() []string {
	if c.Scopes != nil {
		return c.Scopes
	}
	return c.Issuer.ScopesFor("imap")
}

// secure reports whether an address may be sent a secret: https, or http to this machine.
func secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && u.Host != "" &&
		(u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func unprintable(r rune) bool { return r <= ' ' || r >= 0x7f }

// context returns a context in which package oauth2 uses the client's HTTP client.
func (c *Client) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, endpointClient(ctx, c.HTTP))
}

// endpointClient returns an HTTP client for the endpoints of an issuer. It follows no redirect,
// which would take the secrets of a request to another host.
func endpointClient(ctx context.Context, given *http.Client) *http.Client {
	var h http.Client
	if inContext, ok := ctx.Value(oauth2.HTTPClient).(*http.Client); ok {
		h = *inContext
	}
	if given != nil {
		h = *given
	}
	h.Transport = within{ctx, cmp.Or[http.RoundTripper](h.Transport, http.DefaultTransport), cmp.Or(h.Timeout, maxRequest)}
	h.Timeout = 0
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	h.Jar = nil
	return &h
}

// within ends requests with a context, and after a time. Package oauth2 makes some without its
// context, and does not close the body of each answer, which would keep the timer of an
// [http.Client].
type within struct {
	ctx     context.Context
	base    http.RoundTripper
	timeout time.Duration
}

func (w within) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	ctx, expire := context.WithTimeout(ctx, w.timeout)
	stop := context.AfterFunc(w.ctx, func() { cancel(context.Cause(w.ctx)) })
	done := func() { stop(); expire(); cancel(nil) }
	answer, err := w.base.RoundTrip(r.WithContext(ctx))
	if err != nil {
		done()
		return nil, err
	}
	answer.Body = &body{answer.Body, maxAnswer, done}
	return answer, nil
}

// maxAnswer limits an answer of an endpoint, in octets.
const maxAnswer = 1 << 20

// body is a body of limited size, which closes when it has been read.
type body struct {
	io.ReadCloser
	left int
	done func()
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	if err == nil && b.left == 0 {
		err = io.EOF
	}
	if err != nil {
		b.Close()
	}
	return n, err
}

func (b *body) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}

// proof returns the parameters by which the client authenticates beside its ID and secret: a new
// assertion, if it has a certificate.
func (c *Client) proof() (url.Values, error) {
	if c.Certificate == nil {
		return nil, nil
	}
	assertion, err := c.assertion(time.Now())
	if err != nil {
		return nil, err
	}
	return url.Values{"client_assertion_type": {assertionType}, "client_assertion": {assertion}}, nil
}

// options returns parameters as options of package oauth2.
func options(params url.Values) []oauth2.AuthCodeOption {
	var list []oauth2.AuthCodeOption
	for name := range params {
		list = append(list, oauth2.SetAuthURLParam(name, params.Get(name)))
	}
	return list
}

// accepted returns a token that the issuer has sent, or the error of accept.
func (c *Client) accepted(t *oauth2.Token) (*oauth2.Token, error) {
	if err := c.accept(t); err != nil {
		return nil, err
	}
	return t, nil
}

// loggedIn returns the first token of a user, or the error of accept or granted.
func (c *Client) loggedIn(t *oauth2.Token) (*oauth2.Token, error) {
	if err := cmp.Or(c.accept(t), c.granted(t)); err != nil {
		return nil, err
	}
	if t.RefreshToken != "" {
		return bounded(t, nil)
	}
	return t, nil
}

// maxLifetime limits what expires_in may say (RFC 6749 section 5.1). A token that is replaced early
// costs one request; one that is kept beyond its end costs each login.
const maxLifetime = 24 * time.Hour

// accept checks a token that the issuer has sent, and limits its life.
func (c *Client) accept(t *oauth2.Token) error {
	if latest := now().Add(maxLifetime); t.Expiry.After(latest) {
		t.Expiry = latest
	}
	const maxToken = 32 << 10 // internal/sasl sends no longer one
	switch {
	case len(t.AccessToken) > maxToken || len(t.RefreshToken) > maxToken:
		return &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, Text: "the token is too long"}
	case strings.ContainsFunc(t.AccessToken+t.RefreshToken, unprintable):
		return &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, Text: "the token holds octets that a token cannot have"}
	case t.TokenType != "" && !strings.EqualFold(t.TokenType, "bearer"):
		return &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, Text: "the token is not a bearer token"}
	}
	return nil
}

// granted checks that a token has the scopes that the client has asked for. Users can untick
// some. An answer without scopes grants all (RFC 6749 section 5.1).
func (c *Client) granted(t *oauth2.Token) error {
	text, _ := t.Extra("scope").(string)
	if text == "" {
		return nil
	}
	have := strings.FieldsFunc(normalScope(text), func(r rune) bool { return r == ' ' || r == ',' })
	for _, scope := range c.scopes() {
		if !mailScope(scope) || slices.Contains(have, normalScope(scope)) {
			continue
		}
		return &Error{Kind: ErrDenied, Issuer: c.Issuer.Name, Code: "insufficient_scope",
			Text: "the user or the issuer has not granted " + scope,
			Advice: c.fill("Log in again with `" + loginCommand + "`, and tick every box of the page that asks for permissions; " +
				"the client's registration must have the scope")}
	}
	return nil
}

// normalScope returns a scope in lower case. Microsoft has two names for the same resource.
func normalScope(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "//outlook.office365.com/", "//outlook.office.com/")
}

// mailScope reports whether an answer lists a scope that was granted. Those of OpenID Connect,
// and Microsoft's offline_access and .default, may be missing.
func mailScope(s string) bool {
	switch s {
	case "offline_access", "openid", "email", "profile":
		return false
	}
	return !strings.HasSuffix(s, "/.default")
}
