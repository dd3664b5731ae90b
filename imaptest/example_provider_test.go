package imaptest_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A program that searches by subject fails at mail.ru. It can search for flags there, and look at
// the subjects itself.
func ExampleProvider() {
	srv, err := imaptest.Start(imaptest.Config{Provider: imaptest.MailRu, Messages: []imaptest.Message{
		{Text: "Subject: invoice\n\n"},
		{Text: "Subject: newsletter\n\n"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	_, err = mbox.Search(`SUBJECT "invoice"`)
	var failed *imapcompat.Error
	fmt.Println(errors.As(err, &failed), failed.Code)
	unseen, err := mbox.Search("UNSEEN")
	fmt.Println(unseen, err)
	// Output:
	// true CANNOT
	// [1 2] <nil>
}
