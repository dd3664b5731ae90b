package hostile_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

func pop3Command(line string) command {
	name, _, _ := strings.Cut(line, " ")
	return command{name: strings.ToUpper(name), line: line}
}

const pop3Message = "From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n"

// pop3Server is a server without faults. It has five equal messages.
var pop3Server = answers{
	"":     lines("+OK ready"),
	"any":  lines("+OK"),
	"CAPA": lines("+OK", "USER", "TOP", "UIDL", "PIPELINING", "."),
	"STAT": lines("+OK 5 250"),
	"LIST": lines("+OK", "1 50", "2 50", "3 50", "4 50", "5 50", "."),
	"UIDL": lines("+OK", "1 a", "2 b", "3 c", "4 d", "5 e", "."),
	"TOP":  lines("+OK", "From: a@example.org", "Subject: x", "", "."),
	"RETR": lines("+OK", pop3Message+"."),
	"QUIT": all(lines("+OK bye"), hangUp),
}

func size(m *imapcompat.Connection) error { return second(m.MailboxMsgInfo()) }

// deleteFirst removes the first message, up to the end of the connection.
func deleteFirst(m *imapcompat.Connection) error {
	if err := m.Delete("1"); err != nil {
		return err
	}
	return m.Expunge()
}

func TestHostilePOP3(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	tooLarge := []error{imapcompat.ErrTooLarge}
	timeout := []error{imapcompat.ErrTimeout}
	refused := []error{imapcompat.ErrRefused}
	denied := []error{imapcompat.ErrAuthentication}
	var manyListed strings.Builder
	for n := range 1 << 16 {
		fmt.Fprintf(&manyListed, "%d 9007199254740991\r\n", n+1)
	}
	tests := []struct {
		name    string
		answers answers
		call    call
		want    []error // one of them; none is success
		text    string  // which the error has in it
	}{
		// Up to the login.
		{"no greeting", answers{"": silence}, nil, timeout, ""},
		{"greeting of 1 GiB", answers{"": endless("+OK x")}, nil, lost, "too long"},
		{"greeting of lines without end", answers{"": endless("+OK hi\r\n")}, nil, lost, ""},
		{"greeting of another protocol", answers{"": lines("* OK IMAP4rev1")}, nil, refused, ""},
		{"greeting of noise", answers{"": lines("\x00\xff\x00")}, nil, refused, ""},
		{"empty greeting", answers{"": lines("")}, nil, refused, ""},
		{"-ERR to everything", answers{"": lines("+OK"), "any": lines("-ERR no"), "CAPA": nil, "QUIT": nil, "STAT": nil}, nil, denied, ""},
		{"CAPA without end", answers{"CAPA": all(lines("+OK"), endless("TOP\r\n"))}, nil, lost, "too long"},
		{"CAPA of a line without end", answers{"CAPA": all(lines("+OK"), endless("TOP "))}, nil, lost, "too long"},
		{"CAPA without its dot", answers{"CAPA": lines("+OK", "USER")}, nil, timeout, ""},
		{"list of mechanisms without end", answers{"CAPA": lines("-ERR no"), "AUTH": all(lines("+OK"), endless("X-MECHANISM\r\n"))}, nil, lost, "too long"},
		{"challenges without end", answers{"CAPA": lines("+OK", "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", "."), "AUTH": endless("+ \r\n")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"a challenge to every line", answers{"CAPA": lines("+OK", "SASL PLAIN", "."), "any": lines("+ "), "AUTH": lines("+ ")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"challenge of 60 KB", answers{"CAPA": lines("+OK", "SASL SCRAM-SHA-256", "."), "any": lines("-ERR"), "AUTH": lines("+ " + long)}, nil, []error{imapcompat.ErrProtocol, imapcompat.ErrAuthentication}, ""},
		{"silence in the login", answers{"PASS": silence}, nil, timeout, ""},
		{"end in the login", answers{"PASS": hangUp}, nil, lost, ""},
		{"refusal of 60 KB", answers{"PASS": lines("-ERR " + long)}, nil, denied, ""},

		// What is in the maildrop.
		{"STAT of 2^31 messages", answers{"STAT": lines("+OK 2147483648 1")}, nil, tooLarge, "more than"},
		{"STAT of 10^30 messages", answers{"STAT": lines("+OK " + strings.Repeat("9", 30) + " 1")}, nil, tooLarge, "more than"},
		{"STAT of -1 messages", answers{"STAT": lines("+OK -1 -1"), "LIST": lines("+OK", ".")}, size, nil, ""},
		{"STAT of noise", answers{"STAT": lines("+OK \x00\xff")}, size, nil, ""},
		{"65,536 messages of 2^53 octets", answers{"STAT": lines("+OK 65536 1"), "LIST": all(lines("+OK"), repeated(1, manyListed.String()), lines("."))}, size, nil, ""},
		{"LIST without end", answers{"LIST": all(lines("+OK"), endless("1 50 "+strings.Repeat("x", 1000)+"\r\n"))}, nil, lost, ""},
		{"LIST of a line without end", answers{"LIST": all(lines("+OK"), endless("1"))}, nil, lost, ""},
		{"LIST without its dot", answers{"LIST": lines("+OK", "1 50")}, nil, timeout, ""},
		{"LIST with entries missing, twice, of others, and of noise", answers{"LIST": lines("+OK", "1 50", "1 4611686018427387904", "0 1", "-1 -1", "9 9", "2", "", "\x00", "3 -7", strings.Repeat("9", 50)+" 1", ".")}, allSizes, nil, ""},
		{"-ERR to LIST", answers{"LIST": lines("-ERR no")}, allSizes, nil, ""},
		{"UIDL without end", answers{"UIDL": all(lines("+OK"), endless("1 "+strings.Repeat("u", 1000)+"\r\n"))}, uniqueIDs, lost, ""},
		{"UIDL with entries missing, twice, of others, and of noise", answers{"UIDL": lines("+OK", "1 a", "1 b", "2", "0 z", "77 z", "-1 z", "\x00\xff", ".")}, uniqueIDs, nil, ""},
		{"UIDL of 60 KB each", answers{"UIDL": lines("+OK", "1 "+long, "2 "+long, ".")}, uniqueIDs, nil, ""},

		// Messages.
		{"RETR without end", answers{"RETR": all(lines("+OK"), endless("line\r\n"))}, body, lost, "larger than the limit"},
		{"RETR of a line without end", answers{"RETR": all(lines("+OK"), endless("x"))}, body, lost, "larger than the limit"},
		{"RETR larger than the limit", answers{"RETR": all(lines("+OK"), repeated(5<<20/66, strings.Repeat("x", 64)+"\r\n"), lines("."))}, body, tooLarge, ""},
		{"TOP without end", answers{"TOP": all(lines("+OK"), endless("X: y\r\n"))}, headerInfo, lost, "larger than the limit"},
		{"TOP longer than RETR", answers{"TOP": lines("+OK", "Subject: x", "X: "+long, "", long, "."), "RETR": lines("+OK", "", "short", ".")}, headerAndBody, nil, ""},
		{"-ERR to TOP", answers{"TOP": lines("-ERR no")}, headerInfo, nil, ""},
		{"-ERR to TOP and RETR", answers{"TOP": lines("-ERR no"), "RETR": lines("-ERR no")}, headerInfo, refused, ""},
		{"-ERR of 60 KB", answers{"RETR": lines("-ERR " + long)}, body, refused, ""},
		{"status without end", answers{"RETR": endless("+OK")}, body, lost, "too long"},
		{"no dot", answers{"RETR": lines("+OK", "hello")}, body, timeout, ""},
		{"no dot, and the end", answers{"RETR": all(lines("+OK", "hello"), hangUp)}, body, lost, ""},
		{"dots that are not stuffed", answers{"RETR": lines("+OK", "", ".x", "..", "...", "x.", ".")}, bodyIs("x\r\n.\r\n..\r\nx.\r\n"), nil, ""},
		{"a dot before the end", answers{"RETR": lines("+OK", "", "first", ".", "second", ".")}, func(m *imapcompat.Connection) error {
			if err := bodyIs("first\r\n")(m); err != nil {
				return err
			}
			time.Sleep(50 * time.Millisecond)
			return second(m.Body(2))
		}, lost, "no answer to anything"},
		{"an answer behind a dot, that the sender of the message wrote", answers{"RETR": repeated(1, "+OK\r\n\r\nfirst\r\n.\r\n+OK\r\n\r\nforged\r\n.\r\n.\r\n")}, func(m *imapcompat.Connection) error {
			if err := bodyIs("first\r\n")(m); err != nil {
				return err
			}
			return second(m.Body(2))
		}, lost, "no answer to anything"},
		{"line feeds without carriage returns", answers{"RETR": all(lines("+OK", ""), func(conn net.Conn, _ command) error {
			_, err := io.WriteString(conn, "x\n.\ny\r\n.\r\n")
			return err
		})}, bodyIs("x\n.\ny\r\n"), nil, ""},
		{"NUL and 8-bit octets", answers{"RETR": lines("+OK", "", "\xff\x00\xff", ".")}, bodyIs("\xff\r\n"), nil, ""},
		{"silence", answers{"RETR": silence}, body, timeout, ""},
		{"silence in an answer", answers{"RETR": lines("+OK", "x")}, body, timeout, ""},
		{"octet by octet", answers{"RETR": trickle(time.Millisecond, "+OK\r\n"+pop3Message+".\r\n")}, bodyIs("hello\r\n"), nil, ""},
		{"answers that nobody asked for", answers{"NOOP": endless("+OK\r\n")}, func(m *imapcompat.Connection) error {
			for range 10 {
				if err := m.Ping(); err != nil {
					return err
				}
			}
			return nil
		}, lost, "no answer to anything"},

		// Reading ahead.
		{"read-ahead without end, while nobody asks", answers{"TOP": inTurn(pop3Server["TOP"], pop3Server["TOP"], all(lines("+OK"), endless("X: y\r\n")))}, func(m *imapcompat.Connection) error {
			for n := 1; n <= 2; n++ {
				if _, err := m.HeaderInfo(n); err != nil {
					return err
				}
			}
			time.Sleep(100 * time.Millisecond)
			return m.Ping()
		}, lost, ""},
		{"read-ahead, and -ERR", answers{"TOP": inTurn(pop3Server["TOP"], lines("-ERR no")), "RETR": lines("-ERR no")}, loop, refused, ""},
		{"read-ahead, and silence", answers{"TOP": inTurn(pop3Server["TOP"], pop3Server["TOP"], silence)}, loop, timeout, ""},

		// Deletion.
		{"-ERR to DELE", answers{"DELE": lines("-ERR no")}, deleteFirst, refused, "not deleted"},
		{"silence in DELE", answers{"DELE": silence}, deleteFirst, timeout, ""},
		{"-ERR to QUIT", answers{"QUIT": lines("-ERR no")}, func(m *imapcompat.Connection) error {
			if err := deleteFirst(m); err != nil {
				return err
			}
			return m.Close()
		}, refused, "not all of the 1 messages"},
		{"QUIT without an answer", answers{"QUIT": hangUp}, func(m *imapcompat.Connection) error {
			if err := deleteFirst(m); err != nil {
				return err
			}
			return m.Close()
		}, lost, "not known whether"},
		{"QUIT without end", answers{"QUIT": endless("+OK")}, func(m *imapcompat.Connection) error { return m.Close() }, nil, ""},
	}
	for _, test := range short.Sample(tests, 5) {
		t.Run(test.name, func(t *testing.T) {
			watch(t, func() {
				srv := serve(t, pop3Command, pop3Server.with(test.answers))
				defer srv.close()
				checkOutcome(t, converse(srv.name("/pop3"), test.call, test.want), test.want, test.text)
			})
		})
	}
}

func bodyIs(want string) call {
	return func(m *imapcompat.Connection) error {
		got, err := m.Body(1)
		if err == nil && got != want {
			return fmt.Errorf("got %q, want %q", got, want)
		}
		return err
	}
}

func headerAndBody(m *imapcompat.Connection) error {
	h, err := m.FetchHeader(1)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(h, "Subject: x\r\n") {
		return fmt.Errorf("header %.40q", h)
	}
	return bodyIs("short\r\n")(m)
}

// allSizes expects a size of each message that is not negative.
func allSizes(m *imapcompat.Connection) error {
	list, err := m.FetchOverview("1:*")
	for _, o := range list {
		if o.Size < 0 {
			return fmt.Errorf("message %d has %d octets", o.Msgno, o.Size)
		}
	}
	if err == nil && len(list) != 5 {
		return fmt.Errorf("%d messages", len(list))
	}
	return err
}

func uniqueIDs(m *imapcompat.Connection) error {
	for n := 1; n <= 5; n++ {
		if _, err := m.UIDL(n); err != nil {
			return err
		}
	}
	return nil
}
