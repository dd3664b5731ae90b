package imapcompat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// exampleServer is a server in memory with three messages.
func exampleServer() *imaptest.Server {
	srv, err := imaptest.Start(imaptest.Config{
		Token: "ya29.token",
		Messages: []imaptest.Message{
			{
				Text: "From: Ada <ada@example.org>\nTo: team@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n" +
					"Date: Mon, 2 Mar 2026 10:00:00 +0100\nMessage-ID: <1@example.org>\n\nHallo!\n",
				Date: time.Date(2026, 3, 2, 9, 0, 5, 0, time.UTC),
			},
			{
				Text:  "From: billing@example.com\nTo: team@example.org\nSubject: Invoice 17\n\nSee attachment.\n",
				Flags: []string{`\Seen`},
				Date:  time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC),
			},
			{
				Text: "From: list@example.net\nTo: team@example.org\nSubject: Digest\n\nNothing new.\n",
				Date: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC),
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	return srv
}

// The imap_delete example of the PHP manual.
func Example() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal("can't connect: ", err)
	}
	check, _ := mbox.MailboxMsgInfo()
	fmt.Println("Messages before delete:", check.Nmsgs)
	mbox.Delete("1")
	check, _ = mbox.MailboxMsgInfo()
	fmt.Println("Messages after  delete:", check.Nmsgs)
	mbox.Expunge()
	check, _ = mbox.MailboxMsgInfo()
	fmt.Println("Messages after expunge:", check.Nmsgs)
	mbox.Close()
	// Output:
	// Messages before delete: 3
	// Messages after  delete: 3
	// Messages after expunge: 2
}

func ExampleOpen() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, "wrong", imapcompat.WithRetries(1))
	if errors.Is(err, imapcompat.ErrAuthentication) {
		fmt.Println("no access")
	}
	mbox, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.OP_READONLY)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	// Output:
	// no access
	// 3 <nil>
}

func ExampleWithTokenSource() {
	srv := exampleServer()
	defer srv.Close()

	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "ya29.token"})
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, "", imapcompat.WithTokenSource(source))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.NumMsg())
	mbox.Close()
	// Output: 3 <nil>
}

// Columns of a list: imap_headerinfo($mbox, 1, 8, 12).
func ExampleWithFromLength() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	h, err := mbox.HeaderInfo(2, imapcompat.WithFromLength(8), imapcompat.WithSubjectLength(12))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s|%s\n", h.FetchFrom, h.FetchSubject)
	// Output: billing@|Invoice 17
}

func ExampleConnection_HeaderInfo() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	h, err := mbox.HeaderInfo(1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(h.Subject)
	fmt.Println(h.FromAddress)
	fmt.Println(h.From.First().Mailbox, h.From.First().Host)
	fmt.Println(h.ReplyTo.First()) // an address is a text too
	fmt.Println(h.MailDate, h.Udate)
	fmt.Println(h.Time().UTC())
	fmt.Printf("unseen %q, msgno %d, has cc %v\n", h.Unseen, h.Msgno, h.Isset("cc"))
	// Output:
	// =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
	// Ada <ada@example.org>
	// ada example.org
	// Ada <ada@example.org>
	//  2-Mar-2026 09:00:05 +0000 1772442005
	// 2026-03-02 09:00:05 +0000 UTC
	// unseen " ", msgno 1, has cc false
}

func ExampleConnection_Headers() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	lines, _ := mbox.Headers()
	for _, line := range lines {
		fmt.Println(line)
	}
	// Output:
	// N        1) 2-Mar-2026 Ada                  =?utf-8?Q?Gr=C3=BC=C3=9Fe (166 chars)
	// R        2) 3-Mar-2026 billing@example.com  Invoice 17 (89 chars)
	// N        3) 4-Mar-2026 list@example.net     Digest (79 chars)
}

func ExampleConnection_FetchHeader() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	header, _ := mbox.FetchHeader(3)
	fmt.Printf("%q\n", header)
	// Output: "From: list@example.net\r\nTo: team@example.org\r\nSubject: Digest\r\n\r\n"
}

