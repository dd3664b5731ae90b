package oauthtest

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"slices"
	"time"
)

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// serviceAccount is an account of Google for programs.
type serviceAccount struct {
	email     string
	keyID     string
	delegated []string // scopes for which it may act as any user
}

// ServiceAccount creates a service account (Google style only), and returns its key file. The
// domain's administrator has delegated these scopes to it: with them it may act as any user. None
// means that it may act as nobody.
func (s *Server) ServiceAccount(delegated ...string) ([]byte, error) {
	if s.config.Style != Google {
		return nil, fmt.Errorf("oauthtest: only Google has service accounts")
	}
	key, err := x509.MarshalPKCS8PrivateKey(accountKey())
	if err != nil {
		return nil, fmt.Errorf("oauthtest: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	account := &serviceAccount{
		email:     fmt.Sprintf("robot-%d@project.iam.gserviceaccount.com", len(s.accounts)+1),
		keyID:     rand.Text(),
		delegated: delegated,
	}
	s.accounts[account.email] = account
	return json.Marshal(map[string]string{
		"type":           "service_account",
		"project_id":     "project",
		"private_key_id": account.keyID,
		"private_key":    string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		"client_email":   account.email,
		"client_id":      fmt.Sprint(100000000000000000 + int64(len(s.accounts))),
		"auth_uri":       s.URL() + AuthorizePath,
		"token_uri":      s.URL() + TokenPath,
	})
}

// serviceAccount is the grant of a JWT (RFC 7523 section 2.1, and Google's documentation of service
// accounts).
func (s *Server) serviceAccount(form url.Values) (answer, error) {
	if s.config.Style != Google {
		return answer{}, errUnsupportedGrant.with(jwtBearer)
	}
	j, err := parseJWT(form.Get("assertion"))
	if err != nil {
		return answer{}, errJWT.with(err.Error())
	}
	claims := &j.claims
	account := s.accounts[claims.Iss]
	switch {
	case account == nil:
		return answer{}, errJWTIssuer.with(claims.Iss)
	case j.header.Alg != "RS256" || j.header.Kid != "" && j.header.Kid != account.keyID || !j.isSignedBy(&accountKey().PublicKey):
		return answer{}, errJWTSignature.with("")
	case !slices.Contains(claims.Aud, s.URL()+TokenPath):
		return answer{}, errJWT.with("Failed audience check. The right audience is " + s.URL() + TokenPath)
	}
	now, issued, expires := s.now(), unix(claims.Iat), unix(claims.Exp)
	if expires.Sub(issued) > time.Hour || expires.Before(issued) || now.After(expires.Add(maxSkew)) || now.Before(issued.Add(-maxSkew)) {
		return answer{}, errJWTTime.with("")
	}
	sc, err := s.parseScope(claims.Scope)
	if err != nil {
		return answer{}, err
	}
	client := &Client{ID: account.email}
	if claims.Sub == "" || claims.Sub == account.email {
		return s.issue(&grant{client: client, user: account.email, scope: sc}, sc, false)
	}
	for _, name := range sc.names {
		if !slices.Contains(account.delegated, name) {
			return answer{}, errDelegation.with("")
		}
	}
	if !slices.ContainsFunc(s.config.Users, func(u User) bool { return u.Address == claims.Sub }) {
		return answer{}, errJWTSubject.with(claims.Sub)
	}
	return s.issue(&grant{client: client, user: claims.Sub, scope: sc}, sc, false)
}
