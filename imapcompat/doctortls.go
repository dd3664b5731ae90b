package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// certificateInWords tells for whom a certificate is, by whom and until when.
func certificateInWords(cert *x509.Certificate) string {
	names := slices.Clone(cert.DNSNames)
	for _, address := range cert.IPAddresses {
		names = append(names, address.String())
	}
	for i, name := range names {
		names[i] = cut(clean(name), 100)
	}
	const most = 5
	forWhom := commas(names[:min(len(names), most)], "no host")
	if more := len(names) - most; more > 0 {
		forWhom += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("the certificate is for %s, by %s, valid until %s", forWhom, issuerInWords(cert), cert.NotAfter.UTC().Format(time.DateOnly))
}

// issuerInWords names who has issued a certificate.
func issuerInWords(cert *x509.Certificate) string {
	if string(cert.RawIssuer) == string(cert.RawSubject) {
		return "itself"
	}
	var parts []string
	for _, part := range append(slices.Clone(cert.Issuer.Organization), cert.Issuer.CommonName) {
		if part != "" {
			parts = append(parts, cut(clean(part), 100))
		}
	}
	return commas(parts, "an issuer without a name")
}

// judge verifies a chain of certificates for a host. roots are those of the system if nil.
func judge(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) (problem, advice string, err error) {
	leaf := chain[0]
	intermediates := x509.NewCertPool()
	for _, cert := range chain[1:] {
		intermediates.AddCert(cert)
	}
	if _, err = leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: intermediates, CurrentTime: now}); err == nil {
		return "", "", nil
	}
	var (
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, new(x509.HostnameError)):
		problem = "it is not for " + host
		advice = "Use one of the hosts that the certificate is for in the name of the mailbox, if the provider names it too."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && now.Before(invalid.Cert.NotBefore):
		problem = "it is valid only from " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly)
		advice = "Check the clock of this machine."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		problem = "it has expired"
		if invalid.Cert != leaf {
			problem = "the certificate of its issuer has expired"
		}
		advice = "The operator of the server has to renew it. Check the clock of this machine, too."
	case errors.As(err, &unknown) && string(leaf.RawIssuer) == string(leaf.RawSubject):
		problem = "it is self-signed, and this machine does not trust it"
		advice = "Add it to the certificates that this machine trusts. /novalidate-cert accepts any certificate, also that of an attacker."
	case errors.As(err, &unknown) && len(chain) == 1:
		problem = "this machine does not know its issuer, and the server does not send the certificate of the issuer"
		advice = "The operator of the server has to send the whole chain. With an authority of your own: add it to the certificates that this machine trusts."
	case errors.As(err, &unknown):
		problem = "this machine does not trust its issuer"
		advice = "With an authority of your own: add it to the certificates that this machine trusts. A virus scanner or a proxy may be in between."
	default:
		problem = strings.TrimPrefix(err.Error(), "x509: ")
		advice = "The operator of the server has to replace it."
	}
	return problem, advice, err
}
