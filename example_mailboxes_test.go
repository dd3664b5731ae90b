package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
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
		imapcompat.WithAppendFlags(`\Seen`), imapcompat.WithInternalDate("17-Jul-1996 02:44:25 -0700"))
	if err != nil {
		log.Fatal(err)
	}
	mbox.Ping() // asks for the news
	h, _ := mbox.HeaderInfo(4)
	fmt.Println(h.Subject, h.MailDate)
	// Output: Note 17-Jul-1996 02:44:25 -0700
}

// A message goes from one server to another without being in memory.
func ExampleConnection_AppendReader() {
	from, to := exampleServer(), exampleServer()
	defer from.Close()
	defer to.Close()

	source, err := imapcompat.Open(from.IMAP(), from.User, from.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer source.Close()
	target, err := imapcompat.Open(to.IMAP(), to.User, to.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer target.Close()

	list, err := source.FetchOverview("1")
	if err != nil {
		log.Fatal(err)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(source.SaveBody(w, 1, "", imapcompat.FT_PEEK)) }()
	err = target.AppendReader(to.IMAP(), r, int64(list[0].Size), imapcompat.WithAppendFlags(`\Seen`))
	r.Close() // ends SaveBody if the message was not taken
	if err != nil {
		log.Fatal(err)
	}
	target.Ping()
	fmt.Println(target.NumMsg())
	// Output: 4 <nil>
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

	// MailCopy can do the same, and both take UIDs.
	if err := mbox.MailCopy("3", "Archive", imapcompat.CP_UID|imapcompat.CP_MOVE); err != nil {
		log.Fatal(err)
	}
	mbox.Expunge()
	fmt.Println(mbox.NumMsg())
	// Output:
	// 3 <nil>
	// 1 <nil>
	// 0 <nil>
}

func ExampleConnection_MailMoveUIDs() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(srv.IMAPRef() + "Archive")
	copied, err := mbox.MailCopyUIDs("3", "Archive")
	if err != nil { // ErrNotSupported without UIDPLUS
		log.Fatal(err)
	}
	moved, err := mbox.MailMoveUIDs("1:2", "Archive")
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range append(copied.Messages, moved.Messages...) {
		fmt.Printf("%d is %d in Archive\n", m.UID, m.CopyUID)
	}

	// Of what is marked for deletion, by whomever, it removes just these two.
	fmt.Println(mbox.ExpungeUIDs("1:2"))
	fmt.Println(mbox.NumMsg())
	// Output:
	// 3 is 1 in Archive
	// 1 is 2 in Archive
	// 2 is 3 in Archive
	// <nil>
	// 1 <nil>
}

// A program that keeps what it has read, and clears the INBOX without touching what others
// have marked for deletion.
func ExampleConnection_MoveUIDs() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(srv.IMAPRef() + "Archive")
	uids, err := mbox.UIDs("1:2")
	if err != nil {
		log.Fatal(err)
	}
	moved, err := mbox.MoveUIDs(imapcompat.SequenceOf(uids...), "Archive")
	if err != nil { // ErrNotSupported without MOVE and UIDPLUS
		log.Fatal(err)
	}
	for _, m := range moved.Messages {
		fmt.Printf("%d is %d in Archive\n", m.UID, m.CopyUID)
	}
	fmt.Println(mbox.NumMsg())
	// Output:
	// 1 is 1 in Archive
	// 2 is 2 in Archive
	// 1 <nil>
}

