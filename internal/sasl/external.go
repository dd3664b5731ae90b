package sasl

import (
	"context"
	"crypto/tls"

	gosasl "github.com/emersion/go-sasl"
)

// hasCertificate reports whether a client with this configuration can send a certificate.
func hasCertificate(config *tls.Config) bool {
	return config != nil && (len(config.Certificates) > 0 || config.GetClientCertificate != nil)
}

// newExternal returns a client of EXTERNAL (RFC 4422 appendix A). The certificate of the TLS
// connection says who authenticates, and User as whom to act. Without a User the server
// decides that from the certificate.
func newExternal(_ context.Context, m Mechanism) (gosasl.Client, error) {
	if err := Check(m.cfg, "\x00"); err != nil {
		return nil, err
	}
	return gosasl.NewExternalClient(m.cfg.User), nil
}
