package imaptest_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The server runs EXPUNGE, but the connection ends before the answer. The program cannot know
// whether the message is gone.
func ExampleServer_Fail() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: done\n\n", Flags: []string{`\Deleted`}},
		{Text: "Subject: open\n\n"},
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

	if err := srv.Fail(imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer}); err != nil {
		log.Fatal(err)
	}
	err = mbox.Expunge()
	fmt.Println(errors.Is(err, imapcompat.ErrConnectionLost), len(srv.Messages("INBOX")))
	// Output: true 1
}
