package imapcompat_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A program that runs by itself wants to know whether the next run may do better.
func ExampleErrTemporary() {
	srv := exampleServer()
	defer srv.Close()
	try := func(refusal string) {
		if err := srv.Refuse("LOGIN", 10, refusal); err != nil {
			fmt.Println(err)
			return
		}
		_, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
		switch {
		case errors.Is(err, imapcompat.ErrPermanent):
			fmt.Println("wake somebody")
		case errors.Is(err, imapcompat.ErrTemporary):
			fmt.Println("the next run may do better")
		case err != nil:
			fmt.Println("the server did not say")
		}
	}
	try("[UNAVAILABLE] The directory is down")
	try("[EXPIRED] Choose another password")
	try("Go away")
	// Output:
	// the next run may do better
	// wake somebody
	// the server did not say
}

// A refusal that no other try can change needs somebody, and at once.
func ExampleErrPermanent() {
	srv := exampleServer()
	defer srv.Close()
	_, err := imapcompat.Open(srv.IMAP(), srv.User, "not the password")
	fmt.Println(errors.Is(err, imapcompat.ErrPermanent), errors.Is(err, imapcompat.ErrAuthentication))

	// What is in the way here is not the password.
	if err := srv.Refuse("LOGIN", 1, "[CONTACTADMIN] The account is locked"); err != nil {
		fmt.Println(err)
		return
	}
	_, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	fmt.Println(errors.Is(err, imapcompat.ErrPermanent), errors.Is(err, imapcompat.ErrAuthentication))
	// Output:
	// true true
	// true false
}

// Code is why a server refuses. Here it says that the mailbox is to be created first.
func ExampleError_code() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mbox.Close()

	err = mbox.MailCopy("1", "Done")
	var e *imapcompat.Error
	if errors.As(err, &e) && e.Code == imapcompat.CodeTryCreate {
		fmt.Println(e.Code)
		if err = mbox.CreateMailbox(srv.IMAPRef() + "Done"); err == nil {
			err = mbox.MailCopy("1", "Done")
		}
	}
	fmt.Println(len(srv.Messages("Done")), err)

	// A test has any command refused as it likes.
	if err := srv.Refuse("COPY", 1, "[OVERQUOTA] The mailbox is full"); err != nil {
		fmt.Println(err)
		return
	}
	err = mbox.MailCopy("2", "Done")
	if errors.As(err, &e) {
		fmt.Println(e.Code, errors.Is(err, imapcompat.ErrTemporary))
	}
	// Output:
	// TRYCREATE
	// 1 <nil>
	// OVERQUOTA true
}

// Class is how PHP reports the error.
func ExampleClass() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mbox.Close()
	_, invalid := mbox.Body(0)
	_, missing := mbox.Body(99)
	silent := mbox.CreateMailbox(srv.POP3Ref() + "Archive")
	for _, err := range []error{invalid, missing, silent} {
		var e *imapcompat.Error
		if errors.As(err, &e) {
			fmt.Printf("%v: %s\n", e.Class, e.Text)
		}
	}
	// Output:
	// ValueError: Argument #2 ($message_num) must be greater than 0
	// warning: Bad message number
	// silent: Can't create mailboxes over POP3
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
	for _, line := range srv.Transcript() {
		if _, command, _ := strings.Cut(line, " "); strings.HasPrefix(command, "ID ") {
			fmt.Println(command)
		}
	}

	_, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
		imapcompat.WithID(map[string]string{"name": "line\nbreak"}))
	fmt.Println(err)
	// Output:
	// ID ("name" "Ticket importer" "version" "2.1")
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
