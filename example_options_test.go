package imapcompat_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

// commandsSent are the names of the commands that an IMAP server of an example got.
func commandsSent(srv *imaptest.Server) string {
	var names []string
	for _, line := range srv.Transcript() {
		if _, command, ok := strings.Cut(line, " "); ok {
			name, _, _ := strings.Cut(command, " ")
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// Without PLAIN and LOGIN among the mechanisms what is left is the command LOGIN.
func ExampleWithDisabledAuthenticators() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithDisabledAuthenticators("PLAIN", "LOGIN"))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(strings.Contains(commandsSent(srv), "AUTHENTICATE"))
	// Output: false
}

// A login that the server refuses for now is tried again, three times by default.
func ExampleWithRetries() {
	srv := exampleServer()
	defer srv.Close()
	for _, tries := range []int{1, 3} {
		if err := srv.Refuse("LOGIN", 2, "[UNAVAILABLE] Try again"); err != nil {
			log.Fatal(err)
		}
		mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
			imapcompat.WithRetries(tries), imapcompat.WithDisabledAuthenticators("LOGIN"))
		fmt.Println(tries, errors.Is(err, imapcompat.ErrTemporary))
		if err == nil {
			mbox.Close()
		}
	}
	// Output:
	// 1 true
	// 3 false
}

// A program that logs by a way of its own is told of everything at once.
func ExampleWithNotify() {
	mbox, err := imapcompat.Open("{mail.example.org/notls}INBOX", "ada", "secret",
		imapcompat.WithDialer(greets("* OK [ALERT] The disk is nearly full")),
		imapcompat.WithNotify(func(n backend.Notice) {
			if n.Kind == backend.NoticeAlert {
				fmt.Println("at once:", n.Text)
			}
		}))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Printf("later: %q\n", mbox.Alerts())
	// Output:
	// at once: [ALERT] The disk is nearly full
	// later: ["[ALERT] The disk is nearly full"]
}

// Media types that have no constant get the same numbers in all connections that share a
// Numbering, as in all of a PHP process.
func ExampleWithNumbering() {
	var numbering imapcompat.Numbering
	for _, mediaType := range []string{"chemical/x-pdb", "font/woff2", "chemical/x-pdb"} {
		srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{{Text: "Content-Type: " + mediaType + "\n\n"}}})
		if err != nil {
			log.Fatal(err)
		}
		mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password, imapcompat.WithNumbering(&numbering))
		if err != nil {
			log.Fatal(err)
		}
		structure, err := mbox.FetchStructure(1)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(mediaType, structure.Type)
		mbox.Close()
		srv.Close()
	}
	// Output:
	// chemical/x-pdb 9
	// font/woff2 10
	// chemical/x-pdb 9
}

// A server without IDLE is asked for news every now and then.
func ExampleWithWaitInterval() {
	srv := exampleServer()
	defer srv.Close()
	if err := srv.Refuse("IDLE", 1, "Not today"); err != nil {
		log.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithWaitInterval(10*time.Millisecond))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	if _, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: news\n\n"}); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = mbox.Wait(ctx)
	n, _ := mbox.NumMsg()
	fmt.Println(n, err, strings.Contains(commandsSent(srv), "NOOP"))
	// Output: 4 <nil> true
}

// Compression is used where the server offers it; elsewhere the option changes nothing.
func ExampleWithCompression() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithCompression())
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	// Output: 3 <nil>
}

// A message that is too large for the memory of the program is passed over.
func ExampleWithMaxMessageSize() {
	srv := exampleServer()
	defer srv.Close()
	if _, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: large\n\n" + strings.Repeat("x", 5000)}); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(name, srv.User, srv.Password, imapcompat.WithMaxMessageSize(1000))
		if err != nil {
			log.Fatal(err)
		}
		_, large := mbox.Body(4)
		body, err := mbox.Body(3)
		fmt.Println(errors.Is(large, imapcompat.ErrTooLarge), strings.TrimSpace(body), err)
		mbox.Close()
	}
	// Output:
	// true Nothing new. <nil>
	// true Nothing new. <nil>
}

// A script that must not have the server do more than it asks for.
func ExampleWithReadAhead() {
	srv := exampleServer()
	defer srv.Close()
	for _, ahead := range []imapcompat.ReadAhead{imapcompat.ReadAheadUntraced, imapcompat.ReadAheadOff, imapcompat.ReadAheadAll} {
		mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password, imapcompat.WithReadAhead(ahead))
		if err != nil {
			log.Fatal(err)
		}
		var octets int
		for num := 1; num <= 3; num++ {
			body, err := mbox.Body(num, imapcompat.FT_PEEK)
			if err != nil {
				log.Fatal(err)
			}
			octets += len(body)
		}
		fmt.Println(octets) // is the same, however it is read
		mbox.Close()
	}
	// Output:
	// 39
	// 39
	// 39
}

// A test has a service of its own, which does what no server at hand does.
func ExampleWithService() {
	srv := exampleServer()
	defer srv.Close()
	_, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password,
		imapcompat.WithService("imap", func(context.Context, *backend.Config) (backend.Session, error) {
			return nil, &backend.Error{Kind: imapcompat.ErrConnect, Text: "No route to the data centre"}
		}))
	var e *imapcompat.Error
	if errors.As(err, &e) {
		fmt.Println(e.Errors, errors.Is(err, imapcompat.ErrConnect))
	}
	// Output: [No route to the data centre] true
}

