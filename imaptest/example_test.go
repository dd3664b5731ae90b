package imaptest_test

import (
	"fmt"
	"log"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A test calls NewServer(t, messages...) instead, which needs no error handling and no Close.
func Example() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: invoice 1\n\nPlease pay.\n"},
		{Text: "Subject: newsletter\n\nRead this.\n", Flags: []string{`\Seen`}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	if err := removeRead(srv.IMAP(), srv.User, srv.Password); err != nil {
		log.Fatal(err)
	}
	for _, m := range srv.Messages("INBOX") {
		fmt.Printf("%d %q\n", m.UID, m.Text)
	}
	// Output: 1 "Subject: invoice 1\r\n\r\nPlease pay.\r\n"
}

// removeRead is the program under test. It removes the messages that are read.
func removeRead(mailbox, user, password string) error {
	mbox, err := imapcompat.Open(mailbox, user, password)
	if err != nil {
		return err
	}
	defer mbox.Close()
	list, err := mbox.FetchOverview("1:*")
	if err != nil {
		return err
	}
	for _, o := range list {
		if !o.Seen {
			continue
		}
		if err := mbox.Delete(imapcompat.SequenceOf(o.UID), imapcompat.FT_UID); err != nil {
			return err
		}
	}
	return mbox.Expunge()
}
