package oauthtest

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// device is a device code.
type device struct {
	client   *Client
	scope    scope
	userCode string
	expires  time.Time
	interval time.Duration
	next     time.Time // the earliest that a poll may come
	grant    *grant
	refused  error
	used     bool
}

// deviceCode is the device authorization endpoint (RFC 8628 section 3.1).
func (s *Server) deviceCode(r *http.Request) (answer, error) {
	client, err := s.findClient(r.PostForm.Get("client_id"))
	if err != nil {
		return answer{}, err
	}
	text := r.PostForm.Get("scope")
	sc, err := s.parseScope(text)
	switch {
	case err != nil:
		return answer{}, err
	case s.config.Style == Google:
		// Google lists the scopes of devices, and mail is not among them.
		return answer{}, errDeviceScope.with(text)
	}
	d := &device{client: client, scope: sc, userCode: rand.Text()[:8], expires: s.now().Add(deviceLifetime), interval: s.config.Interval}
	secret := rand.Text()
	s.devices[secret] = d
	page := s.URL() + verificationPath
	body := map[string]any{
		"device_code":      secret,
		"user_code":        d.userCode,
		"verification_uri": page,
		"expires_in":       int(deviceLifetime / time.Second),
		"interval":         int(d.interval / time.Second),
	}
	if s.config.Style == Microsoft {
		body["message"] = "To sign in, use a web browser to open the page " + page + " and enter the code " + d.userCode + " to authenticate."
	} else {
		body["verification_uri_complete"] = page + "?user_code=" + d.userCode
	}
	return answer{json: body}, nil
}

// verify is the page where the user enters the code.
func (s *Server) verify(r *http.Request) (answer, error) {
	for _, d := range s.devices {
		if d.userCode != r.Form.Get("user_code") || d.grant != nil || d.refused != nil || s.now().After(d.expires) {
			continue
		}
		if d.grant, d.refused = s.consent(d.client, d.scope); d.refused != nil {
			return answer{page: "You have refused."}, nil
		}
		return answer{page: "You have signed in. You may close this page."}, nil
	}
	return answer{}, errDeviceCode.with("the user code is unknown")
}

// BrowseDevice enters a user's code as the user who is signed in, and consents, or refuses after
// Refuse. It can be the function that shows a device code to the user.
func (s *Server) BrowseDevice(d *oauth2.DeviceAuthResponse) error {
	if d == nil || d.VerificationURI == "" {
		return errors.New("oauthtest: there is no page for the code")
	}
	return s.Browse(d.VerificationURI + "?" + url.Values{"user_code": {d.UserCode}}.Encode())
}

// poll is the grant of a device code (RFC 8628 sections 3.4 and 3.5).
func (s *Server) poll(client *Client, form url.Values) (answer, error) {
	d := s.devices[form.Get("device_code")]
	if d == nil || d.client != client || d.used {
		return answer{}, errDeviceCode.with("the device code is not one of the client")
	}
	now := s.now()
	early := now.Before(d.next)
	if early {
		d.interval += 5 * time.Second
	}
	d.next = now.Add(d.interval)
	switch {
	case now.After(d.expires):
		return answer{}, errDeviceExpired.with("the device code has expired")
	case early:
		return answer{}, errSlowDown.with("the poll comes too early")
	case d.refused != nil:
		return answer{}, errDeviceDenied.with("the user refuses")
	case d.grant == nil:
		return answer{}, errPending.with("the user has not decided")
	}
	d.used = true
	return s.issue(d.grant, d.scope, d.scope.offline)
}
