package oauthtest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// grant is what a user has consented to, or what a program may do by itself. Its tokens are a
// family.
type grant struct {
	client *Client
	user   string // "" means the program itself
	scope  scope
	ended  *failure // why
}

func (g *grant) end(why *failure) {
	if g.ended == nil {
		g.ended = why
	}
}

type refreshToken struct {
	grant  *grant
	issued time.Time
	used   bool
}

type accessToken struct {
	grant   *grant
	scope   scope
	expires time.Time
}

// token is the token endpoint (RFC 6749 section 3.2).
func (s *Server) token(r *http.Request) (answer, error) {
	grantType := r.PostForm.Get("grant_type")
	if grantType == jwtBearer {
		// The assertion authenticates (RFC 7523 section 2.1).
		return s.serviceAccount(r.PostForm)
	}
	grants := map[string]func(*Client, url.Values) (answer, error){
		"authorization_code": s.redeem,
		"refresh_token":      s.renew,
		deviceGrant:          s.poll,
		"client_credentials": s.program,
	}
	handle := grants[grantType]
	if handle == nil {
		return answer{}, errUnsupportedGrant.with(grantType)
	}
	client, err := s.authenticate(r)
	if err != nil {
		return answer{}, err
	}
	return handle(client, r.PostForm)
}

// issue answers with tokens (RFC 6749 section 5.1).
func (s *Server) issue(g *grant, sc scope, refresh bool) (answer, error) {
	expires := s.now().Add(s.config.Lifetime)
	body := map[string]any{"token_type": "Bearer", "expires_in": int(s.config.Lifetime / time.Second), "scope": sc.String()}
	var access string
	switch s.config.Style {
	case Microsoft:
		text, err := s.newJWT(g, sc, expires)
		if err != nil {
			return answer{}, errMalformed.with(err.Error())
		}
		access = text
		body["ext_expires_in"] = body["expires_in"]
	case Google:
		access = "ya29." + rand.Text() + rand.Text()
	default:
		access = rand.Text()
	}
	s.access[access] = &accessToken{grant: g, scope: sc, expires: expires}
	body["access_token"] = access
	if refresh {
		prefix := map[Style]string{Google: "1//", Microsoft: "1.A"}[s.config.Style]
		text := prefix + rand.Text() + rand.Text()
		s.refresh[text] = &refreshToken{grant: g, issued: s.now()}
		body["refresh_token"] = text
	}
	return answer{json: body}, nil
}

// renew is the grant of a refresh token (RFC 6749 section 6).
func (s *Server) renew(client *Client, form url.Values) (answer, error) {
	token := s.refresh[form.Get("refresh_token")]
	if token == nil || token.grant.client != client {
		return answer{}, errRefreshToken.with("the refresh token is not one of the client")
	}
	if token.used {
		token.grant.end(errRevoked)
	}
	if token.grant.ended != nil {
		return answer{}, token.grant.ended.with("the grant has ended")
	}
	if idle := s.config.RefreshLifetime; idle > 0 && s.now().After(token.issued.Add(idle)) {
		return answer{}, errInactive.with(stamp(token.issued))
	}
	sc, err := s.narrow(token.grant.scope, form.Get("scope"))
	if err != nil {
		return answer{}, err
	}
	token.used = s.config.Rotate
	return s.issue(token.grant, sc, s.config.Rotate || s.config.Style == Microsoft)
}

// program is the grant of a program itself (RFC 6749 section 4.4).
func (s *Server) program(client *Client, form url.Values) (answer, error) {
	switch {
	case client.isPublic():
		return answer{}, errNoSecret.with(client.ID)
	case s.config.Style == Google:
		return answer{}, errUnsupportedGrant.with("client_credentials")
	}
	text := form.Get("scope")
	sc := scope{names: []string{text}, rights: client.Roles}
	if s.config.Style == Microsoft {
		resource, ok := strings.CutSuffix(text, defaultScope)
		switch {
		case !ok:
			return answer{}, errDefaultScope.with(text)
		case resource != outlook && resource != outlook365 && resource != graph:
			return answer{}, errScope.with(text)
		}
		sc.resource = resource
		if resource == outlook365 {
			sc.resource = outlook
		}
	} else {
		var err error
		if sc, err = s.parseScope(text); err != nil {
			return answer{}, err
		}
		for _, right := range sc.rights {
			if !slices.Contains(client.Roles, right) {
				return answer{}, errScope.with(right)
			}
		}
	}
	return s.issue(&grant{client: client, scope: sc}, sc, false)
}

// revoke is the revocation endpoint (RFC 7009). It answers alike whether or not there was a token.
func (s *Server) revoke(r *http.Request) (answer, error) {
	var client *Client
	if s.config.Style != Google { // which takes a token from everybody
		var err error
		if client, err = s.authenticate(r); err != nil {
			return answer{}, err
		}
	}
	text := r.PostForm.Get("token")
	if text == "" {
		return answer{}, errMalformed.with("there is no token")
	}
	var g *grant
	if token := s.refresh[text]; token != nil {
		g = token.grant
	} else if token := s.access[text]; token != nil {
		g = token.grant
	}
	switch {
	case g == nil && s.config.Style == Google:
		return answer{}, errRevokedUnknown
	case g != nil && (client == nil || g.client == client):
		s.withdraw(g)
	}
	return answer{json: struct{}{}}, nil
}

// Withdraw ends what a user has consented to. Refresh tokens end, and access tokens too, but
// those of Microsoft are good until they expire.
func (s *Server) Withdraw(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range s.refresh {
		if token.grant.user == address {
			s.withdraw(token.grant)
		}
	}
	for _, token := range s.access {
		if token.grant.user == address {
			s.withdraw(token.grant)
		}
	}
}

func (s *Server) withdraw(g *grant) {
	g.end(errRevoked)
	delete(s.consented, g.client.ID+" "+g.user)
}
