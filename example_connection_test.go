package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func ExampleOpenContext() {
	srv := exampleServer()
	defer srv.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	mbox, err := imapcompat.OpenContext(ctx, srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg()) // not under ctx: see WithContext
	// Output: 3 <nil>
}

func ExampleConnection_WithContext() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	nums, err := mbox.WithContext(ctx).Search(`FROM "billing"`)
	fmt.Println(nums, err)
	// Output: [2] <nil>
}

// A program goes on after a loss. The URL says whether it is at the same mailbox, and whether
// the UIDs that it has noted still hold.
func ExampleConnection_Clone() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	before, err := mbox.URL()
	if err != nil {
		log.Fatal(err)
	}

	srv.DropConnections()
	fmt.Println(errors.Is(mbox.Ping(), imapcompat.ErrConnectionLost))

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	again, err := mbox.Clone(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer again.Close()
	url, err := again.URL()
	fmt.Println(url == before, err)
	fmt.Println(again.UIDs("1:*"))
	// Output:
	// true
	// true <nil>
	// [1 2 3] <nil>
}

// A program that greets each new message.
func ExampleConnection_Wait() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	go srv.Append("INBOX", imaptest.Message{Text: "Subject: good morning\n\n"})

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	known, _ := mbox.NumMsg()
	for n := known; n == known; n, _ = mbox.NumMsg() {
		if err := mbox.Wait(ctx); err != nil {
			log.Fatal(err)
		}
	}
	h, err := mbox.HeaderInfo(known + 1)
	fmt.Println(h.Subject, err)
	// Output: good morning <nil>
}

func ExampleWithTLSConfig() {
	srv, err := imaptest.Start(imaptest.Config{TLS: imaptest.ImplicitTLS})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	_, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	fmt.Println(errors.Is(err, imapcompat.ErrCertificate))

	// The certificate of the server's authority, in place of /novalidate-cert.
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithTLSConfig(srv.ClientTLS()))
	if err != nil {
		log.Fatal(err)
	}
	mbox.Close()
	// Output: true
}

func ExampleWithTimeout() {
	srv := exampleServer()
	defer srv.Close()

	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
		imapcompat.WithTimeout(imapcompat.IMAP_OPENTIMEOUT, 10*time.Second),
		imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 2*time.Minute),
		imapcompat.WithDialer(&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.Close())
	// Output: <nil>
}

// OP_DEBUG logs the conversation, with the password left out.
func ExampleWithLogger() {
	srv := exampleServer()
	defer srv.Close()

	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
	mbox, err := imapcompat.Open(srv.IMAPRef()+"NoSuchBox", srv.User, srv.Password, imapcompat.WithLogger(logger))
	if err != nil {
		log.Fatal(err)
	}
	mbox.Close()
	// Output:
	// level=WARN msg="SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
	// level=WARN msg="Mailbox doesn't exist: NoSuchBox."
}

func ExampleConnection_Check() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	check, err := mbox.Check()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(check.Driver, check.Nmsgs, check.Recent)
	fmt.Println(mbox.NumRecent())
	// Output:
	// pop3 3 3
	// 3 <nil>
}

// A message that comes in the meantime is there after Ping.
func ExampleConnection_Ping() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	srv.Append("INBOX", imaptest.Message{Text: "Subject: news\n\n"})
	fmt.Println(mbox.NumMsg())
	if err := mbox.Ping(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.NumMsg())
	// Output:
	// 3 <nil>
	// 4 <nil>
}

func ExampleConnection_MailboxMsgInfo() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	mbox.Delete("2")
	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Nmsgs, "messages,", info.Size, "octets,", info.Deleted, "marked for deletion")
	// Output: 3 messages, 334 octets, 1 marked for deletion
}

func ExampleConnection_Close() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	mbox.Delete("1:2")
	if err := mbox.Close(imapcompat.CL_EXPUNGE); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.IsOpen(), len(srv.Messages("INBOX")))
	_, err = mbox.NumMsg()
	fmt.Println(err)
	// Output:
	// false 1
	// imap_num_msg(): IMAP\Connection is already closed
}

func ExampleConnection_Expunge() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()

	mbox.Delete("1,2")
	mbox.Undelete("2")
	if err := mbox.Expunge(); err != nil {
		log.Fatal(err)
	}
	h, _ := mbox.HeaderInfo(1) // what was message 2
	fmt.Println(h.Subject)
	// Output: Invoice 17
}

