package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// StartTLS starts TLS. The server's consent must have been read with [Conn.ReadLine], so
// that octets which the server or an attacker has sent after it in the clear are an error.
// No Read or Write may be running.
//
// If it fails, the connection is closed. The error matches [backend.ErrCertificate], or
// [backend.ErrProtocol] for octets in the clear, or [backend.ErrConnect].
func (c *Conn) StartTLS(ctx context.Context) error {
	if c.tls != nil {
		return c.tlsFailure(backend.ErrProtocol, "TLS is already in effect", nil)
	}
	if c.reader.Buffered() > 0 {
		_ = c.Abort()
		return c.tlsFailure(backend.ErrProtocol, "data in the clear before the negotiation", nil)
	}
	end := c.Begin(ctx)
	defer end()
	config := c.tlsConfig()
	client := tls.Client(c.timed, config)
	if err := client.HandshakeContext(ctx); err != nil {
		_ = c.Abort()
		return c.handshakeFailure(config, err)
	}
	c.mu.Lock()
	c.tls = client
	c.mu.Unlock()
	c.reader = bufio.NewReaderSize(client, ownBuffer)
	return nil
}

func (c *Conn) tlsConfig() *tls.Config {
	config := new(tls.Config)
	if c.cfg.TLSConfig != nil {
		config = c.cfg.TLSConfig.Clone()
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if config.ServerName == "" {
		config.ServerName = bare(c.cfg.Host)
	}
	if c.cfg.SkipVerify {
		config.InsecureSkipVerify = true
	}
	return config
}

func (c *Conn) handshakeFailure(config *tls.Config, err error) error {
	var ve *tls.CertificateVerificationError
	if !errors.As(err, &ve) || len(ve.UnverifiedCertificates) == 0 {
		return c.tlsFailure(backend.ErrConnect, "SSL negotiation failed", timeoutBeside(err))
	}
	reason, cert := certificateFailure(ve, config)
	return &backend.Error{
		Kind: backend.ErrCertificate,
		Text: "Certificate failure for " + cut(c.cfg.Host) + ": " + reason + ": " + oneLine(cert),
		Err:  err,
	}
}

func (c *Conn) tlsFailure(kind error, reason string, cause error) error {
	return &backend.Error{
		Kind: kind,
		Text: "TLS/SSL failure for " + cut(c.cfg.Host) + ": " + reason,
		Err:  cause,

		Prospect: Prospect(cause),
	}
}

// certificateFailure returns why a certificate was rejected, in OpenSSL's words, and which
// certificate of the chain it was. If there are several reasons, it returns the one that
// OpenSSL finds first: the chain, then the host's name, then the time.
func certificateFailure(ve *tls.CertificateVerificationError, config *tls.Config) (string, *x509.Certificate) {
	now := time.Now()
	if config.Time != nil {
		now = config.Time()
	}
	certs := ve.UnverifiedCertificates
	leaf := certs[0]
	if _, err := leaf.Verify(timelessOptions(certs, config, now)); errors.As(err, new(x509.UnknownAuthorityError)) {
		return untrusted(certs)
	}
	if leaf.VerifyHostname(config.ServerName) != nil {
		return "hostname mismatch", leaf
	}
	var invalid x509.CertificateInvalidError
	if errors.As(ve.Err, &invalid) && invalid.Reason == x509.Expired {
		if now.Before(invalid.Cert.NotBefore) {
			return "certificate is not yet valid", invalid.Cert
		}
		return "certificate has expired", invalid.Cert
	}
	return strings.TrimPrefix(ve.Err.Error(), "x509: "), leaf
}

// timelessOptions returns options that verify the chain at a time when the first
// certificate was valid.
func timelessOptions(certs []*x509.Certificate, config *tls.Config, now time.Time) x509.VerifyOptions {
	if now.After(certs[0].NotAfter) {
		now = certs[0].NotAfter
	}
	if now.Before(certs[0].NotBefore) {
		now = certs[0].NotBefore
	}
	intermediates := x509.NewCertPool()
	for _, cert := range certs[1:] {
		intermediates.AddCert(cert)
	}
	return x509.VerifyOptions{Roots: config.RootCAs, Intermediates: intermediates, CurrentTime: now}
}

// untrusted follows the chain to the last certificate that the server sent.
func untrusted(certs []*x509.Certificate) (string, *x509.Certificate) {
	last := certs[0]
	for range certs {
		issuer := issuerOf(last, certs)
		switch issuer {
		case nil:
			return "unable to get local issuer certificate", last
		case last:
			if last == certs[0] {
				return "self-signed certificate", last
			}
			return "self-signed certificate in certificate chain", last
		}
		last = issuer
	}
	return "unable to get local issuer certificate", last
}

// issuerOf returns the certificate of certs that issued cert. It returns cert itself if it
// is self-signed, or nil if the issuer is missing.
func issuerOf(cert *x509.Certificate, certs []*x509.Certificate) *x509.Certificate {
	if string(cert.RawIssuer) == string(cert.RawSubject) {
		return cert
	}
	for _, candidate := range certs {
		if string(candidate.RawSubject) == string(cert.RawIssuer) && cert.CheckSignatureFrom(candidate) == nil {
			return candidate
		}
	}
	return nil
}

// shortNames are OpenSSL's names for the attributes of a subject.
var shortNames = map[string]string{
	"2.5.4.3":                    "CN",
	"2.5.4.4":                    "SN",
	"2.5.4.5":                    "serialNumber",
	"2.5.4.6":                    "C",
	"2.5.4.7":                    "L",
	"2.5.4.8":                    "ST",
	"2.5.4.9":                    "street",
	"2.5.4.10":                   "O",
	"2.5.4.11":                   "OU",
	"2.5.4.12":                   "title",
	"2.5.4.15":                   "businessCategory",
	"2.5.4.42":                   "GN",
	"0.9.2342.19200300.100.1.1":  "UID",
	"0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1":       "emailAddress",
}

// maxSubject bounds the subject in an error, in octets.
const maxSubject = 254

// oneLine returns the subject of a certificate in the format of OpenSSL's
// X509_NAME_oneline, with as many attributes as maxSubject allows.
func oneLine(cert *x509.Certificate) string {
	var line string
	for _, name := range cert.Subject.Names {
		attribute := "/" + shortName(name.Type) + "=" + printable(fmt.Sprint(name.Value))
		if len(line)+len(attribute) > maxSubject {
			break
		}
		line += attribute
	}
	return line
}

func shortName(oid asn1.ObjectIdentifier) string {
	if name, ok := shortNames[oid.String()]; ok {
		return name
	}
	return oid.String()
}

// printable writes each octet that is not printable ASCII as \xHH.
func printable(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' {
			fmt.Fprintf(&b, `\x%02X`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
