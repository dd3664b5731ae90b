// Package harness has what the mail servers of the conformance tests need to
// run privately: free ports and a certificate, a process that ends with the
// test, and a user who owns the mail.
package harness

import (
	"crypto/x509"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// Access is how a server is reached.
type Access struct {
	// Ports on 127.0.0.1.
	IMAP, IMAPS, POP3, POP3S int

	// CAFile holds the certificate that signed the server's, in PEM. The
	// server's is valid for localhost and 127.0.0.1.
	CAFile string
	// CAs is the same for a tls.Config.
	CAs *x509.CertPool
}

// NewAccess chooses free ports and writes ca.pem, cert.pem and key.pem to dir.
// Somebody else may take a port before the server does; that shows as a server
// that ends at once. So the ports are below those that systems give to connections.
func NewAccess(dir string) (Access, error) {
	a := Access{CAFile: filepath.Join(dir, "ca.pem")}
	var err error
	if a.CAs, err = writeCertificates(dir); err != nil {
		return a, err
	}
	for _, port := range []*int{&a.IMAP, &a.IMAPS, &a.POP3, &a.POP3S} {
		l, err := listen()
		if err != nil {
			return a, err
		}
		// All are held until all are chosen, so that they differ.
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return a, nil
}

// listen listens on a random port that is free.
func listen() (l net.Listener, err error) {
	const first, end = 10000, 32768 // ip_local_port_range begins there
	for range 100 {
		if l, err = net.Listen("tcp", Address(first+rand.IntN(end-first))); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// Address is a port of the server as net.Dial wants it.
func Address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// MailID is the user and group id of the mail when a server runs as root.
// Servers refuse to serve mail as root, and want no entry in passwd.
const MailID = 5990

// ChownMail gives a file to the user that a server reads mail as.
func ChownMail(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(name, MailID, MailID)
}