// A message is recognised in another mailbox, where its UID is another one.
func ExampleConnection_EmailIDs() {
	srv, err := imaptest.Start(imaptest.Config{ObjectIDs: true, Messages: []imaptest.Message{{Text: "Subject: a\n\n"}, {Text: "Subject: b\n\n"}}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	known, err := mbox.EmailIDs("1:*")
	if err != nil { // ErrNotSupported without OBJECTID and X-GM-EXT-1
		log.Fatal(err)
	}
	mbox.CreateMailbox(srv.IMAPRef() + "Archive")
	mbox.MoveUIDs("2", "Archive")
	mbox.Reopen(srv.IMAPRef() + "Archive")
	id, err := mbox.EmailID(1)
	fmt.Println(id == known[2], err)
	// Output: true <nil>
}

// A program that keeps texts in memory leaves large messages for SaveBody.
func ExampleConnection_Sizes() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: a\n\nshort\n"}, {Text: "Subject: b\n\n" + strings.Repeat("long ", 1000) + "\n"},
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
	sizes, err := mbox.Sizes("1:*")
	fmt.Println(sizes[1] <= 1000, sizes[2] <= 1000, err)
	// Output: true false <nil>
}

// A program on POP3 reads what it has not read before. It needs a reason to trust the
// server's unique-ids: there must be one for each message, and no two must be the same.
func ExampleConnection_UIDLs() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	ids, err := mbox.UIDLs()
	if err != nil { // ErrNotSupported without UIDL
		log.Fatal(err)
	}
	known := map[string]bool{ids[0]: true}
	for i, id := range ids {
		if id != "" && !known[id] {
			fmt.Println("message", i+1, "is new")
		}
	}
	// Output:
	// message 2 is new
	// message 3 is new
}

// A program asks for what has changed since its last session, and claims each message: of
// several programs that do so one gets it.
func ExampleConnection_ChangedSince() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	mbox.ChangedSince(0) // all messages; some servers count changes only from now on
	since, err := mbox.HighestModSeq()
	if err != nil {
		log.Fatal(err)
	}
	mbox.Close()
	srv.Append("INBOX", imaptest.Message{Text: "Subject: new\n\n"})

	if mbox, err = mbox.Clone(context.Background()); err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	now, _ := mbox.HighestModSeq() // before the question, so that nothing is lost between
	changed, err := mbox.ChangedSince(since)
	if err != nil { // ErrNotSupported without CONDSTORE
		log.Fatal(err)
	}
	for _, uid := range changed {
		for range 2 { // programs
			modified, err := mbox.SetFlagUnchanged(imapcompat.SequenceOf(uid), "$Claimed", now, imapcompat.ST_UID)
			fmt.Println(uid, "claimed:", len(modified) == 0, err)
		}
	}
	// Output:
	// 4 claimed: true <nil>
	// 4 claimed: false <nil>
}

func ExampleConnection_AppendUID() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	text := "Subject: new\r\n\r\nHello\r\n"
	appended, err := mbox.AppendUID(srv.IMAP(), strings.NewReader(text), int64(len(text)))
	if err != nil {
		log.Fatal(err)
	}
	mbox.Ping()
	h, err := mbox.FetchHeader(appended.UID, imapcompat.FT_UID)
	fmt.Printf("%q %v\n", h, err)
	// Output:
	// "Subject: new\r\n\r\n" <nil>
}

func ExampleWithMove() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithMove())
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	mbox.CreateMailbox(srv.IMAPRef() + "Archive")
	if err := mbox.MailMove("1:2", "Archive"); err != nil {
		log.Fatal(err)
	}
	_, err = mbox.HeaderInfo(1) // moved
	fmt.Println(errors.Is(err, imapcompat.ErrBadMessageNumber))
	_, err = mbox.HeaderInfo(3) // keeps its number
	fmt.Println(err)
	mbox.Ping()
	fmt.Println(mbox.NumMsg())
	// Output:
	// true
	// <nil>
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

	// Those that the user has subscribed to, and those in which a text occurs, for which
	// hardly a server has a command.
	_, err = mbox.ListScan(ref, "*", "Digest")
	fmt.Println(errors.Is(err, imapcompat.ErrNotSupported))
	mbox.Subscribe(ref + "INBOX")
	subscribed, err := mbox.GetSubscribed(ref, "*")
	fmt.Println(len(subscribed), err)
	// Output:
	// INBOX
	// Archive/2025
	// true /
	// true
	// 1 <nil>
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

func ExampleConnection_GetMailboxes() {
	srv := exampleServer()
	defer srv.Close()
	if err := srv.CreateMailbox("Archive"); err != nil {
		log.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	list, err := mbox.GetMailboxes("{mail}", "*")
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range list {
		fmt.Println(m.Name, m.Attributes&imapcompat.LATT_NOSELECT == 0)
	}
	// Unordered output:
	// {mail}INBOX true
	// {mail}Archive true
}
