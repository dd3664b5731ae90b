package hostile_test

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/growth"
	"github.com/imapcompat/imapcompat/internal/short"
)

// growthSize is the length of the short texts of TestGrowth, in octets. The long ones are four
// times as long.
const growthSize = 64 << 10

// TestGrowth calls the functions with each text of BenchmarkMemory, and with one four times as
// long.
func TestGrowth(t *testing.T) {
	for _, c := range short.Sample(cheapHeaders, 5) {
		for _, f := range messageCalls {
			t.Run("pop3/"+c.name+"/"+f.name, func(t *testing.T) {
				expectLinear(t, func(size int) { callOn(t, "/pop3", maildropOf(c.text(size)), f.call) })
			})
		}
	}
	for _, c := range short.Sample(cheapResponses, 5) {
		t.Run("imap/"+c.name+"/"+c.command, func(t *testing.T) {
			expectLinear(t, func(size int) {
				callOn(t, "/imap", answers{c.command: lines(c.text(size), "T OK done")}, c.call)
			})
		})
	}
}

func expectLinear(t *testing.T, call func(size int)) {
	t.Helper()
	if err := growth.Linear(growthSize, call); err != nil {
		t.Error(err)
	}
}

// callOn makes a call on a server with some answers. It ignores the error: a limit may be
// exceeded.
func callOn(t *testing.T, flags string, a answers, f call) {
	t.Helper()
	s := serveFor(t, flags, a)
	defer s.close()
	m, err := open(s.name(flags))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	_ = f(m)
}

// octetsPerMessage converts a size of TestGrowth to a number of messages.
const octetsPerMessage = 256

// manyMessages are mailboxes, by the header of message i. Sorting, threading and searching
// compares their messages.
var manyMessages = map[string]func(i int) string{
	"alike":           func(int) string { return "Subject: x" },
	"in order":        func(i int) string { return fmt.Sprintf("Subject: %06d\r\nMessage-ID: <%d@x>", i, i) },
	"a chain":         func(i int) string { return fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <%d@x>", i, i-1) },
	"a chain back":    func(i int) string { return fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <%d@x>", i, i+1) },
	"a star":          func(i int) string { return fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <0@x>", i) },
	"a comb":          func(i int) string { return fmt.Sprintf("Message-ID: <%d@x>\r\nReferences: <a%d@x> <0@x>", i, i) },
	"one identifier":  func(int) string { return "Message-ID: <0@x>\r\nReferences: <0@x>" },
	"a conversation":  func(i int) string { return fmt.Sprintf("Subject: Re: x\r\nMessage-ID: <%d@x>", i) },
	"replies to none": func(i int) string { return fmt.Sprintf("Subject: Re: %d\r\nReferences: <a@x> <b@x>", i%2) },
}

// TestGrowthOfMailboxes calls the functions that compare messages with a mailbox, and with one
// of four times as many messages.
func TestGrowthOfMailboxes(t *testing.T) {
	calls := map[string]call{
		"Thread": thread, "Headers": func(m *imapcompat.Connection) error { return second(m.Headers()) },
		"FetchOverview": overview,
		"Search":        func(m *imapcompat.Connection) error { return second(m.Search(`SUBJECT "x" FROM "y"`)) },
		"Delete":        func(m *imapcompat.Connection) error { return m.Delete("1:*") },
	}
	for by := imapcompat.SORTDATE; by <= imapcompat.SORTSIZE; by++ {
		calls[fmt.Sprint("Sort by ", by)] = func(m *imapcompat.Connection) error { return second(m.Sort(by, false)) }
	}
	for name, header := range manyMessages {
		for function, call := range calls {
			t.Run(name+"/"+function, func(t *testing.T) {
				expectLinear(t, func(size int) { callOn(t, "/pop3", mailboxOf(size/octetsPerMessage, header), call) })
			})
		}
	}
}

// mailboxOf returns a POP3 server with n messages.
func mailboxOf(n int, header func(i int) string) answers {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "%d 100\r\n", i+1)
	}
	read := func(conn net.Conn, cmd command) error {
		i, err := strconv.Atoi(strings.Fields(cmd.line)[1])
		if err == nil {
			_, err = io.WriteString(conn, "+OK\r\n"+header(i)+"\r\n\r\n.\r\n")
		}
		return err
	}
	return answers{"STAT": lines(fmt.Sprintf("+OK %d %d", n, 100*n)), "LIST": lines("+OK", list.String()+"."), "TOP": read, "RETR": read}
}
