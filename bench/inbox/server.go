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

// session is a session on a mailbox of generated messages. The UID of message n is n.
type session struct {
	conn     net.Conn
	r        *bufio.Reader
	w        *bufio.Writer
	messages int
}

func newSession(conn net.Conn, messages int) *session {
	return &session{conn, bufio.NewReader(conn), bufio.NewWriterSize(conn, 64<<10), messages}
}

func (s *session) say(format string, args ...any) { fmt.Fprintf(s.w, format+"\r\n", args...) }

func (s *session) line() (string, error) {
	line, err := s.r.ReadString('\n')
	return strings.TrimSpace(line), err
}

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
	if name == "UID" {
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
	case "FETCH":
		if err := s.fetch(args); err != nil {
			s.say("%s BAD %v", tag, err)
			return
		}
	case "NOOP":
	case "LOGOUT":
		s.say("* BYE")
	default:
		s.say("%s BAD no command %s", tag, name)
		return
	}
	s.say("%s OK done", tag)
}

func (s *session) fetch(args string) error {
	set, items, _ := strings.Cut(args, " ")
	for part := range strings.SplitSeq(set, ",") {
		first, last, err := s.bounds(part)
		if err != nil {
			return err
		}
		for n := first; n <= last; n++ {
			if err := s.message(n, strings.Fields(strings.Trim(items, "()"))); err != nil {
				return err
			}
		}
	}
	return nil
}

// bounds returns the first and the last message of "n", "n:m" and "n:*". As with any server, a
// range with * has the last message.
func (s *session) bounds(part string) (first, last int, err error) {
	low, high, isRange := strings.Cut(part, ":")
	if first, err = strconv.Atoi(low); err != nil {
		return 0, 0, err
	}
	switch {
	case !isRange:
		last = first
	case high == "*":
		return min(max(first, 1), s.messages), s.messages, nil
	default:
		last, err = strconv.Atoi(high)
	}
	return max(first, 1), min(last, s.messages), err
}

// size of each message, in octets.
const size = 8 << 10

// line is a line of the texts.
const line = "The quick brown fox jumps over the lazy dog, and the lazy dog sleeps on.\r\n"

// text returns a message of size octets.
func text(n int) []byte {
	t := fmt.Appendf(nil, "From: Sender <sender%d@example.org>\r\nTo: inbox@example.org\r\nSubject: Message %d\r\nMessage-ID: <%d@example.org>\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\n\r\n", n%100, n, n)
	for len(t) < size {
		t = append(t, line[:min(len(line), size-len(t))]...)
	}
	return t
}

func (s *session) message(n int, items []string) error {
	fmt.Fprintf(s.w, "* %d FETCH (UID %d", n, n)
	for _, item := range items {
		switch item {
		case "UID":
		case "FLAGS":
			s.w.WriteString(" FLAGS ()")
		case "RFC822.SIZE":
			fmt.Fprintf(s.w, " RFC822.SIZE %d", size)
		case "INTERNALDATE":
			s.w.WriteString(` INTERNALDATE "28-Nov-2026 12:00:00 +0000"`)
		case "BODY.PEEK[]":
			fmt.Fprintf(s.w, " BODY[] {%d}\r\n", size)
			s.w.Write(text(n))
		default:
			s.say(")")
			return fmt.Errorf("no item %s", item)
		}
	}
	s.say(")")
	return nil
}
