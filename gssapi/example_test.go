package gssapi_test

import (
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/gssapi"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A service logs in with its keytab where the server offers GSSAPI, and otherwise with the
// password. This server does not offer GSSAPI.
func Example() {
	srv, err := imaptest.Start(imaptest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ticket := &gssapi.Mechanism{Principal: "archive@EXAMPLE.ORG", Keytab: "/etc/archive.keytab"}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithMechanism(ticket))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(ticket, mbox.IsOpen())
	// Output: GSSAPI as archive@EXAMPLE.ORG with keytab /etc/archive.keytab true
}
