// Package harness provides what the mail servers of the conformance tests need to run
// privately: free ports and a certificate, a process that ends with the test, and a user who
// owns the mail.
package harness

import (
	"crypto/x509"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// Access has the ports and the certificate of a server.
type Access struct {
	// Ports on 127.0.0.1.
	IMAP, IMAPS, POP3, POP3S int

	// CAFile has the certificate that signed the server's, in PEM. The server's is valid for
	// localhost and 127.0.0.1.
	CAFile string
	// CAs has the same certificate for a tls.Config.
	CAs *x509.CertPool
}

// NewAccess chooses free ports, and writes ca.pem, cert.pem and key.pem to dir. If another
// process takes a port before the server does, the server ends at once. The ports are therefore
// below those that systems assign to connections.
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
		// All listeners stay open until all ports are chosen, so that the ports differ.
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

// Address returns a port of the server in the form of net.Dial.
func Address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// MailID is the user and group id of the mail if a server runs as root. Servers refuse to serve
// mail as root. The id needs no entry in passwd.
const MailID = 5990

// ChownMail gives a file to the user whose rights a server uses for mail.
func ChownMail(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(name, MailID, MailID)
}
