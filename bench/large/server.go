package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/bench/self"
)

// serve serves a mailbox of so many messages, and writes its address to out.
func serve(out io.Writer, messages int) error {
	return self.Serve(out, func(conn net.Conn) { newSession(conn, messages).converse() })
}

// session is a session on a mailbox of generated messages. The UID of message n is n+offset,
// and every second message is unread.
type session struct {
	conn     net.Conn
	r        *bufio.Reader
	w        *bufio.Writer
	messages int
}

const offset = 1000

func newSession(conn net.Conn, messages int) *session {
	return &session{conn, bufio.NewReader(conn), bufio.NewWriterSize(conn, 64<<10), messages}
}

func (s *session) line() (string, error) {
	line, err := s.r.ReadString('\n')
	return strings.TrimSpace(line), err
}

func (s *session) say(format string, args ...any) { fmt.Fprintf(s.w, format+"\r\n", args...) }

// converse answers until the client hangs up.
func (s *session) converse() {
	defer s.conn.Close()
	s.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
	for s.w.Flush() == nil {
		line, err := s.line()
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		s.answer(tag, command)
	}
}

func (s *session) answer(tag, command string) {
	name, args, _ := strings.Cut(command, " ")
	uid := name == "UID"
	if uid {
		name, args, _ = strings.Cut(args, " ")
	}
	switch name {
	case "AUTHENTICATE":
		s.say("+ ")
		s.w.Flush()
		s.line()
		s.say("%s OK [CAPABILITY IMAP4rev1] logged in", tag)
		return
	case "SELECT":
		s.say(`* FLAGS (\Seen \Deleted)`)
		s.say("* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] of the UIDs", s.messages)
	case "SEARCH":
		s.search(uid, args)
	case "FETCH":
		if err := s.fetch(uid, args); err != nil {
			s.say("%s BAD %v", tag, err)
			return
		}
	case "LOGOUT":
		s.say("* BYE")
	}
	s.say("%s OK done", tag)
}

// search finds the unread messages, or all messages with any other criterion.
func (s *session) search(uid bool, criteria string) {
	s.w.WriteString("* SEARCH")
	for n := 1; n <= s.messages; n++ {
		if criteria == "UNSEEN" && !unread(n) {
			continue
		}
		fmt.Fprintf(s.w, " %d", number(uid, n))
	}
	s.say("")
}

func unread(n int) bool { return n%2 == 0 }

func number(uid bool, n int) int {
	if uid {
		return n + offset
	}
	return n
}

func (s *session) fetch(uid bool, args string) error {
	set, items, _ := strings.Cut(args, " ")
	for part := range strings.SplitSeq(set, ",") {
		first, last, err := s.bounds(uid, part)
		if err != nil {
			return err
		}
		for n := first; n <= last; n++ {
			if err := s.message(n, strings.Trim(items, "()")); err != nil {
				return err
			}
		}
	}
	return nil
}

// bounds returns the first and the last message of "n", "n:m" and "n:*".
func (s *session) bounds(uid bool, part string) (first, last int, err error) {
	low, high, isRange := strings.Cut(part, ":")
	if !isRange {
		high = low
	}
	if first, err = s.parse(uid, low); err != nil {
		return 0, 0, err
	}
	last, err = s.parse(uid, high)
	return max(first, 1), min(last, s.messages), err
}

func (s *session) parse(uid bool, text string) (int, error) {
	if text == "*" {
		return s.messages, nil
	}
	n, err := strconv.Atoi(text)
	if uid {
		n -= offset
	}
	return n, err
}

// fields are the fields that the library asks for beside the envelope. No message has them.
const fields = "Newsgroups Followup-To References"

// sections replaces the names of sections by single words.
var sections = strings.NewReplacer("BODY.PEEK[HEADER]", "HEADER", "BODY.PEEK[HEADER.FIELDS ("+fields+")]", "FIELDS")

// message sends the items of a message that the client asked for.
func (s *session) message(n int, items string) error {
	fmt.Fprintf(s.w, "* %d FETCH (", n)
	for i, item := range strings.Fields(sections.Replace(items)) {
		if i > 0 {
			s.w.WriteByte(' ')
		}
		switch item {
		case "UID":
			fmt.Fprintf(s.w, "UID %d", n+offset)
		case "FLAGS":
			s.w.WriteString("FLAGS (")
			if !unread(n) {
				s.w.WriteString(`\Seen`)
			}
			s.w.WriteByte(')')
		case "INTERNALDATE":
			fmt.Fprintf(s.w, `INTERNALDATE "%02d-Mar-2026 12:%02d:00 +0000"`, 1+n%28, n%60)
		case "RFC822.SIZE":
			fmt.Fprintf(s.w, "RFC822.SIZE %d", 4000+n%1000)
		case "ENVELOPE":
			s.envelope(n)
		case "HEADER":
			text := header(n)
			fmt.Fprintf(s.w, "BODY[HEADER] {%d}\r\n%s", len(text), text)
		case "FIELDS":
			fmt.Fprintf(s.w, "BODY[HEADER.FIELDS (%s)] {2}\r\n\r\n", fields)
		default:
			return fmt.Errorf("the server does not know the item %q", item)
		}
	}
	s.say(")")
	return nil
}

func (s *session) envelope(n int) {
	person := fmt.Sprintf(`(("Sender %d" NIL "sender%d" "example.com"))`, n, n%1000)
	fmt.Fprintf(s.w, `ENVELOPE ("%s" "Message %d" %s %s %s ((NIL NIL "inbox" "example.org")) NIL NIL NIL "<%d@example.com>")`,
		date(n), n, person, person, person, n)
}

func date(n int) string { return fmt.Sprintf("%d Mar 2026 12:%02d:00 +0000", 1+n%28, n%60) }

func header(n int) string {
	return fmt.Sprintf("Date: %s\r\nFrom: Sender %d <sender%d@example.com>\r\nTo: inbox@example.org\r\n"+
		"Subject: Message %d\r\nMessage-ID: <%d@example.com>\r\n\r\n", date(n), n, n%1000, n, n)
}
