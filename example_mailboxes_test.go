package imapcompat_test

import (
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func ExampleConnection_CreateMailbox() {
	srv := exampleServer()
	defer srv.Close()
	ref := srv.IMAPRef() // "{127.0.0.1:…}"

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	err = mbox.CreateMailbox(ref + "Archive")
	fmt.Println(err)
	err = mbox.CreateMailbox(ref + "Archive")
	fmt.Println(errors.Is(err, imapcompat.ErrRefused))
	// Output:
	// <nil>
	// true
}

func ExampleConnection_Append() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	err = mbox.Append(srv.IMAP(), "From: ada@example.org\r\nSubject: Note\r\n\r\nRemember.\r\n",
		imapcompat.AppendFlags(`\Seen`), imapcompat.InternalDate("17-Jul-1996 02:44:25 -0700"))
	if err != nil {
		log.Fatal(err)
	}
	mbox.Ping() // asks for the news
	h, _ := mbox.HeaderInfo(4)
	fmt.Println(h.Subject, h.MailDate)
	// Output: Note 17-Jul-1996 02:44:25 -0700
}

func ExampleConnection_MailMove() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(srv.IMAPRef() + "Archive")
	if err := mbox.MailMove("1:2", "Archive"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.NumMsg()) // marked, and still there
	mbox.Expunge()
	fmt.Println(mbox.NumMsg())
	// Output:
	// 3 <nil>
	// 1 <nil>
}

func ExampleConnection_List() {
	srv := exampleServer()
	defer srv.Close()
	ref := srv.IMAPRef()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(ref + "Archive/2025")
	names, err := mbox.List(ref, "*")
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		fmt.Println(strings.TrimPrefix(name, ref))
	}
	infos, _ := mbox.GetMailboxes(ref, "A%")
	fmt.Println(infos[0].Attributes&imapcompat.LATT_NOSELECT != 0, infos[0].Delimiter)
	// Output:
	// INBOX
	// Archive/2025
	// true /
}

func ExampleConnection_MailCopy() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	err = mbox.MailCopy("2", "Invoices")
	fmt.Println(errors.Is(err, imapcompat.ErrRefused)) // there is no such mailbox
	mbox.CreateMailbox(srv.IMAPRef() + "Invoices")
	err = mbox.MailCopy("2", "Invoices")
	fmt.Println(len(srv.Messages("Invoices")), err)
	// Output:
	// true
	// 1 <nil>
}

func ExampleConnection_RenameMailbox() {
	srv := exampleServer()
	defer srv.Close()
	ref := srv.IMAPRef()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(ref + "Archive")
	fmt.Println(mbox.RenameMailbox(ref+"Archive", ref+"Old"))
	fmt.Println(srv.Mailboxes())
	fmt.Println(mbox.DeleteMailbox(ref + "Old"))
	// Output:
	// <nil>
	// [INBOX Old]
	// <nil>
}

func ExampleConnection_Subscribe() {
	srv := exampleServer()
	defer srv.Close()
	ref := srv.IMAPRef()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(ref + "Archive")
	if err := mbox.Subscribe(ref + "Archive"); err != nil {
		log.Fatal(err)
	}
	names, err := mbox.LSub(ref, "*")
	fmt.Println(len(names), strings.TrimPrefix(names[0], ref), err)
	mbox.Unsubscribe(ref + "Archive")
	names, err = mbox.LSub(ref, "*")
	fmt.Println(len(names), err)
	// Output:
	// 1 Archive <nil>
	// 0 <nil>
}
