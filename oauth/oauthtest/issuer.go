package oauthtest

import (
	"net/http"

	"github.com/imapcompat/imapcompat/oauth"
)

// Issuer returns the server as an issuer: that of the style, with the endpoints of the server.
func (s *Server) Issuer() oauth.Issuer {
	issuer := oauth.Issuer{
		ID: "oauthtest", Name: "oauthtest",
		Scopes:     map[string][]string{"imap": {"imap"}, "pop3": {"pop"}, "smtp": {"smtp"}},
		AppScopes:  []string{"imap"},
		Identifier: s.URL(), NamesItself: true,
	}
	switch s.config.Style {
	case Google:
		issuer, _ = oauth.IssuerByID("google")
	case Microsoft:
		issuer = oauth.Microsoft("")
	}
	issuer.AuthURL = s.URL() + AuthorizePath
	issuer.TokenURL = s.URL() + TokenPath
	issuer.RevokeURL = s.URL() + RevokePath
	if s.config.Style != Google { // whose device codes are not for mail
		issuer.DeviceURL = s.URL() + DevicePath
	}
	return issuer
}

// metadata is what the server publishes of itself (RFC 8414 section 2).
func (s *Server) metadata(*http.Request) (answer, error) {
	return answer{json: map[string]any{
		"issuer":                                s.URL(),
		"authorization_endpoint":                s.URL() + AuthorizePath,
		"token_endpoint":                        s.URL() + TokenPath,
		"device_authorization_endpoint":         s.URL() + DevicePath,
		"revocation_endpoint":                   s.URL() + RevokePath,
		"jwks_uri":                              s.URL() + KeysPath,
		"response_types_supported":              []string{"code"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"},

		"authorization_response_iss_parameter_supported": s.config.Style == Standard,
	}}, nil
}

// Client returns the first registered client, for the user who is signed in.
func (s *Server) Client() *oauth.Client {
	c := &oauth.Client{Issuer: s.Issuer()}
	if len(s.config.Clients) > 0 {
		c.ID, c.Secret = s.config.Clients[0].ID, s.config.Clients[0].Secret
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Address = s.user
	return c
}
