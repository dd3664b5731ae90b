package imaptest_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The test chooses the response code that the program receives.
func ExampleServer_Refuse() {
	srv, err := imaptest.Start(imaptest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	if err := srv.Refuse("APPEND", 1, "[OVERQUOTA] The mailbox is full"); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		err := mbox.Append(srv.IMAP(), "Subject: report\r\n\r\nAll is well.\r\n")
		fmt.Println(err, errors.Is(err, imapcompat.ErrTemporary))
	}
	// Output:
	// imap_append(): [OVERQUOTA] The mailbox is full true
	// <nil> false
}
