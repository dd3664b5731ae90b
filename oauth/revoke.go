package oauth

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Revoke tells the issuer that a token is no longer used (RFC 7009): the refresh token, and with
// it the user's consent, or the access token if there is no other. A token that the issuer does
// not know is revoked. The error matches backend.ErrNotSupported if the issuer has no such
// endpoint; its advice has the page where the user withdraws the consent.
func (c *Client) Revoke(ctx context.Context, t *oauth2.Token) error {
	_, err := c.config()
	if err != nil {
		return err
	}
	if t == nil || t.RefreshToken == "" && t.AccessToken == "" {
		return c.invalid("there is no token to revoke")
	}
	if c.Issuer.RevokeURL == "" {
		e := &Error{Kind: backend.ErrNotSupported, Issuer: c.Issuer.Name, Text: "a program cannot revoke a token"}
		if c.Issuer.Consents != "" {
			e.Advice = "Withdraw the consent at " + c.Issuer.Consents
		}
		return e
	}
	token, hint := t.RefreshToken, "refresh_token"
	if token == "" {
		token, hint = t.AccessToken, "access_token"
	}
	_, err = c.post(ctx, c.Issuer.RevokeURL, url.Values{"token": {token}, "token_type_hint": {hint}})
	var refused *oauth2.RetrieveError
	// Google says so of a token that has expired or was revoked; RFC 7009 section 2.2 has 200.
	if errors.As(err, &refused) && saidOf(refused).code == "invalid_token" {
		return nil
	}
	return c.failure(err)
}

// Withdraw revokes the token of an account in a store, and removes it. It holds the lock of the
// account meanwhile, so that no other process refreshes the token and keeps a new one. The token is
// removed even if the issuer does not revoke it, which the error tells, as of [Client.Revoke].
// ErrNoToken says that there was none.
func (c *Client) Withdraw(ctx context.Context, store Store, account string) error {
	unlock, err := lock(ctx, store, account)
	if err != nil {
		return err
	}
	defer unlock()
	t, err := store.Load(ctx, account)
	if err != nil {
		return err
	}
	return errors.Join(c.Revoke(ctx, t), store.Save(ctx, account, nil))
}

// post sends a form to an endpoint as package oauth2 does for that of tokens, and returns the
// answer. The error of an answer whose status is not 2xx is an [*Error].
func (c *Client) post(ctx context.Context, address string, form url.Values) ([]byte, error) {
	proof, err := c.proof()
	if err != nil {
		return nil, err
	}
	maps.Copy(form, proof)
	header := c.Issuer.AuthStyle == oauth2.AuthStyleInHeader && c.Secret != ""
	if !header {
		form.Set("client_id", c.ID)
		if c.Secret != "" && c.Certificate == nil {
			form.Set("client_secret", c.Secret)
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, c.invalid("the address of an endpoint is not valid")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if header {
		r.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	}
	answer, err := endpointClient(ctx, c.HTTP).Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = c.failure(&oauth2.RetrieveError{Response: answer, Body: text}, form.Get("token"), form.Get("client_assertion"))
	}
	return text, err
}
