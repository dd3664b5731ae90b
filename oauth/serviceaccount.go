package oauth

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
)

// ServiceAccount returns a source of tokens of a Google service account that acts for a user,
// subject, by domain-wide delegation (JWT bearer, RFC 7523 section 2.1). key is the JSON file of
// the account's key. An administrator of the domain has allowed the account's client ID the
// scopes; the default is Gmail's for IMAP, POP3 and SMTP. ctx bounds all requests, and may have an
// [oauth2.HTTPClient]. The source keeps a token in memory only: see [Kept].
//
// The error matches backend.ErrInvalidArgument if the file is not the key of a service account or
// the subject is no mail address.
func ServiceAccount(ctx context.Context, key []byte, subject string, scopes ...string) (oauth2.TokenSource, error) {
	google, _ := IssuerByID("google")
	c := &Client{Issuer: google, Address: subject}
	var file struct {
		Type         string `json:"type"`
		ClientEmail  string `json:"client_email"`
		ClientID     string `json:"client_id"`
		PrivateKey   string `json:"private_key"`
		PrivateKeyID string `json:"private_key_id"`
		TokenURI     string `json:"token_uri"`
	}
	const maxFile = 64 << 10
	switch {
	case len(key) > maxFile || json.Unmarshal(key, &file) != nil:
		return nil, c.invalid("the key of the service account is not JSON")
	case file.Type != "service_account":
		return nil, c.invalid("the JSON is not the key of a service account: its type is not \"service_account\"")
	case file.ClientEmail == "" || file.PrivateKey == "" || !secure(file.TokenURI):
		return nil, c.invalid("the key of the service account is not complete")
	case !strings.Contains(subject, "@") || strings.ContainsFunc(subject, unprintable):
		return nil, c.invalid("the user for whom the service account acts is not a mail address")
	}
	if len(scopes) == 0 {
		scopes = google.ScopesFor("imap", "pop3", "smtp")
	}
	signer, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(file.PrivateKey))
	if err != nil {
		return nil, c.invalid("the private key of the service account is not an RSA key in PEM")
	}
	c.Scopes, c.Issuer.TokenURL = scopes, file.TokenURI
	c.delegate = &serviceAccount{email: file.ClientEmail, id: file.ClientID, keyID: file.PrivateKeyID, key: signer}
	name := "service account " + file.ClientEmail + " for " + subject
	return source{name, &reused{next: delegated{c, ctx}}}, nil
}

// serviceAccount is the key of a service account.
type serviceAccount struct {
	email, id, keyID string
	key              *rsa.PrivateKey
}

// assertion returns a new assertion that the account acts for a user, as Google documents it.
func (a *serviceAccount) assertion(subject, audience string, scopes []string, now time.Time) (string, error) {
	issued := now.Add(-10 * time.Second) // the issuer's clock may be behind
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": a.email, "sub": subject, "scope": strings.Join(scopes, " "), "aud": audience,
		"iat": issued.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if a.keyID != "" {
		token.Header["kid"] = a.keyID
	}
	return token.SignedString(a.key)
}

// delegated gets tokens by assertions of a service account.
type delegated struct {
	c   *Client
	ctx context.Context
}

func (d delegated) Token() (*oauth2.Token, error) {
	c := d.c
	assertion, err := c.delegate.assertion(c.Address, c.Issuer.TokenURL, c.Scopes, time.Now())
	if err != nil {
		return nil, c.invalid("the key of the service account cannot sign")
	}
	return c.token(d.ctx, nil, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion},
	})
}
