package imaptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
)

// TLSMode tells how a server uses TLS.
type TLSMode int

const (
	NoTLS       TLSMode = iota
	ImplicitTLS         // from the first byte
	OfferTLS            // STARTTLS or STLS, and login without it as well
	RequireTLS          // STARTTLS or STLS, before any login
)

// Certificate lifetimes allow for a clock that is wrong.
const (
	certificateAge  = 24 * time.Hour
	certificateLife = 30 * 24 * time.Hour
)

// newCertificates makes a certificate authority, and a certificate of it for localhost and its
// addresses.
func newCertificates() (ca *x509.Certificate, server tls.Certificate, err error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	caTemplate := certificateTemplate(1, "imaptest CA")
	caTemplate.IsCA = true
	caTemplate.BasicConstraintsValid = true
	caTemplate.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, caTemplate, caTemplate, caKey.Public(), caKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	if ca, err = x509.ParseCertificate(der); err != nil {
		return nil, tls.Certificate{}, err
	}

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	template := certificateTemplate(2, "localhost")
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{"localhost"}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if der, err = x509.CreateCertificate(rand.Reader, template, ca, key.Public(), caKey); err != nil {
		return nil, tls.Certificate{}, err
	}
	return ca, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func certificateTemplate(serial int64, name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-certificateAge),
		NotAfter:     now.Add(certificateLife),
	}
}

// CA returns the certificate of the authority that signed the server's, made when the server
// started. It is nil without TLS.
func (s *Server) CA() *x509.Certificate { return s.ca }

// CertPool returns a pool with only the CA.
func (s *Server) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	if s.ca != nil {
		pool.AddCert(s.ca)
	}
	return pool
}

// ClientTLS returns a configuration with which a client trusts this server, under the names
// localhost, 127.0.0.1 and ::1, and no other server.
func (s *Server) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: s.CertPool()}
}