func ExampleConnection_FetchOverview() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	list, _ := mbox.FetchOverview("2:*")
	for _, o := range list {
		fmt.Println(o.Msgno, o.Seen, o.From, o.Subject)
	}
	// Output:
	// 2 true billing@example.com Invoice 17
	// 3 false list@example.net Digest
}

func ExampleConnection_Body() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	text, _ := mbox.Body(3, imapcompat.FT_PEEK)
	part, _ := mbox.FetchBody(3, "1", imapcompat.FT_PEEK)
	fmt.Printf("%q %v\n", text, text == part)
	// Output: "Nothing new.\r\n" true
}

func ExampleConnection_UID() {
	srv := exampleServer()
	defer srv.Close()
	srv.Remove("INBOX", 1)
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	uid, _ := mbox.UID(1)
	num, _ := mbox.MsgNo(3)
	fmt.Println(uid, num)

	// A UID that is kept for later is worth something beside the mailbox's UIDVALIDITY
	// only: another one, and all UIDs are new.
	validity, err := mbox.UIDValidity()
	fmt.Println(validity, err)
	// Output:
	// 2 2
	// 1 <nil>
}

func ExampleConnection_Status() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	status, _ := mbox.Status(srv.IMAPRef()+"INBOX", imapcompat.SA_MESSAGES|imapcompat.SA_UNSEEN)
	b, _ := json.Marshal(status)
	fmt.Println(string(b))
	// Output: {"flags":5,"messages":3,"unseen":2}
}

func ExampleConnection_Delete() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	mbox.Delete(imapcompat.SequenceRange(1, 2))
	mbox.Undelete("2")
	mbox.Close(imapcompat.CL_EXPUNGE)
	fmt.Println(len(srv.Messages("INBOX")), "left")
	// Output: 2 left
}

func ExampleConnection_SetFlagFull() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	mbox.SetFlagFull(imapcompat.SequenceOf(1, 3), `\Seen \Flagged`)
	mbox.ClearFlagFull("3", `\Seen`, imapcompat.ST_UID)
	mbox.Close()
	for _, msg := range srv.Messages("INBOX") {
		fmt.Println(msg.Flags)
	}
	// Output:
	// [\Flagged \Seen]
	// [\Seen]
	// [\Flagged]
}

func ExampleConnection_Reopen() {
	srv := exampleServer()
	defer srv.Close()
	srv.CreateMailbox("Archive")
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	if err := mbox.Reopen(srv.IMAPRef()+"Archive", imapcompat.OP_READONLY); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.NumMsg())
	// Output: 0 <nil>
}

func ExampleConnection_Errors() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAPRef()+"NoSuchBox", srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	fmt.Println(mbox.NumMsg())
	fmt.Println(mbox.LastError())
	mbox.Errors()
	fmt.Println(len(mbox.Errors()))
	// Output:
	// 0 <nil>
	// Mailbox doesn't exist: NoSuchBox.
	// 0
}

func ExampleRFC822ParseHeaders() {
	h, _ := imapcompat.RFC822ParseHeaders("From: (the boss) Ada <ada>\r\nSubject: hi\r\n")
	fmt.Println(h.Subject, h.From.First().Host)
	b, _ := json.Marshal(h)
	fmt.Println(len(b) > 0)
	// Output:
	// hi UNKNOWN
	// true
}

func ExampleWithDefaultHost() {
	h, _ := imapcompat.RFC822ParseHeaders("From: ada\r\n", imapcompat.WithDefaultHost("example.org"))
	fmt.Println(h.FromAddress)
	// Output: ada@example.org
}

func ExampleRFC822ParseAdrList() {
	list, notices := imapcompat.RFC822ParseAdrList(`"Lovelace, Ada" <ada@example.org>, bob, <x`, "example.com")
	for _, a := range list {
		fmt.Printf("%s|%s|%s\n", a.Personal, a.Mailbox, a.Host)
	}
	fmt.Println(notices)
	// Output:
	// Lovelace, Ada|ada|example.org
	// |bob|example.com
	// |x|example.com
	// |MISSING_MAILBOX_TERMINATOR|.SYNTAX-ERROR.
	// [Unterminated mailbox: x@example.com]
}