func ExampleConnection_FetchBody() {
	srv, mbox := mixedServer()
	defer srv.Close()
	defer mbox.Close()

	text, err := mbox.FetchBody(1, "1.1", imapcompat.FT_PEEK)
	fmt.Printf("%q %v\n", text, err)
	text, err = mbox.FetchBody(1, "3") // there is no such part
	fmt.Printf("%q %v\n", text, err)
	_, err = mbox.FetchBody(2, "1")
	fmt.Println(errors.Is(err, imapcompat.ErrBadMessageNumber), err)
	// Output:
	// "See attachment." <nil>
	// "" <nil>
	// true imap_fetchbody(): Bad message number
}

// What a session on POP3 has not seen before. Message numbers and UIDs begin at 1
// in each.
func ExampleConnection_UIDL() {
	srv := exampleServer()
	defer srv.Close()
	known := map[string]bool{}
	for range 2 {
		mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
		if err != nil {
			log.Fatal(err)
		}
		n, _ := mbox.NumMsg()
		for num := 1; num <= n; num++ {
			id, err := mbox.UIDL(num)
			if err != nil {
				log.Fatal(err)
			}
			if !known[id] {
				fmt.Println("new:", num)
			}
			known[id] = true
		}
		mbox.Delete("1")
		mbox.Close(imapcompat.CL_EXPUNGE)
		srv.Append("INBOX", imaptest.Message{Text: "Subject: one more\n\n"})
	}
	// Output:
	// new: 1
	// new: 2
	// new: 3
	// new: 3
}

func ExampleSequenceOf() {
	fmt.Println(imapcompat.SequenceOf(3, 5, 9))
	uids := []int{101, 107}
	fmt.Println(imapcompat.SequenceOf(uids...))
	// Output:
	// 3,5,9
	// 101,107
}

func ExampleSequenceRange() {
	n := 20 // of the newest ten
	fmt.Println(imapcompat.SequenceRange(n-9, n))
	// Output: 11:20
}

// What imap_errors would list is in the error, too.
func ExampleError() {
	_, err := imapcompat.Open("{127.0.0.1:1/imap/notls}INBOX", "ada", "secret")
	var e *imapcompat.Error
	if errors.As(err, &e) {
		fmt.Println(e.Func)
		fmt.Println(e.Text)
		fmt.Println(e.Errors)
		fmt.Println(errors.Is(err, imapcompat.ErrConnect))
	}
	// Output:
	// imap_open
	// Couldn't open stream {127.0.0.1:1/imap/notls}INBOX
	// [Connection failed to 127.0.0.1,1: Connection refused]
	// true
}

// PHP's isset tells a field that is empty from one that is not there.
func ExampleHeaderInfo_Isset() {
	h, _ := imapcompat.RFC822ParseHeaders("From: ada@example.org\r\nSubject:\r\n")
	fmt.Printf("%q %v\n", h.Subject, h.Isset("subject"))
	fmt.Printf("%q %v\n", h.MessageID, h.Isset("message_id"))
	// Output:
	// "" true
	// "" false
}

// What takes an io.Closer can end a connection, and expunge the mailbox.
func ExampleConnection_Closer() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	if err := mbox.Delete("1"); err != nil {
		log.Fatal(err)
	}
	closers := []io.Closer{mbox.Closer(imapcompat.CL_EXPUNGE)}
	for _, c := range closers {
		fmt.Println(c.Close())
	}
	fmt.Println(mbox.IsOpen(), len(srv.Messages("INBOX")))
	// Output:
	// <nil>
	// false 2
}

// A connection from a certain address. A dialer of a proxy is given in the same way.
func ExampleWithDialer() {
	srv := exampleServer()
	defer srv.Close()
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password, imapcompat.WithDialer(from))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	// Output: 3 <nil>
}

// NumMsg counts a message that has arrived after the server has told of it.
func ExampleConnection_NumMsg() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	if err := mbox.Append(srv.IMAP(), "Subject: new\r\n\r\nnew\r\n"); err != nil {
		log.Fatal(err)
	}
	if err := mbox.Ping(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.NumMsg())
	// Output:
	// 3 <nil>
	// 4 <nil>
}
