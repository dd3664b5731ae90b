package oauthtest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxSkew is how far the clocks of a client and a server may be apart.
const maxSkew = 5 * time.Minute

// jwt is a signed JSON Web Token (RFC 7515, RFC 7519).
type jwt struct {
	header struct {
		Alg     string `json:"alg"`
		Typ     string `json:"typ"`
		Kid     string `json:"kid"`
		X5t     string `json:"x5t"`
		X5tS256 string `json:"x5t#S256"`
	}
	claims struct {
		Iss   string   `json:"iss"`
		Sub   string   `json:"sub"`
		Aud   audience `json:"aud"`
		Scope string   `json:"scope"`
		Jti   string   `json:"jti"`
		Exp   float64  `json:"exp"`
		Iat   float64  `json:"iat"`
		Nbf   float64  `json:"nbf"`
	}
	signed    []byte
	signature []byte
}

// audience is a text or a list of texts (RFC 7519 section 4.1.3).
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func parseJWT(text string) (*jwt, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, errors.New("it has not three parts")
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return nil, errors.New("a part is not base64url")
		}
	}
	j := &jwt{signed: []byte(parts[0] + "." + parts[1]), signature: decoded[2]}
	if json.Unmarshal(decoded[0], &j.header) != nil || json.Unmarshal(decoded[1], &j.claims) != nil {
		return nil, errors.New("a part is not JSON")
	}
	return j, nil
}

// isSignedBy reports whether the signature is one of RS256 or PS256 (RFC 7518 section 3.1) by a key.
func (j *jwt) isSignedBy(key *rsa.PublicKey) bool {
	digest := sha256.Sum256(j.signed)
	switch j.header.Alg {
	case "RS256":
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], j.signature) == nil
	case "PS256":
		return rsa.VerifyPSS(key, crypto.SHA256, digest[:], j.signature, nil) == nil
	}
	return false
}

func unix(seconds float64) time.Time { return time.Unix(int64(seconds), 0) }

// checkClientAssertion checks the authentication of a client by a certificate (RFC 7523 section 3,
// and Microsoft's documentation of certificate credentials).
func (s *Server) checkClientAssertion(client *Client, form url.Values) error {
	if form.Get("client_assertion_type") != assertionType {
		return errAssertion.with("the client_assertion_type is another")
	}
	j, err := parseJWT(form.Get("client_assertion"))
	if err != nil {
		return errAssertion.with(err.Error())
	}
	if client.Certificate == nil || !j.names(client.Certificate.Raw) {
		return errAssertionKey.with(j.header.X5t)
	}
	key, ok := client.Certificate.PublicKey.(*rsa.PublicKey)
	if !ok || !j.isSignedBy(key) {
		return errAssertionKey.with(j.header.X5t)
	}
	now, claims := s.now(), &j.claims
	switch {
	case claims.Iss != client.ID || claims.Sub != client.ID:
		return errAssertion.with("iss and sub are not the client")
	case !slices.Contains(claims.Aud, s.URL()+TokenPath):
		return errAssertionAudience.with("")
	case claims.Exp == 0 || now.After(unix(claims.Exp).Add(maxSkew)), claims.Nbf != 0 && now.Before(unix(claims.Nbf).Add(-maxSkew)):
		return errAssertionTime.with("Current time: " + stamp(now) + ", expiry time of assertion " + stamp(unix(claims.Exp)) + ".")
	case claims.Jti == "":
		return errAssertion.with("there is no jti")
	case s.assertions[claims.Jti]:
		return errAssertion.with("the jti was used before")
	}
	s.assertions[claims.Jti] = true
	return nil
}

// names reports whether the header has the thumbprint of a certificate (RFC 7515 sections 4.1.7 and
// 4.1.8).
func (j *jwt) names(certificate []byte) bool {
	short, long := sha1.Sum(certificate), sha256.Sum256(certificate)
	encode := base64.RawURLEncoding.EncodeToString
	return (j.header.X5t != "" || j.header.X5tS256 != "") &&
		(j.header.X5t == "" || j.header.X5t == encode(short[:])) &&
		(j.header.X5tS256 == "" || j.header.X5tS256 == encode(long[:]))
}

// keyID is the kid of the key of access tokens.
const keyID = "oauthtest-1"

// newJWT returns an access token of Microsoft.
func (s *Server) newJWT(g *grant, sc scope, expires time.Time) (string, error) {
	now := s.now()
	claims := map[string]any{
		"aud": sc.resource, "iss": s.URL() + "/", "iat": now.Unix(), "nbf": now.Unix(), "exp": expires.Unix(),
		"appid": g.client.ID, "tid": "oauthtest", "ver": "1.0", "uti": rand.Text(),
	}
	if g.user == "" {
		claims["roles"] = sc.rights
		claims["idtyp"] = "app"
	} else {
		claims["scp"] = strings.Join(sc.rights, " ")
		claims["upn"] = g.user
	}
	return sign(signingKey(), map[string]string{"typ": "JWT", "alg": "RS256", "kid": keyID}, claims)
}

func sign(key *rsa.PrivateKey, header, claims any) (string, error) {
	var signed bytes.Buffer
	for i, part := range []any{header, claims} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		if i > 0 {
			signed.WriteByte('.')
		}
		signed.WriteString(base64.RawURLEncoding.EncodeToString(text))
	}
	digest := sha256.Sum256(signed.Bytes())
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return signed.String() + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// keys is the JWKS endpoint (RFC 7517).
func (s *Server) keys(*http.Request) (answer, error) {
	if s.config.Style != Microsoft {
		return answer{json: map[string]any{"keys": []any{}}}, nil
	}
	key := signingKey().PublicKey
	encode := base64.RawURLEncoding.EncodeToString
	return answer{json: map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": keyID,
		"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}}}, nil
}
