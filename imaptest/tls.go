package imaptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"slices"
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

// authority is a certificate authority.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	caTemplate := certificateTemplate(1, "imaptest CA")
	caTemplate.IsCA = true
	caTemplate.BasicConstraintsValid = true
	caTemplate.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, caTemplate, caTemplate, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate, caKey}, err
}

// issue makes a certificate with a new key.
func (a *authority) issue(template *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// serverCertificate is for localhost and its addresses.
func serverCertificate() *x509.Certificate {
	template := certificateTemplate(2, "localhost")
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{"localhost"}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	return template
}

// useTLS makes the certificates of the server.
func (s *Server) useTLS() error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	certificate, err := ca.issue(serverCertificate())
	if err != nil {
		return err
	}
	s.ca = ca
	s.tls = &tls.Config{Certificates: []tls.Certificate{certificate}}
	if slices.Contains(s.mechanisms, External) {
		s.tls.ClientAuth, s.tls.ClientCAs = tls.VerifyClientCertIfGiven, s.CertPool()
	}
	return nil
}

// ClientCertificate returns a new certificate with which a user can log in by EXTERNAL, for
// the configuration of a client's TLS. A server without TLS has none.
func (s *Server) ClientCertificate(user string) (tls.Certificate, error) {
	if s.ca == nil {
		return tls.Certificate{}, errors.New("imaptest: a client certificate needs TLS")
	}
	template := certificateTemplate(3, user)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return s.ca.issue(template)
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
func (s *Server) CA() *x509.Certificate {
	if s.ca == nil {
		return nil
	}
	return s.ca.certificate
}

// CertPool returns a pool with only the CA.
func (s *Server) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	if s.ca != nil {
		pool.AddCert(s.ca.certificate)
	}
	return pool
}

// ClientTLS returns a configuration with which a client trusts this server, under the names
// localhost, 127.0.0.1 and ::1, and no other server.
func (s *Server) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: s.CertPool()}
}
