package dovecot

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// tokenPrefix begins every valid OAuth2 token. The user follows.
const tokenPrefix = "valid-token-of-"

// Token returns an OAuth2 token that is valid for a user. Any other text is not valid.
func Token(user string) string { return tokenPrefix + url.QueryEscape(user) }

// tokenServer answers Dovecot's requests about tokens (RFC 7662).
type tokenServer struct{ *httptest.Server }

func newTokenServer() *tokenServer {
	return &tokenServer{httptest.NewServer(http.HandlerFunc(introspect))}
}

// URL returns the address to which Dovecot appends the token.
func (s *tokenServer) URL() string { return s.Server.URL + "/introspect?token=" }

func introspect(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	var answer struct {
		Active   bool   `json:"active"`
		Username string `json:"username,omitempty"`
	}
	name, ok := strings.CutPrefix(r.URL.Query().Get("token"), tokenPrefix)
	if ok {
		answer.Username, _ = url.QueryUnescape(name)
		answer.Active = answer.Username != ""
	}
	json.NewEncoder(w).Encode(answer)
}
