package imapcompat_test

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A program that runs by itself wants to know whether the next run may do better.
func ExampleErrTemporary() {
	try := func(server, password string) {
		_, err := imapcompat.Open(server, "user", password)
		switch {
		case errors.Is(err, imapcompat.ErrPermanent):
			fmt.Println("wake somebody")
		case errors.Is(err, imapcompat.ErrTemporary):
			fmt.Println("the next run may do better")
		case err != nil:
			fmt.Println("the server did not say")
		}
	}
	srv := exampleServer()
	defer srv.Close()
	try(srv.IMAP(), "not the password")
	try("{127.0.0.1:1/imap/notls}INBOX", srv.Password)
	// Output:
	// wake somebody
	// the next run may do better
}

// Code is why a server refuses.
func ExampleError_code() {
	srv := exampleServer()
	defer srv.Close()
	_, err := imapcompat.Open(srv.POP3(), srv.User, "not the password")
	var e *imapcompat.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code, e.Code == imapcompat.CodeAuth, e.Class)
	}
	// Output:
	// AUTH true warning
}

// Servers that offer ID log who asks; some open no mailbox before they know.
func ExampleWithID() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
		imapcompat.WithID(map[string]string{"name": "Ticket importer", "version": "2.1"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mbox.Close()
	n, _ := mbox.NumMsg()
	fmt.Println(n, "messages")

	_, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
		imapcompat.WithID(map[string]string{"name": "line\nbreak"}))
	fmt.Println(err)
	// Output:
	// 3 messages
	// imap_open(): WithID: the value of "name" is too long or not printable ASCII
}

// Where a mailbox keeps no keywords, marking messages with one is in vain.
func ExampleConnection_PermanentFlags() {
	srv, err := imaptest.Start(imaptest.Config{Without: []string{"KEYWORDS"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mbox.Close()
	kept, err := mbox.PermanentFlags()
	fmt.Println(kept.Keeps("Imported"), kept.Keeps(`\Flagged`), err)
	// Output: false true <nil>
}
