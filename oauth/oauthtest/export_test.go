package oauthtest

import "crypto/rsa"

// Sign signs a JWT.
func Sign(key *rsa.PrivateKey, header, claims any) string {
	text, err := sign(key, header, claims)
	if err != nil {
		panic(err)
	}
	return text
}

// AccountKey is the key of service accounts.
func AccountKey() *rsa.PrivateKey { return accountKey() }
