package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// isCertificate reports whether a server's certificate is not valid for its name, or the server
// speaks no TLS: it is not the domain's.
func isCertificate(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(x509.HostnameError)) ||
		errors.As(err, new(tls.RecordHeaderError)) || errors.As(err, new(tls.AlertError))
}
