package oauth

import (
	"context"
	"fmt"
	"maps"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Source returns a source of access tokens. It returns t's until that expires, and then asks the
// issuer for a new one. A token that does not say when it expires is refreshed at once, if it can be,
// and every 10 minutes. The refresh token that the issuer may send with it replaces the old one
// in memory only: use [Client.Stored] to keep it. ctx bounds all requests.
//
// The source is a [backend.Refuser], as are all of this package: it refreshes a token that a mail
// server refuses, unless that is less than 5 minutes old.
func (c *Client) Source(ctx context.Context, t *oauth2.Token) oauth2.TokenSource {
	name, refresh := c.String()+" for a user", refreshToken(t)
	if t != nil && t.Expiry.IsZero() && refresh != "" {
		t = nil
	}
	return source{name, &reused{next: &refresher{c, ctx, refresh}, token: t, only: refresh == ""}}
}

func refreshToken(t *oauth2.Token) string {
	if t == nil {
		return ""
	}
	return t.RefreshToken
}

// refresher gets tokens by a refresh token, one call at a time.
type refresher struct {
	c     *Client
	ctx   context.Context
	token string
}

func (r *refresher) Token() (*oauth2.Token, error) {
	t, err := r.c.refresh(r.ctx, r.token)
	if err != nil {
		return nil, err
	}
	r.token = t.RefreshToken
	return t, nil
}

// refresh gets a new token by a refresh token (RFC 6749 section 6). The new token has the old
// refresh token if the issuer sends none.
func (c *Client) refresh(ctx context.Context, refresh string) (*oauth2.Token, error) {
	if refresh == "" {
		return nil, &Error{Kind: ErrConsent, Issuer: c.Issuer.Name, Text: "the access token has expired, and there is no refresh token", Advice: c.fill(adviceLogin)}
	}
	return c.token(ctx, nil, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
}

// token asks the token endpoint for a token. The parameters have the grant type, and authenticate
// the client by an assertion if it has a certificate.
func (c *Client) token(ctx context.Context, scopes []string, params url.Values) (*oauth2.Token, error) {
	cfg, err := c.config()
	if err != nil {
		return nil, err
	}
	proof, err := c.proof()
	if err != nil {
		return nil, err
	}
	maps.Copy(params, proof)
	// Unlike Config.TokenSource and package jwt, package clientcredentials takes any parameters,
	// and returns errors that can be told apart.
	request := clientcredentials.Config{
		ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, TokenURL: cfg.Endpoint.TokenURL, AuthStyle: cfg.Endpoint.AuthStyle,
		Scopes: scopes, EndpointParams: params,
	}
	t, err := request.Token(c.context(ctx))
	if err != nil {
		return nil, c.failure(err, params.Get("refresh_token"), params.Get("device_code"), params.Get("assertion"), params.Get("client_assertion"))
	}
	return c.accepted(t)
}

// source is a token source whose text has no token.
type source struct {
	name  string
	inner renewer
}

func (s source) Token() (*oauth2.Token, error) { return s.inner.Token() }

func (s source) Refused(accessToken string) { s.inner.Refused(accessToken) }

// Format writes what the source is, for every verb.
func (s source) Format(f fmt.State, _ rune) { fmt.Fprint(f, "token source of "+s.name) }
