package promises_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/transcript"
)

// TestOddServers reads responses that no RFC allows. The values are PHP's, except for the
// parameter without a value (docs/differences.md).
func TestOddServers(t *testing.T) {
	const overviewed = ` FLAGS () INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 9 ENVELOPE ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (X)] "")`
	for _, tt := range []struct {
		name, transcript string
		read             func(*imapcompat.Connection) (any, error)
		want             string
	}{
		{"texts by their old names", "imap\nmessage 1\nBODY[TEXT] !RFC822.TEXT %{hello old}\nBODY[HEADER] !RFC822.HEADER %{Subject: old%0D%0A%0D%0A}",
			func(c *imapcompat.Connection) (any, error) {
				header, err := c.FetchHeader(1)
				if err != nil {
					return nil, err
				}
				body, err := c.Body(1)
				return header + body, err
			}, "Subject: old\r\n\r\nhello old"},
		{"a parameter without a value", "imap\nmessage 3\nBODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\" \"FORMAT\") NIL NIL \"7BIT\" 9 1)",
			func(c *imapcompat.Connection) (any, error) {
				s, err := c.FetchStructure(3)
				if err != nil {
					return nil, err
				}
				body, err := c.FetchBody(3, "1")
				return fmt.Sprint(s.Parameters, s.Bytes, body), err
			}, "[{CHARSET us-ascii} {FORMAT UNKNOWN}] 9hello 3\r\n"},
		{"EXPUNGE within SELECT", "imap\nmessages: 5\nC: SELECT\nS: * 5 EXISTS\nS: * 2 EXPUNGE\nS: * 1 EXPUNGE\nS: %s OK done",
			func(c *imapcompat.Connection) (any, error) {
				num, _ := c.NumMsg()
				info, err := c.HeaderInfo(1)
				if err != nil {
					return nil, err
				}
				return fmt.Sprint(num, info.Subject), nil
			}, "3message 3"},
		{"a name that ends in braces", "imap\nC: LIST\nS: * LIST () \"/\" a{3}\nS: * LIST () \"/\" \"b{3}\"\nS: %s OK done",
			func(c *imapcompat.Connection) (any, error) {
				check, err := c.Check()
				if err != nil {
					return nil, err
				}
				list, err := c.List(strings.TrimSuffix(check.Mailbox, "INBOX"), "*")
				var names []string
				for _, name := range list {
					_, name, _ = strings.Cut(name, "}")
					names = append(names, name)
				}
				return fmt.Sprint(names), err
			}, "[a{3} b{3}]"},
		{"a status item with a list", "imap\nC: STATUS\nS: * STATUS INBOX (MAILBOXID (Fabc) MESSAGES 3 UNSEEN 2)\nS: %s OK done",
			func(c *imapcompat.Connection) (any, error) {
				check, err := c.Check()
				if err != nil {
					return nil, err
				}
				status, err := c.Status(check.Mailbox, imapcompat.SA_ALL)
				if err != nil {
					return nil, err
				}
				return fmt.Sprint(status.Messages, status.Unseen), nil
			}, "3 2"},
		{"success in lower case", "pop3\nC: NOOP\nS: +ok",
			func(c *imapcompat.Connection) (any, error) { return "pong", c.Ping() }, "pong"},
		{"one message is not sent", "imap\nmessage 2\nfetch: * %n FETCH (UID %u )",
			func(c *imapcompat.Connection) (any, error) {
				list, err := c.FetchOverview("1:*")
				var numbers []int
				for _, o := range list {
					numbers = append(numbers, o.Msgno)
				}
				return fmt.Sprint(numbers, err), nil
			}, "[1 3] imap_fetch_overview(): The server did not send message 2"},
		{"all are refused", "imap\nC: FETCH\nS: %s NO cannot",
			func(c *imapcompat.Connection) (any, error) {
				list, err := c.FetchOverview("1:*")
				return fmt.Sprint(list, err), nil
			}, "[] imap_fetch_overview(): cannot"},
		{"all that a loop goes over are refused", "imap\nC: FETCH\nS: %s NO cannot",
			func(c *imapcompat.Connection) (_ any, last error) {
				for msg, err := range c.Messages("1:*") {
					last = fmt.Errorf("%v %w", msg, err)
				}
				return fmt.Sprint(last), nil
			}, "<nil> Connection.Messages(): cannot"},
		{"backwards, and one is not sent", "imap\nC: FETCH\nS: * 3 FETCH (UID 13" + overviewed + "\nS: * 1 FETCH (UID 11" + overviewed + "\nS: %s OK done",
			func(c *imapcompat.Connection) (any, error) {
				list, err := c.FetchOverview("1:*")
				var numbers []int
				for _, o := range list {
					numbers = append(numbers, o.Msgno)
				}
				return fmt.Sprint(numbers, err), nil
			}, "[1 3] imap_fetch_overview(): The server did not send message 2"},
		{"a UID is refused", "imap\nC: UID FETCH\nS: %s NO cannot",
			func(c *imapcompat.Connection) (any, error) {
				num, err := c.MsgNo(12)
				return fmt.Sprint(num, err), nil
			}, "0 imap_msgno(): cannot"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr, err := transcript.Parse(tt.transcript)
			if err != nil {
				t.Fatal(err)
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go tr.Serve(l)
			c, err := imapcompat.Open(fmt.Sprintf("{%s/%s/notls}INBOX", l.Addr(), tr.Protocol), "user", "secret")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			got, err := tt.read(c)
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
