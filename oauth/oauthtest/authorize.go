package oauthtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// code is an authorization code that was given to a client.
type code struct {
	grant     *grant
	redirect  string
	challenge string
	expires   time.Time
	used      bool
}

// Forms of PKCE (RFC 7636 sections 4.1 and 4.2).
var (
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	verifierForm  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
)

// authorize is the authorization endpoint (RFC 6749 section 3.1). The user who is signed in decides
// at once. An error that concerns the client or its address is shown, and no redirect follows.
func (s *Server) authorize(r *http.Request) (answer, error) {
	q := r.Form
	client, err := s.findClient(q.Get("client_id"))
	if err != nil {
		return answer{}, err
	}
	redirect := q.Get("redirect_uri")
	if !s.mayRedirect(client, redirect) {
		return answer{}, errRedirect.with(redirect)
	}
	reply := url.Values{"state": {q.Get("state")}}
	switch s.config.Style { // RFC 9207
	case Standard:
		reply.Set("iss", s.URL())
	case Google:
		reply.Set("iss", s.Issuer().Identifier)
	}
	if c, err := s.decide(client, q); err != nil {
		failed, _ := errors.AsType[*failure](err)
		e := failed.in(s.config.Style)
		reply.Set("error", e.code)
		reply.Set("error_description", e.text)
	} else {
		text := rand.Text()
		s.codes[text] = c
		reply.Set("code", text)
	}
	target, err := url.Parse(redirect)
	if err != nil {
		return answer{}, errRedirect.with(redirect)
	}
	target.RawQuery = reply.Encode()
	return answer{location: target.String()}, nil
}

// decide returns the code for what a client asks for, if all is right and the user consents.
func (s *Server) decide(client *Client, q url.Values) (*code, error) {
	switch {
	case q.Get("response_type") != "code":
		return nil, errMalformed.with("the response_type is not code")
	case q.Get("state") == "":
		return nil, errMalformed.with("there is no state")
	case q.Get("code_challenge_method") != "S256", !challengeForm.MatchString(q.Get("code_challenge")):
		return nil, errChallenge.with("PKCE")
	}
	sc, err := s.parseScope(q.Get("scope"))
	if err != nil {
		return nil, err
	}
	if s.config.Style == Google {
		again := s.consented[client.ID+" "+s.user]
		sc.offline = q.Get("access_type") == "offline" && (!again || q.Get("prompt") == "consent")
	}
	g, err := s.consent(client, sc)
	if err != nil {
		return nil, err
	}
	return &code{grant: g, redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), expires: s.now().Add(codeLifetime)}, nil
}

// consent asks the user who is signed in.
func (s *Server) consent(client *Client, sc scope) (*grant, error) {
	if s.refuses {
		return nil, errDenied.with("the user refuses")
	}
	if !slices.ContainsFunc(s.config.Users, func(u User) bool { return u.Address == s.user }) {
		return nil, errNoUser.with(s.user)
	}
	s.consented[client.ID+" "+s.user] = true
	return &grant{client: client, user: s.user, scope: sc}, nil
}

// redeem exchanges an authorization code for tokens (RFC 6749 section 4.1.3).
func (s *Server) redeem(client *Client, form url.Values) (answer, error) {
	c := s.codes[form.Get("code")]
	if c == nil || c.grant.client != client {
		return answer{}, errCode.with("the code is not one of the client")
	}
	if c.used {
		// RFC 6749 section 4.1.2: what the code has given ends.
		c.grant.end(errCodeUsed)
		return answer{}, errCodeUsed.with("the code was used before")
	}
	c.used = true
	verifier := form.Get("code_verifier")
	digest := sha256.Sum256([]byte(verifier))
	switch {
	case s.now().After(c.expires):
		return answer{}, errExpired.with("the code has expired")
	case form.Get("redirect_uri") != c.redirect:
		return answer{}, errRedirect.with(form.Get("redirect_uri"))
	case !verifierForm.MatchString(verifier), base64.RawURLEncoding.EncodeToString(digest[:]) != c.challenge:
		return answer{}, errVerifier.with("PKCE")
	}
	return s.issue(c.grant, c.grant.scope, c.grant.scope.offline)
}
