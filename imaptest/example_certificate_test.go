package imaptest_test

import (
	"crypto/tls"
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A client certificate takes the place of the password.
func ExampleServer_ClientCertificate() {
	srv, err := imaptest.Start(imaptest.Config{TLS: imaptest.ImplicitTLS, User: "ada", Mechanisms: []string{imaptest.External}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	certificate, err := srv.ClientCertificate("ada")
	if err != nil {
		log.Fatal(err)
	}
	config := srv.ClientTLS()
	config.Certificates = []tls.Certificate{certificate}
	mbox, err := imapcompat.Open(srv.IMAP(), "ada", "", imapcompat.WithTLSConfig(config))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	// Output: 0 <nil>
}
