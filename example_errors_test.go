package imapcompat_test

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
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
