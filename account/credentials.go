package account

import (
	"crypto/tls"

	"github.com/imapcompat/imapcompat/gssapi"
	"github.com/imapcompat/imapcompat/internal/files"
)

// hasSecret reports whether the store has a secret of the account. Kerberos has its tickets and
// keytabs, and a client certificate its key, in files of their own.
func (a Account) hasSecret() bool { return a.Kind != Kerberos && a.Kind != Certificate }

// Mechanism returns the mechanism of an account of the kind Kerberos. Without a keytab it uses the
// ticket of the user that runs the program.
func (a Account) Mechanism() *gssapi.Mechanism {
	return &gssapi.Mechanism{Principal: a.Principal, Keytab: a.Keytab}
}

// ClientCertificate returns the certificate and the key of an account of the kind Certificate. The
// error has the paths and nothing of the files.
func (a Account) ClientCertificate() (tls.Certificate, error) {
	certificate, err := files.Read(a.CertFile, maxKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := files.Read(a.KeyFile, maxKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return tls.Certificate{}, invalid("%s and %s are no certificate with its key, not encrypted, in PEM", a.CertFile, a.KeyFile)
	}
	return pair, nil
}