func ExampleRFC822WriteAddress() {
	fmt.Println(imapcompat.RFC822WriteAddress("ada", "example.org", "Lovelace, Ada"))
	// Output: "Lovelace, Ada" <ada@example.org>
}

func ExampleTimeout() {
	before, _ := imapcompat.Timeout(imapcompat.IMAP_READTIMEOUT, -1)
	now, _ := imapcompat.Timeout(imapcompat.IMAP_READTIMEOUT, 90)
	fmt.Println(before, now)
	imapcompat.Timeout(imapcompat.IMAP_READTIMEOUT, before)
	// Output: 60 90
}

func ExampleBase64() {
	text, notices, err := imapcompat.Base64("SGFs\r\nbG8h")
	fmt.Println(text, len(notices), err)

	text, notices, err = imapcompat.Base64("SGFsbG8=\r\nregards")
	fmt.Println(text, notices, err)

	_, _, err = imapcompat.Base64("not base64!")
	fmt.Println(err)
	// Output:
	// Hallo! 0 <nil>
	// Hallo [Possible data truncation in rfc822_base64(): regards] <nil>
	// imap_base64(): not base64
}

func ExampleBinary() {
	fmt.Printf("%q\n", imapcompat.Binary("Hallo!"))
	// Output: "SGFsbG8h\r\n"
}

func ExampleQPrint() {
	text, notices := imapcompat.QPrint("Gr=C3=BC=C3=9Fe =\r\naus K=F8ln, 1+1=two")
	fmt.Printf("%q\n%q\n", text, notices)
	// Output:
	// "Grüße aus K\xf8ln, 1+1=two"
	// ["Invalid quoted-printable sequence: =two"]
}

func ExampleEightBit() {
	fmt.Println(imapcompat.EightBit("Grüße, 1+1=2"))
	// Output: Gr=C3=BC=C3=9Fe, 1+1=3D2
}

func ExampleMIMEHeaderDecode() {
	pieces, _, err := imapcompat.MIMEHeaderDecode("Re: =?ISO-8859-1?Q?Keld_J=F8rn?= =?utf-8?B?IFNpbW9uc2Vu?=")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range pieces {
		fmt.Printf("%s %q\n", p.Charset, p.Text)
	}
	// Output:
	// default "Re: "
	// ISO-8859-1 "Keld J\xf8rn"
	// utf-8 " Simonsen"
}

func ExampleUTF8() {
	subject, _ := imapcompat.UTF8("=?windows-1252?Q?=80_17?= for =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=")
	fmt.Println(subject)

	// As in PHP, an umlaut is two characters.
	name, _ := imapcompat.UTF8("=?ISO-8859-1?Q?J=F6rg?=")
	fmt.Printf("%+q, composed %+q\n", name, norm.NFC.String(name))
	// Output:
	// € 17 for 日本
	// "Jo\u0308rg", composed "J\u00f6rg"
}

func ExampleUTF8ToMUTF7() {
	name, err := imapcompat.UTF8ToMUTF7("Entwürfe & Notizen")
	fmt.Println(name, err)
	// Output: Entw&APw-rfe &- Notizen <nil>
}

func ExampleMUTF7ToUTF8() {
	name, err := imapcompat.MUTF7ToUTF8("&ZeVnLIqe-")
	fmt.Println(name, err)
	// Output: 日本語 <nil>
}

func ExampleUTF7Encode() {
	// Not the name that a mail server has for "Entwürfe".
	fmt.Println(imapcompat.UTF7Encode("Entw\xfcrfe"))
	// Output: Entw&,A-rfe
}

func ExampleUTF7Decode() {
	text, err := imapcompat.UTF7Decode("Entw&,A-rfe")
	fmt.Printf("%q, %v\n", text, err)

	_, err = imapcompat.UTF7Decode("Entw&,A")
	fmt.Println(err)
	// Output:
	// "Entw\xfcrfe", <nil>
	// imap_utf7_decode(): Unexpected end of string
}
