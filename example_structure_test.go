package imapcompat_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/mail"
	"os"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// mixedServer is a server in memory with a message that has an attachment.
func mixedServer() (srv *imaptest.Server, mbox *imapcompat.Connection) {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{{Text: "" +
		"From: billing@example.com\nSubject: Invoice 17\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: multipart/alternative; boundary=a\n\n" +
		"--a\nContent-Type: text/plain; charset=utf-8\n\nSee attachment.\n" +
		"--a\nContent-Type: text/html; charset=utf-8\n\n<p>See attachment.</p>\n--a--\n" +
		"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n" +
		"Content-Disposition: attachment; filename=invoice-17.pdf\n\n" +
		"RVVSIDQw\nCg==\n--b--\n",
	}}})
	if err != nil {
		log.Fatal(err)
	}
	if mbox, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password); err != nil {
		log.Fatal(err)
	}
	return srv, mbox
}

func ExampleConnection_FetchStructure() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	s, err := mbox.FetchStructure(1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Type == imapcompat.TYPEMULTIPART, s.Subtype, len(s.Parts))
	// Output:
	// true MIXED 2
}

// All parts, with the section number of each.
func ExampleStructure_Sections() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	s, err := mbox.FetchStructure(1)
	if err != nil {
		log.Fatal(err)
	}
	for section, part := range s.Sections() {
		fmt.Printf("%-4s type %d/%s encoding %d\n", section, part.Type, part.Subtype, part.Encoding)
	}
	// Output:
	// 1    type 1/ALTERNATIVE encoding 0
	// 1.1  type 0/PLAIN encoding 0
	// 1.2  type 0/HTML encoding 0
	// 2    type 3/PDF encoding 3
}

func ExampleConnection_BodyStruct() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	part, err := mbox.BodyStruct(1, "2")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(part.Type == imapcompat.TYPEAPPLICATION, part.Encoding == imapcompat.ENCBASE64, part.Bytes)
	for _, p := range part.DParameters {
		fmt.Println(strings.ToLower(p.Attribute), p.Value)
	}
	fmt.Println(part.DParameters.Get("FileName"), part.DParameters.First().Value)
	_, err = mbox.BodyStruct(1, "3")
	fmt.Println(err)
	// Output:
	// true true 14
	// filename invoice-17.pdf
	// invoice-17.pdf invoice-17.pdf
	// imap_bodystruct(): The message has no part "3"
}

func ExampleConnection_FetchMIME() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	header, err := mbox.FetchMIME(1, "1.2", imapcompat.FT_PEEK)
	fmt.Printf("%q %v\n", header, err)
	// Output:
	// "Content-Type: text/html; charset=utf-8\r\n\r\n" <nil>
}

func ExampleConnection_SaveBody() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	err := mbox.SaveBody(os.Stdout, 1, "1.2")
	fmt.Println("\n", err)
	// Output:
	// <p>See attachment.</p>
	//  <nil>
}

// An attachment is decoded while it comes, however large it is.
func ExampleConnection_SaveBody_decoded() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	r, w := io.Pipe()
	go func() { w.CloseWithError(mbox.SaveBody(w, 1, "2")) }()
	_, err := io.Copy(os.Stdout, base64.NewDecoder(base64.StdEncoding, r))
	r.Close() // ends SaveBody if the text does not decode
	fmt.Println(err)
	// Output:
	// EUR 40
	// <nil>
}

// The next messages are on their way while the loop works on one.
func ExampleConnection_Messages() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: one\n\nfirst\n"}, {Text: "Subject: two\n\nsecond\n"},
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

	for msg, err := range mbox.Messages("1:*", imapcompat.FT_PEEK) {
		if err != nil {
			log.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(msg.Raw))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.Msgno, m.Header.Get("Subject"))
	}
	// Output:
	// 1 one
	// 2 two
}

// A loop over headers, and one over the lines of a list: no array, and a message that
// cannot be read does not end them.
func ExampleConnection_HeaderInfos() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	for header, err := range mbox.HeaderInfos("2:3") {
		if err != nil {
			log.Print(err)
			continue
		}
		fmt.Println(header.From.First().Host, header.Subject)
	}
	for line, err := range mbox.Overviews(imapcompat.SequenceOf(1), imapcompat.FT_UID) {
		if err != nil {
			log.Print(err)
			continue
		}
		fmt.Println(line.UID, line.From)
	}
	// Output:
	// example.com Invoice 17
	// example.net Digest
	// 1 Ada <ada@example.org>
}

func ExampleConnection_Overviews() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	for line, err := range mbox.Overviews("1:*") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(line.Msgno, line.Seen, line.From)
	}
	// Output:
	// 1 false Ada <ada@example.org>
	// 2 true billing@example.com
	// 3 false list@example.net
}
