package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	minInterval, maxInterval = 1, 60 // seconds between two polls of Device
	// slowDown is what slow_down adds to the interval for good (RFC 8628 section 3.5).
	slowDown    = 5 * time.Second
	deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
	// maxLogin limits how long Browser and Device wait for the user.
	maxLogin = 15 * time.Minute
)

// Device logs a user in with a code (RFC 8628): show tells the user to open VerificationURI in
// any browser and to enter UserCode there. It must return at once; Device polls the issuer until
// the user has answered, the code has expired, or ctx ends. Of the response only these two, and
// VerificationURIComplete and Expiry, are meant to be shown: DeviceCode is a secret, and is empty
// there.
//
// The error is [ErrDenied] if the user or a policy refuses, and backend.ErrTimeout if the code
// has expired. The issuer's trouble during the polls is waited out: Device polls less often then, and
// not before the time of a Retry-After.
func (c *Client) Device(ctx context.Context, show func(*oauth2.DeviceAuthResponse) error) (*oauth2.Token, error) {
	cfg, err := c.config()
	if err != nil {
		return nil, err
	}
	if cfg.Endpoint.DeviceAuthURL == "" {
		return nil, &Error{Kind: backend.ErrNotSupported, Issuer: c.Issuer.Name,
			Text: "there is no login with a device code", Advice: "Log in with a browser"}
	}
	ctx, cancel := context.WithTimeout(c.context(ctx), maxLogin)
	defer cancel()
	code, err := c.code(ctx)
	if err != nil {
		return nil, err
	}
	shown := *code
	shown.DeviceCode = ""
	if err := show(&shown); err != nil {
		return nil, err
	}
	return c.poll(ctx, code)
}

// code asks the device endpoint for codes. It does not use Config.DeviceAuth, which panics if the
// answer is "null", and ignores ctx.
func (c *Client) code(ctx context.Context) (*oauth2.DeviceAuthResponse, error) {
	form := url.Values{}
	if scopes := c.scopes(); len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	text, err := c.post(ctx, c.Issuer.DeviceURL, form)
	if err != nil {
		return nil, c.failure(err)
	}
	code := new(oauth2.DeviceAuthResponse)
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) || json.Unmarshal(text, code) != nil {
		return nil, c.notCode()
	}
	return code, c.checkCode(code)
}

func (c *Client) notCode() error {
	return &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, Text: "the answer of the device endpoint is not valid"}
}

// poll waits for the user's answer, as RFC 8628 section 3.5 says. It does not use
// Config.DeviceAccessToken, which forgets slow_down when it is called again after a failure.
func (c *Client) poll(ctx context.Context, code *oauth2.DeviceAuthResponse) (*oauth2.Token, error) {
	interval := time.Duration(code.Interval) * time.Second
	for wait := interval; ; {
		if err := c.pause(ctx, wait, code.Expiry); err != nil {
			return nil, err
		}
		t, err := c.token(ctx, nil, url.Values{"grant_type": {deviceGrant}, "device_code": {code.DeviceCode}})
		var e *Error
		switch {
		case err == nil:
			return c.loggedIn(t)
		case context.Cause(ctx) != nil:
			return nil, c.failure(context.Cause(ctx))
		case !errors.As(err, &e):
			return nil, err
		}
		switch {
		case e.Code == "authorization_pending":
		case e.Code == "slow_down":
			interval += slowDown
		case errors.Is(e, backend.ErrTemporary) && e.Code != "expired_token":
			interval = min(interval*2, max(interval, maxInterval*time.Second))
		default:
			return nil, e
		}
		wait = max(interval, e.RetryAfter)
	}
}

// pause waits before a poll. A code that expires ends it.
func (c *Client) pause(ctx context.Context, wait time.Duration, expiry time.Time) error {
	expires := !expiry.IsZero() && !time.Now().Add(wait).Before(expiry)
	if expires {
		wait = time.Until(expiry)
	}
	select {
	case <-ctx.Done():
		return c.failure(context.Cause(ctx))
	case <-time.After(wait):
	}
	if expires {
		return &Error{Kind: backend.ErrTimeout, Issuer: c.Issuer.Name, Code: "expired_token",
			Text: "the code has expired before it was entered", Advice: c.fill(adviceLate)}
	}
	return nil
}

// checkCode checks an answer of the device endpoint, and sets what is missing.
func (c *Client) checkCode(d *oauth2.DeviceAuthResponse) error {
	page := func(address string) bool {
		u, err := url.Parse(address)
		return err == nil && secure(address) && !strings.ContainsFunc(u.String(), unprintable) && !strings.ContainsFunc(address, unprintable)
	}
	const maxCode = 64
	control := func(r rune) bool { return r < ' ' || r >= 0x7f }
	if d.DeviceCode == "" || d.UserCode == "" || len(d.UserCode) > maxCode || strings.ContainsFunc(d.UserCode, control) || !page(d.VerificationURI) ||
		d.VerificationURIComplete != "" && !page(d.VerificationURIComplete) {
		return c.notCode()
	}
	if d.Interval == 0 {
		d.Interval = 5 // RFC 8628 section 3.2
	}
	d.Interval = min(max(d.Interval, minInterval), maxInterval)
	return nil
}
