package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// assertionType is the type of an assertion that authenticates a client (RFC 7523 section 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLife is how long an assertion is valid. Microsoft suggests 5 to 10 minutes.
const assertionLife = 5 * time.Minute

// assertion returns a new assertion that the client is who has the certificate's key (RFC 7523
// section 3). Its header names the certificate by x5t#S256 (RFC 7515 section 4.1.8), as Microsoft
// wants, and RSA signs with PS256.
func (c *Client) assertion(now time.Time) (string, error) {
	if len(c.Certificate.Certificate) == 0 {
		return "", c.invalid("the certificate is empty")
	}
	key, ok := c.Certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return "", c.invalid("the certificate has no private key")
	}
	var method jwt.SigningMethod
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		method = jwt.SigningMethodPS256
	case *ecdsa.PublicKey:
		if public.Curve.Params().BitSize != 256 {
			return "", c.invalid("the certificate's key is ECDSA on another curve than P-256")
		}
		method = jwt.SigningMethodES256
	default:
		return "", c.invalid("the certificate's key is neither RSA nor ECDSA")
	}
	issued := now.Add(-10 * time.Second) // the issuer's clock may be behind
	token := jwt.NewWithClaims(method, jwt.RegisteredClaims{
		Issuer: c.ID, Subject: c.ID, Audience: jwt.ClaimStrings{c.Issuer.TokenURL}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(issued), NotBefore: jwt.NewNumericDate(issued),
		ExpiresAt: jwt.NewNumericDate(now.Add(assertionLife)),
	})
	thumbprint := sha256.Sum256(c.Certificate.Certificate[0])
	token.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(thumbprint[:])
	signed, err := token.SignedString(c.Certificate.PrivateKey)
	if err != nil {
		return "", c.invalid("the certificate's key cannot sign")
	}
	return signed, nil
}