// How much is used of what there may be, in units of 1,024 octets.
func ExampleConnection_GetQuotaRoot() {
	srv, err := imaptest.Start(imaptest.Config{
		Quota:    imaptest.Quota{Storage: 100, Messages: 1000},
		Messages: []imaptest.Message{{Text: "Subject: report\n\n" + strings.Repeat("All is well.\n", 5000)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	quota, err := mbox.GetQuotaRoot("INBOX")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quota.Usage, quota.Limit)
	for _, r := range quota.Resources {
		fmt.Println(r.Name, r.Usage, r.Limit)
	}
	// Output:
	// 69 100
	// STORAGE 69 100
	// MESSAGE 1 1000
}

// A message that does not fit is refused. The administrator of a server may change the limit.
func ExampleConnection_SetQuota() {
	srv, err := imaptest.Start(imaptest.Config{Quota: imaptest.Quota{Storage: 10}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	large := "Subject: report\r\n\r\n" + strings.Repeat("All is well.\r\n", 1000)
	err = mbox.Append(srv.IMAP(), large)
	fmt.Println(err, errors.Is(err, imapcompat.ErrTemporary))

	if err := mbox.SetQuota("User quota", 20); err != nil {
		log.Fatal(err)
	}
	quota, err := mbox.GetQuota("User quota")
	fmt.Println(quota.Limit, err, mbox.Append(srv.IMAP(), large))
	// Output:
	// imap_append(): [OVERQUOTA] Quota exceeded (mailbox for user is full). true
	// 20 <nil> <nil>
}

// Who may do what with a mailbox.
func ExampleConnection_GetACL() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	if err := mbox.SetACL("INBOX", "bob", "+lr"); err != nil {
		log.Fatal(err)
	}
	acl, err := mbox.GetACL("INBOX")
	if err != nil {
		log.Fatal(err)
	}
	for identifier, rights := range acl.All() {
		fmt.Println(identifier, rights)
	}

	// The user gives away the right to insert messages.
	if err := mbox.SetACL("INBOX", srv.User, "-i"); err != nil {
		log.Fatal(err)
	}
	err = mbox.Append(srv.IMAP(), "Subject: x\r\n\r\n")
	fmt.Println(err, errors.Is(err, imapcompat.ErrPermanent))
	// Output:
	// bob lr
	// user lrwstipekxacd
	// imap_append(): [NOPERM] Permission denied. true
}

// greets is a dialer to an IMAP server with that greeting, which says OK to whatever
// comes then.
type greets string

func (g greets) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		fmt.Fprintf(server, "%s\r\n", string(g))
		for lines := bufio.NewScanner(server); lines.Scan(); {
			tag, _, _ := strings.Cut(lines.Text(), " ")
			fmt.Fprintf(server, "%s OK [CAPABILITY IMAP4rev1] done\r\n", tag)
		}
	}()
	return client, nil
}

// What can go wrong has a kind for each way to deal with it.
func Example_kinds() {
	srv := exampleServer()
	defer srv.Close()
	imap, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	pop3, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}

	_, err = imap.Search("UNREAD")
	fmt.Println(errors.Is(err, imapcompat.ErrUnknownCriterion), errors.Is(err, imapcompat.ErrInvalidArgument))
	_, err = imap.BodyStruct(1, "2")
	fmt.Println(errors.Is(err, imapcompat.ErrNoSuchPart))
	_, err = imap.Body(99)
	fmt.Println(errors.Is(err, imapcompat.ErrBadMessageNumber))
	err = pop3.MailMove("1", "Archive")
	fmt.Println(errors.Is(err, imapcompat.ErrNotSupported))
	_, err = imapcompat.Open("{mail.example.org/notls}INBOX", "ada", "secret", imapcompat.WithDialer(greets("hello")))
	fmt.Println(errors.Is(err, imapcompat.ErrProtocol))

	late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	_, err = imapcompat.OpenContext(late, srv.IMAP(), srv.User, srv.Password)
	fmt.Println(errors.Is(err, imapcompat.ErrTimeout))

	srv.DropConnections()
	_, err = imap.Body(1)
	fmt.Println(errors.Is(err, imapcompat.ErrConnectionLost))
	imap.Close()
	_, err = imap.Body(1)
	fmt.Println(errors.Is(err, imapcompat.ErrClosed))
	// Output:
	// true true
	// true
	// true
	// true
	// true
	// true
	// true
	// true
}

// An alert is a text for the user.
func ExampleConnection_Alerts() {
	srv := exampleServer()
	defer srv.Close()
	if err := srv.Alert("The disk is nearly full"); err != nil {
		log.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Printf("%q\n", mbox.Alerts())
	fmt.Printf("%q\n", mbox.Alerts())
	// Output:
	// ["[ALERT] The disk is nearly full"]
	// []
}

// noTicket stands for the mechanism of package gssapi on a machine without a ticket.
type noTicket struct{}

func (noTicket) Name() string { return "PLAIN" }

func (noTicket) Begin(context.Context, backend.MechanismTarget) (backend.MechanismExchange, error) {
	return nil, &backend.Error{Kind: backend.ErrAuthentication, Text: "there is no ticket"}
}

// A mechanism that cannot be used leaves the login to the password.
func ExampleWithMechanism() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithMechanism(noTicket{}))
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.IsOpen(), mbox.Errors()[0])
	// Output: true there is no ticket
}
