package readable_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// openMessage opens the first message of a server in memory that has one with a text.
func openMessage(text string) (msg *readable.Message, closeAll func()) {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{{Text: text}}})
	if err != nil {
		log.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	if msg, err = readable.Open(mbox, 1, imapcompat.FT_PEEK); err != nil {
		log.Fatal(err)
	}
	return msg, func() {
		mbox.Close()
		srv.Close()
	}
}

const invoice = "Subject: Invoice 17\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n" +
	"--m\nContent-Type: multipart/related; boundary=r\n\n" +
	"--r\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n" +
	"<p>Gr=FC=DFe aus <b>K=F6ln</b></p><img src=3D\"cid:logo@example.com\" alt=3D\"logo\">\n" +
	"--r\nContent-Type: image/png\nContent-ID: <logo@example.com>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n" +
	"--m\nContent-Type: application/pdf; name=\"=?utf-8?q?=C3=9Cbersicht=3A_M=C3=A4rz.pdf?=\"\n" +
	"Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nRVVSIDQwCg==\n--m--\n"

func ExampleMessage_Text() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	text, doubts, err := msg.Text()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
	fmt.Println("doubts:", doubts)
	// Output:
	// Grüße aus Köln
	//
	// [logo]
	// doubts:
}

func ExampleMessage_Attachments() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	for file, err := range msg.Attachments() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(file.Section, file.Type, file.Name, "→", file.SafeName)
		if file.Type == "application/pdf" {
			if _, err := file.WriteTo(os.Stdout); err != nil {
				log.Fatal(err)
			}
		}
	}
	// Output:
	// 1.2 image/png  → part-1-2.png
	// 2 application/pdf Übersicht: März.pdf → Übersicht_ März.pdf
	// EUR 40
}

// A file is read while other calls use the connection.
func ExampleAttachment_Open() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	for file, err := range msg.Attachments() {
		if err != nil {
			log.Fatal(err)
		}
		r, err := file.Open()
		if err != nil {
			log.Fatal(err)
		}
		head := make([]byte, 512)
		n, err := io.ReadFull(r, head)
		r.Close()
		if err != nil && err != io.ErrUnexpectedEOF { // a short file
			log.Fatal(err)
		}
		fmt.Println(file.SafeName, "looks like", http.DetectContentType(head[:n]))
	}
	// Output:
	// part-1-2.png looks like image/png
	// Übersicht_ März.pdf looks like text/plain; charset=utf-8
}

func ExampleMessage_HTML() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	document, doubts, err := msg.HTML()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.TrimSpace(document))
	fmt.Println("doubts:", doubts)
	// Output:
	// <p>Grüße aus <b>Köln</b></p><img src="cid:logo@example.com" alt="logo">
	// doubts:
}

// A text of one part, such as the one that imap_fetchbody($imap, $n, '1.1') gets.
func ExampleMessage_PartText() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	text, doubts, err := msg.PartText("1.1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
	fmt.Println("doubts:", doubts)
	// Output:
	// Grüße aus Köln
	//
	// [logo]
	// doubts:
}

// The messages of a digest are read as the message is that has them.
func ExampleMessage_Messages() {
	msg, closeAll := openMessage("Subject: Digest 42\nMIME-Version: 1.0\nContent-Type: multipart/digest; boundary=d\n\n" +
		"--d\n\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nHello\n" +
		"--d\n\nSubject: Re: Gruesse\nContent-Type: text/html\n\n<p>Hello <b>too</b></p>\n--d--\n")
	defer closeAll()

	for nested := range msg.Messages() {
		header, _, err := nested.Header()
		if err != nil {
			log.Fatal(err)
		}
		subject, _ := readable.Header(readable.Field(header, "Subject"))
		text, _, err := nested.Text()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s: %s\n", nested.Section, subject, text)
	}
	// Output:
	// 1 Grüße: Hello
	// 2 Re: Gruesse: Hello too
}

// The images in the HTML of a message are parts of it.
func ExampleMessage_ByContentID() {
	msg, closeAll := openMessage(invoice)
	defer closeAll()

	image, err := msg.ByContentID("cid:logo@example.com")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image.Section, image.Type)
	// Output: 1.2 image/png
}

func ExampleMessage_Protections() {
	msg, closeAll := openMessage("Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\n\n" +
		"--s\n\nHello\n--s\nContent-Type: application/pgp-signature\n\niQEz\n--s--\n")
	defer closeAll()

	list, err := msg.Protections()
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range list {
		fmt.Println(p.Section, p.Standard, p.Signed, p.Encrypted)
	}
	// Output: 2 PGP true false
}

// A script that handles bounces needs no text of any mail system.
func ExampleMessage_Classify() {
	msg, closeAll := openMessage("Return-Path: <>\nFrom: MAILER-DAEMON@qmail.example.net\nSubject: failure notice\n\n" +
		"Hi. This is the qmail-send program at qmail.example.net.\n\n" +
		"<ann@example.org>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n" +
		"--- Below this line is a copy of the message.\n\nMessage-ID: <17@example.com>\nSubject: Invoice 17\n")
	defer closeAll()

	c, err := msg.Classify()
	if err != nil {
		log.Fatal(err)
	}
	switch c.Kind {
	case readable.KindDelivery:
		for _, r := range c.Delivery.Recipients {
			fmt.Println(r.Address, r.Outcome, r.Status)
		}
		fmt.Println("about", c.Delivery.Original.MessageID)
	case readable.KindAutoReply:
		fmt.Println("a program answers:", c.Automatic.Field)
	}
	fmt.Println(c.Doubts)
	// Output:
	// ann@example.org failed permanently 5.1.1
	// about <17@example.com>
	// report in words only "qmail" at octet 0
}
