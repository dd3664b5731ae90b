package imaptest_test

import (
	"fmt"
	"log"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/imaptest"
)

// A test has NewServer(t, messages...) instead, which needs no error handling
// and no Close.
func Example() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: invoice 1\n\nPlease pay.\n"},
		{Text: "Subject: newsletter\n\nRead this.\n", Flags: []string{`\Seen`}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	// The program under test: it removes what has been read.
	c, err := imapclient.DialInsecure(srv.IMAPAddr(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(srv.User, srv.Password).Wait(); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		log.Fatal(err)
	}
	found, err := c.Search(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		log.Fatal(err)
	}
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}, Silent: true}
	if err := c.Store(found.All, deleted, nil).Close(); err != nil {
		log.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		log.Fatal(err)
	}

	for _, m := range srv.Messages("INBOX") {
		fmt.Printf("%d %q\n", m.UID, m.Text)
	}
	// Output: 1 "Subject: invoice 1\r\n\r\nPlease pay.\r\n"
}
